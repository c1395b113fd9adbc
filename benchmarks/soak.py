"""Lets the service run for long, and measures whether it stays as it was: memory, threads, slots, tellings.

    python benchmarks/soak.py [--minutes 60] [--sources 20] [--faults 0.05] [--seed N]

`serve` runs as a process of its own (``soak_serve``: the real command, save that it takes cadences below five minutes)
over lists on loopback that are checked about once a second in all: the first every 15 seconds, the last every 24. One
answer of twenty fails (a 500, none at all, one cut off, a block page), of the receiver's too (503, none, taken but the
answer lost). Every five seconds the process is looked at. In the end the faults stop, what is left is told, the service
is stopped by SIGTERM, and its record is held against what the lists showed and the receiver was told.

Memory is judged by a line through the second half of the looks at it: what it grows by in an hour, of what it was at
its begin (an hour's run is not long enough to see less than about one in a hundred). The exit code is 0 when it grew by
less than a tenth, descriptors and threads stayed, no slot was missed and nothing was lost; else 1.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crash_site import SECRETS
from soak_site import SoakWorld

from monitor.store import Store, open_reader

HERE = Path(__file__).resolve().parent
_LATE = """
    SELECT slot_at, started_at FROM ledger
    WHERE slot_at <> started_at AND id NOT IN (SELECT min(id) FROM ledger GROUP BY source_id)
