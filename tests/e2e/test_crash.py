"""The kill -9 proof of ``benchmarks/crash.py`` in short: the same command, fewer kills."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def crash(*options: str) -> "subprocess.CompletedProcess[str]":
    in_memory = ["--in-memory"] if Path("/dev/shm").is_dir() else []  # noqa: S108 - see crash.MEMORY
    command = [sys.executable, str(CHECKOUT / "benchmarks" / "crash.py"), *in_memory, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)


def figure(printed: str, name: str) -> int:
    found = re.search(rf"^ *{re.escape(name)} +(\d+)", printed, re.MULTILINE)
    assert found, printed
    return int(found[1])


def test_a_tick_killed_at_random_moments_and_at_every_named_point_loses_nothing_and_stays_sound() -> None:
    done = crash("--kills", "65", "--rounds", "1", "--lists", "2", "--left-alone", "40")
    assert done.returncode == 0, done.stdout + done.stderr
    assert figure(done.stdout, "changes seen") > 0
    assert figure(done.stdout, "LOST: changes, digests never told to someone") == 0
    assert figure(done.stdout, "the most in one run") <= 1
    assert figure(done.stdout, "looks at a database") >= 100
    assert figure(done.stdout, "digests made") > 0
    assert figure(done.stdout, "looks that found it unsound") == 0


def test_a_program_that_marks_before_it_sends_is_seen_to_lose() -> None:
    """Ends at the first loss. Some named points lie between its mark and its sending: no luck is needed."""
    done = crash("--control", "--until-loss", "--kills", "0", "--rounds", "2", "--lists", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert figure(done.stdout, "LOST: changes, digests never told to someone") > 0
    assert figure(done.stdout, "looks that found it unsound") == 0
