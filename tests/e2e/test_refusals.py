"""What the program will not do: write into a file that is not its own, run beside itself, work with faulty settings."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from monitor.cli.exits import Exit
from monitor.store.driver import sqlite3
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response


@pytest.fixture
def watching(desk: Desk) -> Desk:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    return desk


def test_a_second_check_names_the_one_that_holds_the_database(watching: Desk) -> None:
    watching.check()
    with watching.house.writer():
        ran = watching.run("check", "--wait", "0")
    assert ran.code == Exit.CANNOT_RUN
    assert "process" in ran.err
    assert "Wait until it has ended" in ran.err
    assert watching.rows()["checks"] == 1


def test_an_empty_file_that_a_killed_first_check_left_is_filled_by_the_next(watching: Desk) -> None:
    watching.database.touch()
    assert "none yet" in watching.run("doctor", "--offline").out
    assert watching.run("check").code == 0
    assert watching.rows()["checks"] == 1


def test_a_second_check_waits_for_the_first_to_end(watching: Desk) -> None:
    watching.check()
    first = ExitStack()
    first.enter_context(watching.house.writer())
    ending = Timer(0.2, first.close)
    ending.start()
    assert watching.run("check").code == 0
    ending.join()
    assert watching.rows()["checks"] == 2


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()


def _text(path: Path) -> None:
    path.write_text("Dear diary, today I was a database.\n" * 40)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as ours:
        ours.execute("PRAGMA user_version = 999")
    ours.close()


def _corrupt(path: Path) -> None:
    body = bytearray(path.read_bytes())
    for at in range(4096, len(body), 4096):
        body[at : at + 64] = b"\xff" * 64
    path.write_bytes(bytes(body))


REFUSED: dict[str, tuple[Callable[[Path], None], bool, str]] = {
    "a database of another program": (_foreign, False, "not a database of the monitor"),
    "a text file": (_text, False, "not a database of the monitor"),
    "a newer schema": (_newer, True, "install the newer program again"),
    "corrupt pages": (_corrupt, True, "backup"),
}


@pytest.mark.parametrize("command", ["check", "status", "changes"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_and_left_as_it_was(watching: Desk, name: str, command: str) -> None:
    spoil, ours, words = REFUSED[name]
    if ours:
        watching.check()
    spoil(watching.database)
    before = watching.database.read_bytes()
    watching.server.forget()
    ran = watching.run(command)
    assert ran.code == Exit.CANNOT_RUN
    assert words in ran.err
    assert str(watching.database) in ran.err
    assert "Traceback" not in ran.err
    assert (watching.database.read_bytes(), watching.server.requests) == (before, ())


def test_a_read_only_file_is_a_clear_error(watching: Desk) -> None:
    watching.check()
    watching.database.chmod(0o400)
    before = watching.database.read_bytes()
    if _may_write(watching.database):
        pytest.skip("this user may write to read-only files (root)")
    ran = watching.run("check")
    assert (ran.code, "Make it" in ran.err) == (Exit.CANNOT_RUN, True)
    assert watching.database.read_bytes() == before


def _may_write(path: Path) -> bool:
    try:
        path.open("r+b").close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("command", [["status"], ["changes"], ["coverage"], ["show", "CH-2026-0001"], ["verify"]])
def test_without_a_database_a_reader_says_what_to_type_and_makes_none(watching: Desk, command: list[str]) -> None:
    ran = watching.run(*command)
    assert (ran.code, "cmaa-monitor check" in ran.err) == (Exit.CANNOT_RUN, True)
    assert not watching.database.exists()


FAULTY = """\
version: 1
time_zone: Mars/Olympus
pace: 5s
subscribers:
  - {id: desk, channel: pigeon, url: 'https://hooks.example.org/x'}
watch:
  codes: [00100]
sources:
  - {id: fda.ai-devices, every: never}
  - {id: fda.ai-devices, every: 1d}
  - {id: a.file, kind: prose, url: 'file:///etc/passwd', every: 1d, name: A, authority: B}
  - {id: a.host, kind: prose, url: 'https://127.0.0.1/x', every: 1d, name: A, authority: B}
  - {id: a.kind, kind: poem, url: 'https://www.cms.gov/', every: 1d, name: A, authority: B}
  - {id: a.table, kind: table, url: 'https://www.cms.gov/', every: 1d, name: A, authority: B}
"""


@pytest.mark.parametrize("command", [["check"], ["doctor"], ["changes"], ["compare", "a", "b", "--source", "x"]])
def test_faulty_settings_are_refused_whole_and_nothing_is_fetched(desk: Desk, command: list[str]) -> None:
    desk.settings.write_text(FAULTY)
    for name in ("a", "b"):
        (desk.folder / name).write_text("x")
    words = [str(desk.folder / word) if word in {"a", "b"} else word for word in command]
    ran = desk.run(*words)
    assert ran.code == Exit.USAGE
    lines = [line for line in ran.err.splitlines() if line.startswith(str(desk.settings))]
    found = sorted(int(line.removeprefix(str(desk.settings)).split(":")[1]) for line in lines)
    assert found == [2, 3, 5, 7, 9, 10, 11, 12, 13, 14]
    assert ran.out == ""
    assert desk.server.requests == ()
    assert not desk.database.exists()


def test_a_database_of_an_older_version_is_brought_up_to_date_by_a_check(watching: Desk) -> None:
    watching.check()
    connection = sqlite3.connect(watching.database)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(f"PRAGMA user_version={version - 1}")
    connection.commit()
    connection.close()
    assert "Run `cmaa-monitor check` once" in watching.run("status").err
    assert watching.run("check").code == Exit.OK
    assert watching.run("status").code == Exit.OK
