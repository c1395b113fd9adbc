"""Kills `check` with SIGKILL at random moments, and proves that nothing is lost between "seen" and "told".

    python benchmarks/crash.py [--kills 200] [--control] [--until-loss] [--seed N]

1. Lists on loopback change before every run; a receiver on loopback writes down what it is told (``crash_site``).
2. `python -m monitor check` is started and killed, at a moment drawn evenly over the time that a whole run takes.
3. After each kill a copy of the database is read whole: file, references, audit chain, objects, nothing half written,
   no delivery marked as sent that the receiver does not have (``crash_proof``).
4. Every 50 kills `check` runs in peace until nothing is left to tell; then all that was accepted must have been told to
   everyone, and the baselines must be what the lists say. The next series begins without a database.

`--control` kills a program that marks before it sends (``mark_then_send``), and must find losses. The exit code is 0
when the proof holds, 1 when it does not; for the control, 1 when nothing was lost. A killed process loses no more than
its memory: what a power failure does to the disk is not tested here.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crash_figures import MOMENTS, Tally, report, verdict
from crash_proof import Finding, judge, look
from crash_site import SECRETS, World

HERE = Path(__file__).resolve().parent
SERIES = 50
"""Kills per database: a longer series would mostly measure how long a large one takes to read."""

PEACEFUL = 20
"""Every so many kills a run is left alone, to measure how long one takes by now."""

RUN_LIMIT_S = 60.0
DRAIN_RUNS = 5


class Failed(Exception):
    """A run that was left alone did not end well."""


class Installation:
    """One folder with its sources.yaml and database, and the program that works on it."""

    def __init__(self, folder: Path, world: World, *, hasty: bool) -> None:
        self.folder, self.world = folder, world
        self.database = folder / "data" / "monitor.db"
        self.found = Finding()
        self.known: set[str] = set()
        self.marked_unreceived: frozenset[tuple[str, str]] = frozenset()
        config = folder / "sources.yaml"
        config.write_text(
            f"version: 1\ncontact: crash@example.org\nfetch: {{pace: 0s, workers: 8, allow_nets: [127.0.0.0/8]}}\n"
            f"subscribers:\n{world.receiver.entries()}sources:\n{''.join(one.entry() for one in world.lists)}"
        )
        real = [sys.executable, "-m", "monitor", "--quiet", "--config", str(config), "check"]
        self.command = [sys.executable, str(HERE / "mark_then_send.py"), str(config)] if hasty else real
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("CMAA_")}
        secrets = {f"CRASH_{name.upper()}_SECRET": secret for name, secret in SECRETS.items()}
        self.env = kept | secrets | {"PYTHONPATH": str(HERE.parent)}

    @contextmanager
    def start(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A run of the program, which does not outlast the block."""
        process = subprocess.Popen(
            self.command, env=self.env, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def run(self, tally: Tally) -> None:
        """A run in peace, timed; raises Failed when it does not end with 0."""
        start = time.perf_counter()
        with self.start() as process:
            try:
                words, _ = process.communicate(timeout=RUN_LIMIT_S)
            except subprocess.TimeoutExpired as fault:
                raise Failed(f"a run left alone had not ended after {RUN_LIMIT_S:.0f} s") from fault
        if process.returncode != 0:
            raise Failed(f"a run left alone ended with {process.returncode}: {words.decode()[-2000:]}")
        tally.runs_s.append(time.perf_counter() - start)
        if self.world.first_request_at is not None:
            tally.ready_s.append(self.world.first_request_at - start)

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


def kill(at: Installation, tally: Tally, chance: random.Random) -> bool:
    """One run, killed at a random moment of it, and the look at what it left behind. False: it had ended before."""
    at.world.begin_run()
    with at.start() as process:
        try:
            words, _ = process.communicate(timeout=chance.uniform(0.0, tally.normal_run_s))
        except subprocess.TimeoutExpired:
            process.kill()
            words, _ = process.communicate()
    if process.returncode not in {0, -signal.SIGKILL}:
        raise Failed(f"a run ended with {process.returncode} before its kill: {words.decode()[-2000:]}")
    before = at.found
    at.look(tally, f"after kill {tally.kills + 1}")
    if process.returncode == 0:
        tally.too_late += 1
        return False
    tally.moments[_moment(before, at.found, asked=at.world.first_request_at is not None)] += 1
    return True


def _moment(before: Finding, after: Finding, *, asked: bool) -> str:
    """What the program was doing when it was killed, told by the traces it left."""
    if after.attempts > before.attempts:
        return MOMENTS[3] if after.unsent else MOMENTS[4]
    if after.checks > before.checks:
        return MOMENTS[2]
    return MOMENTS[1] if asked else MOMENTS[0]


def measure(folder: Path, tally: Tally, seed: int, *, hasty: bool) -> None:
    """How long a whole run takes when nobody disturbs it."""
    with World(seed) as world:
        at = Installation(folder, world, hasty=hasty)
        for _ in range(3):
            world.begin_run()
            at.run(tally)
    del tally.runs_s[0], tally.ready_s[0]  # the first made the database and had nothing to tell


def series(folder: Path, tally: Tally, seed: int, kills: int, *, hasty: bool, until_loss: bool) -> None:
    """So many kills on one database, from its making to its last telling, and the judgement."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable series, no secret
    with World(seed) as world:
        at = Installation(folder, world, hasty=hasty)
        goal = tally.kills + kills
        while tally.kills < goal and not (until_loss and tally.marked_unreceived):
            if kill(at, tally, chance) and tally.kills % PEACEFUL == 0:
                world.begin_run()
                at.run(tally)
                at.look(tally, f"left alone after kill {tally.kills}")
        drain(at, tally)
        tally.truths.append(judge(at.found, world.lists, world.receiver.receipts))


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Kills `check` at random moments; nothing may be lost.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control", action="store_true", help="kill a program that marks before it sends")
    parser.add_argument("--until-loss", action="store_true", help="stop killing at the first loss")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    chosen = parser.parse_args()
    tally, began = Tally(), time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder:
            prove(Path(folder), tally, chosen.kills, chosen.seed, hasty=chosen.control, until_loss=chosen.until_loss)
    except Failed as failure:
        tally.faults.append(str(failure))
    report(tally, hasty=chosen.control, seed=chosen.seed, took_s=time.perf_counter() - began)
    sys.exit(verdict(tally, hasty=chosen.control))


def prove(folder: Path, tally: Tally, kills: int, seed: int, *, hasty: bool, until_loss: bool) -> None:
    """Measures, then kills in series of ``SERIES``."""
    for name in ("measured", *(f"series-{n}" for n in range(-(-kills // SERIES)))):
        (folder / name).mkdir()
    measure(folder / "measured", tally, seed, hasty=hasty)
    for n, start in enumerate(range(0, kills, SERIES)):
        if until_loss and tally.marked_unreceived:
            return
        print(f"series {n + 1}: kill {tally.kills + 1} of {kills} ...", file=sys.stderr, flush=True)
        goal = min(SERIES, kills - start)
        series(folder / f"series-{n}", tally, seed + n + 1, goal, hasty=hasty, until_loss=until_loss)


if __name__ == "__main__":
    main()
