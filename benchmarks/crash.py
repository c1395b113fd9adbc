"""Kills the program with SIGKILL, and proves that nothing is lost between "seen" and "told".

    python benchmarks/crash.py [--kills 200] [--rounds 0] [--program tick|check] [--lists 4] [--in-memory] [--seed N]
    python benchmarks/crash.py --control [--until-loss]

1. Lists on loopback change before every run; a receiver on loopback writes down what it is told (``crash_site``).
2. A tick of the service (or `python -m monitor check`) is started and killed: polling, closing the day's digest and
   telling. ``--kills``: at moments drawn evenly over the time that a whole run takes. ``--rounds``: so many times at
   each named point (``crash_points``), at its first or a later passing.
3. After each kill a copy of the database is read whole: file, references, audit chain, objects, nothing half written,
   no delivery marked as sent that the receiver does not have (``crash_proof``).
4. After a series of kills (``--series``) the program runs in peace until nothing is left to tell; then all that was
   accepted must have been told to everyone, once as an event and once in a digest, and the baselines must be what the
   lists say. The next series begins without a database.

`--control` kills a program that marks before it sends (``mark_then_send``), and must find losses. The exit code is 0
when the proof holds, 1 when it does not; for the control, 1 when nothing was lost. A killed process loses no more than
its memory: what a power failure does to the disk is not tested here.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crash_figures import MOMENTS, Tally, report, verdict
from crash_points import POINTS
from crash_proof import Finding, judge, look
from crash_run import Nursery, Process, Run, StillRunning, python
from crash_site import SECRETS, World

HERE = Path(__file__).resolve().parent
MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it
"""A file system in memory: a kill is no power failure, so it proves the same, but not how long a disk takes."""

RUN_LIMIT_S = 60.0
DRAIN_RUNS = 5
TRIES = 4
"""Further ticks for a named point that the first did not come to."""


class Failed(Exception):
    """A run that was left alone did not end well."""


class Installation:
    """One folder with its sources.yaml and database, and the program that works on it."""

    def __init__(self, folder: Path, world: World, program: str, nursery: Nursery | None, *, hasty: bool) -> None:
        self.folder, self.world, self.program = folder, world, program
        self.database = folder / "data" / "monitor.db"
        self.found = Finding()
        self.known: set[str] = set()
        self.marked_unreceived: frozenset[tuple[str, str]] = frozenset()
        self.config = folder / "sources.yaml"
        self.config.write_text(
            f"version: 1\ncontact: crash@example.org\nfetch: {{pace: 0s, workers: 8, allow_nets: [127.0.0.0/8]}}\n"
            f"subscribers:\n{world.receiver.entries()}sources:\n{''.join(one.entry() for one in world.lists)}"
        )
        self.hasty = ["--hasty"] if hasty else []
        self.env = environment()
        self.nursery = nursery if program == "tick" else None

    def start(self, order: Mapping[str, object] = {}) -> Run:
        """A run of the program."""
        if self.nursery is None:
            return self.start_anew()
        return self.nursery.start(self.config, {"day": self.world.receiver.day, **order})

    def start_anew(self) -> Run:
        """A run with an interpreter of its own, as after a restart of the machine."""
        day = str(self.world.receiver.day)
        if self.program == "tick":
            command = python(HERE / "crash_tick.py", *self.hasty, "--once", day, str(self.config))
        elif self.hasty:
            command = python(HERE / "mark_then_send.py", str(self.config))
        else:
            command = [sys.executable, "-m", "monitor", "--quiet", "--config", str(self.config), "check"]
        return Process(command, self.env, self.folder)

    def run(self, tally: Tally) -> None:
        """A run in peace, timed; raises Failed when it does not end with 0."""
        tally.runs_s.append(self._in_peace(self.start()))

    def restart(self, tally: Tally) -> None:
        """A run in peace of a new process: how long after its start it asks for the first page."""
        start = time.perf_counter()
        took_s = self._in_peace(self.start_anew())
        if self.nursery is None:
            tally.runs_s.append(took_s)
        if self.world.first_request_at is not None:
            tally.ready_s.append(self.world.first_request_at - start)

    def _in_peace(self, run: Run) -> float:
        start = time.perf_counter()
        try:
            code = run.wait(RUN_LIMIT_S)
        except StillRunning as fault:
            run.kill()
            raise Failed(f"a run left alone had not ended after {RUN_LIMIT_S:.0f} s") from fault
        if code != 0:
            raise Failed(f"a run left alone ended with {code}: {run.words()[-2000:]}")
        return time.perf_counter() - start

    def look(self, tally: Tally, when: str) -> None:
        """Looks at the database as it is now, and writes down what that shows."""
        self.world.settle()
        self.found = look(self.database, self.folder / "copy")
        tally.unsound += bool(self.found.faults)
        tally.faults += [f"{when}: {fault}" for fault in self.found.faults if fault not in self.known]
        self.known |= set(self.found.faults)
        tally.openings_s += [self.found.opening_s] if self.found.opening_s else []
        received = {(receipt.recipient, receipt.webhook_id) for receipt in self.world.receiver.receipts}
        unreceived = self.found.sent - received
        tally.marked_unreceived += len(unreceived - self.marked_unreceived)
        self.marked_unreceived |= unreceived


def environment() -> dict[str, str]:
    """That of the programs: ours, without the settings of an installation of ours."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("CMAA_")}
    secrets = {f"CRASH_{name.upper()}_SECRET": secret for name, secret in SECRETS.items()}
    return kept | secrets | {"PYTHONPATH": str(HERE.parent)}


