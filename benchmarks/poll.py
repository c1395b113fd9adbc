"""Checks per second, CPU and peak memory of one poll: ours beside urlwatch 2.29, on the same loopback pages, in one
run.

    python benchmarks/poll.py [--sizes 200,1000] [--runs 3]

Both are timed as a person runs them: the whole command, its start included, one selector, one webhook, otherwise their
defaults (ours with the pace between requests set to zero, since urlwatch has none). The runs alternate. urlwatch is
installed from the package index into an environment of its own, once. Quote the ratios; the machine is noisy.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pages import Pages

PEER = "urlwatch==2.29"
HERE = Path(__file__).resolve().parent
CACHE = HERE / ".peers"


@dataclass(frozen=True)
class Run:
    """One command: wall and CPU seconds, peak resident memory in MiB."""

    wall_s: float
    cpu_s: float
    peak_mib: float


@dataclass(frozen=True)
class Program:
    name: str
    command: Callable[[], Sequence[str]]
    env: dict[str, str]
    ok: tuple[int, ...]


def timed(program: Program) -> Run:
    """Runs the command to its end; raises when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(program.command(), env=program.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code not in program.ok:
        raise SystemExit(f"{program.name} ended with {code}: {complaint.decode()[-2000:]}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def peer(folder: Path, pages: Pages, size: int) -> Program:
    """urlwatch with its state in ``folder``."""
    python = _peer_environment()
    jobs = [f"name: page {n}\nurl: {pages.url(n)}\nfilter:\n  - css: '#content'\n  - html2text\n" for n in range(size)]
    (folder / "urls.yaml").write_text("---\n".join(jobs))
    report = f"report:\n  webhook:\n    enabled: true\n    webhook_url: {pages.hook}\n  stdout:\n    enabled: false\n"
    (folder / "config.yaml").write_text(report)
    command = [
        str(python.with_name("urlwatch")),
        "--urls", str(folder / "urls.yaml"), "--config", str(folder / "config.yaml"),
        "--hooks", str(folder / "hooks.py"), "--cache", str(folder / "cache.db"),
    ]  # fmt: skip
    env = os.environ | {"HOME": str(folder)}
    return Program("urlwatch", lambda: command, env, (0,))


def _peer_environment() -> Path:
    """The Python of an environment that holds urlwatch and nothing of ours."""
    python = CACHE / "urlwatch" / "bin" / "python"
    if not python.with_name("urlwatch").exists():
        print(f"installing {PEER} into {CACHE.name}/ ...", file=sys.stderr)
        venv.create(CACHE / "urlwatch", with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", PEER], check=True)
    return python


def ours(folder: Path, pages: Pages, size: int) -> Program:
    """Our ``check`` with its database in ``folder``."""
    entries = "".join(
        f"  - {{id: bench.p{n}, name: Page {n}, authority: BENCH, kind: table, every: 1d, noun: row,\n"
        f"     url: '{pages.url(n)}', selector: '#content', key: Code, label: What}}\n"
        for n in range(size)
    )
    (folder / "sources.yaml").write_text(
        "version: 1\ncontact: bench@example.org\n"
        "fetch: {pace: 0s, workers: 10, allow_nets: [127.0.0.0/8]}\n"
        f"subscribers:\n  - {{id: bench, channel: webhook, url: '{pages.hook}', tiers: [act, review, fyi]}}\n"
        f"sources:\n{entries}"
    )
    command = [sys.executable, "-m", "monitor", "--quiet", "--config", str(folder / "sources.yaml"), "check"]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return Program("cmaa-monitor", lambda: command, env | {"PYTHONPATH": str(HERE.parent)}, (0,))


def rounds(size: int, runs: int, delay_ms: int) -> Iterator[tuple[str, list[Run], list[Run]]]:
    """Baseline first, then ``runs`` alternating pairs per situation; yields (situation, ours, peer's)."""
    with Pages() as pages, tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        programs = (ours(Path(a), pages, size), peer(Path(b), pages, size))
        for program in programs:
            timed(program)
        yield ("unchanged", *_pairs(programs, runs, lambda _: None))
        yield ("half changed", *_pairs(programs, runs, lambda n: pages.ask(f"/round/{n + 1}")))
        pages.ask(f"/delay/{delay_ms}")
        yield (f"{delay_ms} ms delay", *_pairs(programs, 1, lambda _: None))


def _pairs(programs: Sequence[Program], runs: int, before: Callable[[int], object]) -> tuple[list[Run], list[Run]]:
    results: tuple[list[Run], list[Run]] = ([], [])
    for n in range(runs):
        before(n)
        for program, result in zip(programs, results, strict=True):
            result.append(timed(program))
            time.sleep(1.1)  # urlwatch keeps whole seconds and can mistake two runs within one
    return results


def report(size: int, situation: str, mine: list[Run], theirs: list[Run]) -> None:
    ratio = statistics.median(t.wall_s / m.wall_s for m, t in zip(mine, theirs, strict=True))
    for name, result in (("cmaa-monitor", mine), ("urlwatch 2.29", theirs)):
        wall, cpu = statistics.median(r.wall_s for r in result), statistics.median(r.cpu_s for r in result)
        peak = max(r.peak_mib for r in result)
        print(
            f"{size:>6}  {situation:<13} {name:<14} {size / wall:>8.0f} checks/s  {wall:>7.2f} s  "
            f"CPU {cpu:>6.2f} s  peak {peak:>6.1f} MiB"
        )
    print(f"{'':>6}  {situation:<13} ratio (median of pairs): {ratio:.2f}x", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Polls loopback pages with this program and with urlwatch, in turn.")
    parser.add_argument("--sizes", default="200,1000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--delay-ms", type=int, default=100)
    arguments = parser.parse_args()
    for size in map(int, arguments.sizes.split(",")):
        for situation, mine, theirs in rounds(size, arguments.runs, arguments.delay_ms):
            report(size, situation, mine, theirs)


if __name__ == "__main__":
    main()