"""
"""The first check of a source comes in the middle of a slot, when the service starts."""

LOOK_S = 5.0
DRAIN_S = 900.0
STOP_S = 95.0
MOST_GROWTH = 0.10
FASTEST_S = 15
"""Two sources at every cadence from 15 seconds to 24 make 1.05 checks a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The process at a moment: seconds since its start, resident kB, descriptors, threads, CPU seconds used."""

    at_s: float
    rss_kb: int
    descriptors: int
    threads: int
    cpu_s: float


def look(pid: int, began: float) -> Look:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    times = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return Look(
        at_s=time.monotonic() - began,
        rss_kb=int(fields["VmRSS"].split()[0]),
        descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        threads=int(fields["Threads"]),
        cpu_s=(int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
    )


def growth(looks: Sequence[Look]) -> float:
    """By what share memory grows in an hour, by a line through the second half of the looks."""
    late = looks[len(looks) // 2 :]
    line = statistics.linear_regression([one.at_s for one in late], [float(one.rss_kb) for one in late])
    return line.slope * 3600 / (line.intercept + line.slope * late[0].at_s)


def configure(folder: Path, world: SoakWorld) -> Path:
    entries = [
        one.entry().replace("every: 5m", f"every: {FASTEST_S + (number // 2) % 10}s")
        for number, one in enumerate(world.lists)
    ]
    settings = folder / "sources.yaml"
    settings.write_text(
        "version: 1\ncontact: soak@example.org\nserve: {listen: 'off', backups: 'off'}\n"
        "fetch: {pace: 0s, retries: 0, workers: 8, deadline: 3s, allow_nets: [127.0.0.0/8]}\n"
        f"subscribers:\n{world.receiver.entries()}sources:\n{''.join(entries)}"
    )
    return settings


def watch(process: "subprocess.Popen[bytes]", world: SoakWorld, minutes: float) -> list[Look]:
    """Looks at the process until the time is over; the looks."""
    began, looks = time.monotonic(), []
    while (left_s := began + 60 * minutes - time.monotonic()) > 0 and process.poll() is None:
        time.sleep(min(LOOK_S, left_s))
        looks.append(look(process.pid, began))
        if len(looks) % 60 == 0:
            one = looks[-1]
            said = f"{one.at_s / 60:5.0f} min  {one.rss_kb / 1024:6.1f} MB  {one.descriptors} descriptors"
            print(f"{said}  {one.threads} threads  {world.answers} good answers", file=sys.stderr, flush=True)
    return looks


def drain(database: Path) -> None:
    """Waits until nothing is left to tell."""
    until = time.monotonic() + DRAIN_S
    while time.monotonic() < until:
        store = open_reader(database)
        try:
            counts = store.outbox.counts()
        finally:
            store.close()
        if not sum(number for state, number in counts.items() if state.value in {"pending", "sending"}):
            return
        time.sleep(2)


def slots(store: Store, every_s: dict[str, int], until: datetime) -> tuple[int, int]:
    """Slots that ended before ``until``, and those of them without a row; counted without the program's own code."""
    due = missed = 0
    for source_id, seconds in every_s.items():
        rows = store.database.rows("SELECT started_at FROM ledger WHERE source_id = ? ORDER BY id", [source_id])
        met = {int(datetime.fromisoformat(at).timestamp()) // seconds for (at,) in rows}
        span = range(min(met), int(until.timestamp()) // seconds)
        due += len(span)
        missed += len(set(span) - met)
    return due, missed


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def report(world: SoakWorld, database: Path, looks: Sequence[Look], until: datetime, code: int) -> int:
    store = open_reader(database)
    try:
        faults = store.faults()
        every_s = {one.id: FASTEST_S + (number // 2) % 10 for number, one in enumerate(world.lists)}
        due, missed = slots(store, every_s, until)
        verdicts = store.database.rows("SELECT verdict, count(*) FROM ledger GROUP BY verdict ORDER BY 2 DESC")
        states = store.database.rows("SELECT state, count(*) FROM outbox GROUP BY state")
        rows = store.database.rows("SELECT id, recipient_id FROM outbox")
        late = store.database.rows(_LATE)
    finally:
        store.close()
    taken = [(one.webhook_id, one.recipient) for one in world.receiver.receipts]
    lost = [row for row in rows if (row[0], row[1]) not in set(taken)]
    waits = sorted((_moment(at) - _moment(slot)) / timedelta(seconds=1) for slot, at in late)
    p99 = waits[int(len(waits) * 0.99)]
    half = looks[len(looks) // 2 :]
    grown = growth(looks)
    figures = {
        "minutes": f"{looks[-1].at_s / 60:.1f}",
        "checks": f"{sum(n for _, n in verdicts)} ({sum(n for _, n in verdicts) / looks[-1].at_s:.2f} a second)",
        "  by verdict": ", ".join(f"{n} {verdict}" for verdict, n in verdicts),
        "faults of pages": ", ".join(f"{n} {kind}" for kind, n in sorted(world.page_faults.items())),
        "faults of the receiver": ", ".join(f"{n} {kind}" for kind, n in sorted(world.hook_faults.items())),
        "slots due": due,
        "slots MISSED": missed,
        "a check after its slot's begin": f"p50 {statistics.median(waits):.1f} s  p99 {p99:.1f} s",
        "tellings": ", ".join(f"{n} {state}" for state, n in states),
        "tellings LOST": len(lost),
        "told again under the same id": len(taken) - len(set(taken)),
        "bad signatures": sum(not one.is_signed for one in world.receiver.receipts),
        "resident memory": f"{looks[0].rss_kb / 1024:.1f} MB at first, {half[0].rss_kb / 1024:.1f} MB at half time, "
        f"{looks[-1].rss_kb / 1024:.1f} MB at last, {max(one.rss_kb for one in looks) / 1024:.1f} MB at most",
        "  grows in an hour by": f"{grown:+.1%}",
        "descriptors": f"{min(o.descriptors for o in half)} to {max(o.descriptors for o in half)} (second half)",
        "threads": f"{min(o.threads for o in half)} to {max(o.threads for o in half)} (second half)",
        "CPU": f"{(looks[-1].cpu_s - half[0].cpu_s) / (looks[-1].at_s - half[0].at_s):.1%} of a core (second half)",
        "database": f"{database.stat().st_size / 1e6:.1f} MB",
        "the record": faults[0] if faults else "sound: file, chain, rows, every stored copy",
        "exit code of the service": code,
    }
    for name, value in figures.items():
        print(f"{name:34}{value}")
    flat = all(_is_flat([getattr(one, name) for one in looks]) for name in ("descriptors", "threads"))
    good = grown < MOST_GROWTH and flat and not (missed or lost or faults or code)
    print("\nIt stays as it was, and nothing is missed or lost." if good else "\nTHE SOAK FAILED.")
    return 0 if good else 1


def _is_flat(numbers: Sequence[int]) -> bool:
    """Whether the middle of the last quarter is no higher than that of the second, give or take a tenth. Both numbers
    go up and down with the requests under way.
    """
    quarter = len(numbers) // 4
    return statistics.median(numbers[-quarter:]) <= statistics.median(numbers[quarter : 2 * quarter]) * 1.1


def main() -> None:
    parser = argparse.ArgumentParser(description="Lets the service run for long; nothing may grow, be missed or lost.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.05, help="the share of answers that fail")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    chosen = parser.parse_args()
    secrets = {f"CRASH_{name.upper()}_SECRET": secret for name, secret in SECRETS.items()}
    env = (
        {k: v for k, v in os.environ.items() if not k.startswith("CMAA_")} | secrets | {"PYTHONPATH": str(HERE.parent)}
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        SoakWorld(chosen.seed, chosen.sources, chosen.faults) as world,
        (Path(folder) / "log").open("wb") as log,
    ):
        settings = configure(Path(folder), world)
        serve = ["--config", str(settings), "serve", "--tick", "1", "--log", "json"]
        process = subprocess.Popen([sys.executable, str(HERE / "soak_serve.py"), *serve], stderr=log, env=env)
        try:
            looks = watch(process, world, chosen.minutes)
            until = datetime.now(UTC)
            world.calm()
            drain(Path(folder) / "data" / "monitor.db")
            process.send_signal(signal.SIGTERM)
            code = process.wait(STOP_S)
        finally:
            process.kill()
            process.wait()
            print((Path(folder) / "log").read_text()[-3000:], file=sys.stderr) if process.returncode else None
        sys.exit(report(world, Path(folder) / "data" / "monitor.db", looks, until, code))


if __name__ == "__main__":
    main()