@contextmanager
def installation(
    folder: Path, program: str, seed: int, nursery: Nursery | None, chosen: argparse.Namespace
) -> Iterator[Installation]:
    """A world and an installation in it, which do not outlast the block."""
    folder.mkdir()
    with World(seed, moves_the_clock=program == "tick", lists=chosen.lists) as world:
        yield Installation(folder, world, program, nursery, hasty=chosen.control)


def kill(at: Installation, tally: Tally, chance: random.Random) -> bool:
    """One run, killed at a random moment of it, and the look at what it left behind. False: it had ended before."""
    at.world.begin_run()
    start = time.perf_counter()
    run = at.start()
    try:
        code = run.wait(chance.uniform(0.0, tally.normal_run_s))
    except StillRunning:
        code = run.kill()
    took_s, before = time.perf_counter() - start, at.found
    if not _was_killed(at, tally, run, code):
        tally.too_late += 1
        tally.runs_s.append(took_s)  # so long does one take now: the machine is less busy than it was
        return False
    tally.moments[_moment(before, at.found, asked=at.world.first_request_at is not None)] += 1
    return True


def kill_at(at: Installation, tally: Tally, point: str, nth: int) -> bool:
    """One run that kills itself when it comes to a named point for the ``nth`` time, and the look at what it left
    behind. False: it did not come so far.
    """
    at.world.begin_run()
    run = at.start({"point": point, "nth": nth})
    if not _was_killed(at, tally, run, run.wait(RUN_LIMIT_S)):
        tally.beyond[point] += 1
        return False
    tally.points[point] += 1
    return True


def _was_killed(at: Installation, tally: Tally, run: Run, code: int) -> bool:
    """Looks at what the run left; False when it had ended by itself."""
    if code not in {0, -signal.SIGKILL}:
        raise Failed(f"a run ended with {code} before its kill: {run.words()[-2000:]}")
    at.look(tally, f"after kill {tally.kills + 1}")
    return code != 0


def _moment(before: Finding, after: Finding, *, asked: bool) -> str:
    """What the program was doing when it was killed, told by the traces it left."""
    if after.attempts > before.attempts:
        return MOMENTS[4] if after.unsent else MOMENTS[5]
    if len(after.digests) > len(before.digests):
        return MOMENTS[3]
    if after.checks > before.checks:
        return MOMENTS[2]
    return MOMENTS[1] if asked else MOMENTS[0]


def measure(at: Installation, tally: Tally) -> None:
    """How long a whole run takes when nobody disturbs it."""
    for _ in range(3):
        at.world.begin_run()
        at.run(tally)
    del tally.runs_s[:-2]  # the first made the database and had nothing to tell


def series(at: Installation, tally: Tally, chance: random.Random, kills: int, chosen: argparse.Namespace) -> None:
    """So many kills at random moments on one database, from its making to its last telling, and the judgement. Every so
    many kills a run is left alone, to measure how long one takes by now and how soon a new process is ready.
    """
    goal = tally.kills + kills
    while tally.kills < goal and not (chosen.until_loss and tally.marked_unreceived):
        if kill(at, tally, chance) and tally.kills % chosen.left_alone == 0:
            at.world.begin_run()
            at.run(tally)
            at.world.begin_run()
            at.restart(tally)
            at.look(tally, f"left alone after kill {tally.kills}")
    drain(at, tally)
    tally.truths.append(judge(at.found, at.world.lists, at.world.receiver.receipts))


