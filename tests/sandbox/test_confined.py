"""A child is given bytes and no more; whatever it does, it is over in time, and reaped."""

import os
import sys
from pathlib import Path
from time import monotonic

import pytest

from monitor.sandbox.confined import Answer, Limits, ask

QUICK = Limits(wall_s=1.0, answer_bytes=100_000)


def child(folder: Path, program: str) -> list[str]:
    path = folder / "child.py"
    path.write_text(program, encoding="utf-8")
    return [str(path)]


def no_child_is_left() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_what_the_child_says_comes_back_whole(tmp_path: Path) -> None:
    echo = child(tmp_path, "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])")
    body = bytes(range(256)) * 300
    assert ask(echo, body, QUICK) == Answer(status=0, said=body[::-1])
    assert no_child_is_left()


@pytest.mark.parametrize(
    "program",
    [
        "while True: pass",
        "import time\ntime.sleep(60)",
        "import sys, time\nsys.stdout.close()\ntime.sleep(60)",
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 9999)",
        "import os, time\nos.close(1)\nos.close(0)\ntime.sleep(60)",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
    ],
)
def test_a_child_that_does_not_end_is_ended_and_reaped(tmp_path: Path, program: str) -> None:
    start = monotonic()
    answer = ask(child(tmp_path, program), b"x" * 1_000_000, QUICK)
    assert (answer.stopped, answer.said, answer.status) == (True, b"", -9)
    assert monotonic() - start < 10
    assert no_child_is_left()


def test_a_child_that_fails_says_so_by_its_status(tmp_path: Path) -> None:
    assert ask(child(tmp_path, "raise SystemExit(7)"), b"", QUICK) == Answer(status=7, said=b"")


def test_a_child_knows_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAA_SECRET", "not for children")
    told = ask(child(tmp_path, "import os\nprint(sorted(os.environ), os.getcwd())"), b"", QUICK).said
    assert b"CMAA_SECRET" not in told
    assert told.endswith(b" /\n")


def test_a_child_has_none_of_our_open_files(tmp_path: Path) -> None:
    with (tmp_path / "ours").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        number = ours.fileno()
        program = f"import os\ntry:\n    os.fstat({number})\n    print('open')\nexcept OSError:\n    print('closed')"
        assert ask(child(tmp_path, program), b"", QUICK).said == b"closed\n"


@pytest.mark.skipif(sys.platform != "linux", reason="shows zombies by /proc")
def test_many_children_leave_no_process_and_no_open_file(tmp_path: Path) -> None:
    program = child(tmp_path, "print('done')")
    ask(program, b"", QUICK)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count of names
    for _ in range(20):
        ask(program, b"x", QUICK)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert no_child_is_left()
