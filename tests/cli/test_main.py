import subprocess
import sys

import pytest

from monitor import __version__
from monitor.cli.exits import Exit, worst
from monitor.cli.main import COMMANDS, cli, run
from tests.e2e.desk import FDA, Desk

Said = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "words", [[], *[[name] for name in COMMANDS], ["sources", "list"], ["sources", "test"]], ids=" ".join
)
def test_every_command_has_a_help_that_fits_a_screen(words: list[str], capsys: Said) -> None:
    assert run([*words, "--help"]) == 0
    said = capsys.readouterr()
    assert (said.err, said.out.startswith("Usage: cmaa-monitor")) == ("", True)
    assert max(map(len, said.out.splitlines())) <= 100
    assert len(said.out.splitlines()) < 50


def test_the_exit_codes_are_in_the_help(capsys: Said) -> None:
    run(["--help"])
    out = capsys.readouterr().out
    assert all(f"  {int(code)}  " in out for code in Exit)
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        ({}, 0),
        ({"changes": True}, 1),
        ({"undelivered": True, "changes": True}, 5),
        ({"unverified": True, "undelivered": True, "changes": True}, 3),
    ],
)
def test_blindness_outranks_a_failed_delivery_and_that_outranks_news(seen: dict[str, bool], code: int) -> None:
    assert worst(**seen) == code


@pytest.mark.parametrize(
    "words", [["frobnicate"], ["check", "--frobnicate"], ["show"], ["--config"], ["check", "extra"]]
)
def test_words_that_mean_nothing_are_a_usage_error_on_stderr(words: list[str], capsys: Said) -> None:
    assert run(words) == Exit.USAGE
    said = capsys.readouterr()
    assert (said.out, "Traceback" in said.err) == ("", False)
    assert words[-1] in said.err or "CH-" in said.err


def test_settings_that_are_not_there_say_what_to_type(desk: Desk) -> None:
    ran = desk.run("check")
    assert (ran.code, "cmaa-monitor init" in ran.err) == (Exit.USAGE, True)


def test_the_version_is_ours(capsys: Said) -> None:
    assert run(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_a_source_asked_for_twice_is_checked_once(desk: Desk) -> None:
    desk.configure(FDA)
    report = desk.check("--source", "fda.ai-devices", "--source", "fda.ai-devices")
    assert len(report["sources"]) == 1
    assert desk.rows()["checks"] == 1


def test_starting_loads_no_heavy_library() -> None:
    heavy = ["bs4", "lxml", "rapidfuzz", "jinja2", "yaml", "feedparser", "rich", "requests", "apscheduler", "sqlite3"]
    program = f"import sys, monitor.cli.main; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
    assert cli.name == "cli"


@pytest.mark.parametrize("words", [["show"], ["explain"], ["status"], ["sources", "test"], ["changes", "--since"], []])
def test_what_an_error_repeats_can_neither_steer_the_terminal_nor_fill_it(desk: Desk, words: list[str]) -> None:
    desk.configure(FDA)
    desk.check()
    ran = desk.run(*words, "CH-\x1b[31m\x07\u202e\r" + "A" * 100_000)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert all(line.isprintable() and len(line) <= 2_000 for line in ran.err.splitlines())


def test_a_name_longer_than_the_file_system_takes_is_a_usage_error(desk: Desk) -> None:
    desk.configure(FDA)
    desk.check()
    for words in (("backup",), ("evidence", "--check", "1", "-o")):
        ran = desk.run(*words, "A" * 400)
        assert (ran.code, "longer than a file may be named" in ran.err) == (Exit.USAGE, True)
