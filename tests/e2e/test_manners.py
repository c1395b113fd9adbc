"""stdout is data, stderr is for the person: as other programs and terminals see it, so in processes of their own."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from monitor.config import read_environment
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.loopback import Response

PLAIN_ENV = {
    name: value for name, value in read_environment().items() if not name.startswith(("CMAA", "NO_COLOR", "FORCE_"))
}
ESCAPE = b"\x1b["


@pytest.fixture
def seen(desk: Desk) -> Desk:
    """A baseline and one change."""
    desk.configure(FDA)
    rows = [*a_list(), AEYE_2024]
    desk.serve(FDA_URL, [Response(body=as_csv(one), media_type="text/csv") for one in (a_list(), rows)])
    desk.check()
    desk.check()
    return desk


def command(desk: Desk, *words: str) -> list[str]:
    return [sys.executable, "-m", "monitor", "--config", str(desk.settings), *words]


def run(desk: Desk, *words: str, **env: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command(desk, *words), capture_output=True, env={**PLAIN_ENV, **env}, timeout=60, check=False)


def on_a_terminal(desk: Desk, *words: str, both: bool, **env: str) -> tuple[int, bytes, bytes]:
    """Runs with stderr (and with ``both`` stdout too) on a terminal: the exit code, what came through stdout's pipe,
    and what the terminal saw.
    """
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux says EIO when the last process has left the terminal
                return
            if not piece:
                return
            shown.append(piece)

    program = subprocess.Popen(
        command(desk, *words),
        stdout=theirs if both else subprocess.PIPE,
        stderr=theirs,
        env={**PLAIN_ENV, "TERM": "xterm-256color", **env},
    )
    os.close(theirs)
    reader = Thread(target=read)
    reader.start()
    out, _ = program.communicate(timeout=60)
    reader.join()
    os.close(ours)
    return program.returncode, out or b"", b"".join(shown)


def test_json_on_stdout_stays_json_while_a_person_watches_the_progress(seen: Desk) -> None:
    code, out, shown = on_a_terminal(seen, "check", "--json", both=False)
    assert (code, json.loads(out)["verified"]) == (0, 1)
    assert b"Checking" in shown
    code, out, shown = on_a_terminal(seen, "--quiet", "check", "--json", both=False)
    assert (code, json.loads(out)["checked"], shown) == (0, 1, b"")


def test_colour_is_for_a_terminal_that_wants_it(seen: Desk) -> None:
    _, _, shown = on_a_terminal(seen, "changes", both=True)
    assert ESCAPE in shown
    _, _, shown = on_a_terminal(seen, "changes", both=True, NO_COLOR="1")
    assert (ESCAPE in shown, b"CH-" in shown) == (False, True)
    piped = run(seen, "changes")
    assert (ESCAPE in piped.stdout, b"CH-" in piped.stdout, piped.stderr) == (False, True, b"")


def test_a_reader_that_leaves_early_is_no_error(seen: Desk) -> None:
    (change,) = seen.changes()
    for words in (["changes"], ["show", change.change.id, "--all", "--json"], ["--help"]):
        ours, theirs = os.pipe()
        os.close(ours)  # nobody reads: the first write fails
        ran = subprocess.run(
            command(seen, *words), stdout=theirs, stderr=subprocess.PIPE, env=PLAIN_ENV, timeout=60, check=False
        )
        os.close(theirs)
        assert (ran.returncode, ran.stderr) == (0, b""), words


@pytest.mark.parametrize("words", [["changes"], ["status"], ["check", "--json"], ["doctor", "--offline"], ["--help"]])
def test_a_closed_stream_is_no_error(seen: Desk, words: list[str]) -> None:
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        shell = ["bash", "-c", f'"$@" {closed}', "bash", *command(seen, *words)]
        ran = subprocess.run(shell, capture_output=True, env=PLAIN_ENV, timeout=60, check=False)
        assert (ran.returncode, b"Traceback" in ran.stdout + ran.stderr) == (0, False), closed


def test_output_that_finds_no_room_says_so_and_never_says_that_changes_were_found(seen: Desk) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for words in (["changes"], ["changes", "--json"], ["status"], ["--help"]):
        with Path("/dev/full").open("wb") as full:
            ran = subprocess.run(
                command(seen, *words), stdout=full, stderr=subprocess.PIPE, env=PLAIN_ENV, timeout=60, check=False
            )
        assert (ran.returncode, ran.stderr.count(b"\n")) == (4, 1), ran.stderr
        assert b"The output could not be written (No space left on device)." in ran.stderr


def test_a_terminal_without_unicode_gets_escapes_and_no_traceback(seen: Desk) -> None:
    ran = run(seen, "changes", "--json", PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert json.loads(ran.stdout)["changes"][0]["headline"].endswith("AEYE-DS")
    text = run(seen, "digest", "--preview", PYTHONIOENCODING="ascii")
    assert (text.returncode, text.stderr, text.stdout.isascii()) == (0, b"", True)
    fault = run(seen, "show", "CH-1999-0001", PYTHONIOENCODING="ascii")
    assert (fault.returncode, b"Traceback" in fault.stderr) == (2, False)


def test_the_command_works_in_a_folder_with_a_blank_in_its_name(seen: Desk, tmp_path: Path) -> None:
    moved = tmp_path / "a folder"
    moved.mkdir()
    for name in ("sources.yaml", "monitor.db"):
        (tmp_path / name).rename(moved / name)
    ran = subprocess.run(
        [sys.executable, "-m", "monitor", "changes", "--json"],
        capture_output=True,
        cwd=moved,
        env=PLAIN_ENV,
        check=False,
    )
    assert ran.stderr == b""
    assert (ran.returncode, len(json.loads(ran.stdout)["changes"])) == (0, 1)