def rounds(at: Installation, tally: Tally, chance: random.Random, points: list[str]) -> None:
    """A kill at each of ``points``, on one database, and the judgement."""
    for point in points:
        for nth in (chance.choice((1, 1, 2, 3)), *[1] * TRIES):
            if kill_at(at, tally, point, nth):
                break
        else:
            raise Failed(f"{TRIES + 1} ticks did not come to the point “{point}”")
    at.world.begin_run()
    at.restart(tally)
    drain(at, tally)
    tally.truths.append(judge(at.found, at.world.lists, at.world.receiver.receipts))


def drain(at: Installation, tally: Tally) -> None:
    """Runs in peace until nothing is left to tell; the lists move once more, and then stand still."""
    at.world.begin_run()
    at.run(tally)
    for _ in range(DRAIN_RUNS):
        at.world.stand_still()
        at.run(tally)
        at.look(tally, "in the end")
        if not at.found.unsent:
            return
    raise Failed(f"{at.found.unsent} deliveries were still waiting after {DRAIN_RUNS + 1} runs in peace")


def prove(folder: Path, tally: Tally, chosen: argparse.Namespace) -> None:
    """Measures, then kills in series, then at every named point."""
    if chosen.program != "tick" and not chosen.rounds:
        _prove(folder, tally, chosen, None)
        return
    hasty = ["--hasty"] if chosen.control else []
    nursery = Nursery(python(HERE / "crash_tick.py", *hasty), environment(), folder)
    try:
        _prove(folder, tally, chosen, nursery)
    finally:
        nursery.close()


def _prove(folder: Path, tally: Tally, chosen: argparse.Namespace, nursery: Nursery | None) -> None:
    program = chosen.program
    with installation(folder / "measured", program, chosen.seed, nursery, chosen) as at:
        measure(at, tally)
    for n, start in enumerate(range(0, chosen.kills, chosen.series), 1):
        if chosen.until_loss and tally.marked_unreceived:
            return
        print(f"kill {tally.kills + 1} of {chosen.kills} at random ...", file=sys.stderr, flush=True)
        with installation(folder / f"series-{n}", program, chosen.seed + n, nursery, chosen) as at:
            chance = random.Random(chosen.seed + n)  # noqa: S311 - a repeatable series, no secret
            series(at, tally, chance, min(chosen.series, chosen.kills - start), chosen)
    for n in range(1, chosen.rounds + 1):
        print(f"round {n} of {chosen.rounds} at {len(POINTS)} named points ...", file=sys.stderr, flush=True)
        with installation(folder / f"round-{n}", "tick", chosen.seed - n, nursery, chosen) as at:
            at.run(tally)  # makes the database
            chance = random.Random(chosen.seed - n)  # noqa: S311 - a repeatable series, no secret
            rounds(at, tally, chance, chance.sample(sorted(POINTS), len(POINTS)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills the program; nothing may be lost.")
    parser.add_argument("--kills", type=int, default=200, help="at random moments")
    parser.add_argument("--rounds", type=int, default=0, help="at every named point so many times")
    parser.add_argument("--program", choices=["tick", "check"], default="tick")
    parser.add_argument("--lists", type=int, choices=range(1, 5), default=4, help="watched; fewer: sooner done")
    parser.add_argument("--series", type=int, default=75, help="kills per database; a large one takes long to read")
    parser.add_argument("--left-alone", type=int, default=20, help="after so many kills: a run in peace, and a restart")
    parser.add_argument("--in-memory", action="store_true", help=f"keep the files in {MEMORY}: sooner done")
    parser.add_argument("--control", action="store_true", help="kill a program that marks before it sends")
    parser.add_argument("--until-loss", action="store_true", help="stop killing at the first loss")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    chosen = parser.parse_args()
    for told in (signal.SIGINT, signal.SIGTERM):  # in the background of a shell the first is ignored unless asked for
        signal.signal(told, signal.default_int_handler)
    tally, began = Tally(), time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(dir=MEMORY if chosen.in_memory else None) as folder:
            prove(Path(folder), tally, chosen)
    except Failed as failure:
        tally.faults.append(str(failure))
    except KeyboardInterrupt:
        print("stopped: the figures are those of the series that ended", file=sys.stderr)
    program = f"{'mark_then_send (the control)' if chosen.control else chosen.program}"
    report(tally, program=program, seed=chosen.seed, took_s=time.perf_counter() - began)
    sys.exit(verdict(tally, hasty=chosen.control))


if __name__ == "__main__":
    main()
