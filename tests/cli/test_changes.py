"""``changes``, ``show``, ``coverage``, ``status`` and ``digest`` on a small record."""

import shutil
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.cli.main import run
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv, renamed
from tests.loopback import LoopbackServer, Response

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RIBBON = "*** DEMO - INVENTED EVENTS - NOT REGULATORY NEWS ***"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In simulated time: a baseline on Monday, an added device a day later, a respelling on Wednesday."""
    added = [*a_list(), AEYE_2024]
    lists = [a_list(), added, renamed(added, "K900003", "demo überscan 3")]
    with LoopbackServer() as server, redirect_stdout(StringIO()):
        desk = Desk(folder=tmp_path_factory.mktemp("record"), server=server)
        desk.configure(FDA)
        desk.begin_simulated_time(BEGIN)
        desk.serve(FDA_URL, [Response(body=as_csv(one), media_type="text/csv") for one in lists])
        for day in range(len(lists)):
            desk.set_time(BEGIN + timedelta(days=day))
            assert run(["--config", str(desk.settings), "check"]) == 0
    return desk.database


@pytest.fixture
def seen(desk: Desk, record: Path) -> Desk:
    """A copy of the record, to read and to write."""
    desk.configure(FDA)
    shutil.copy(record, desk.database)
    return desk


def listed(desk: Desk, *words: str) -> list[str]:
    return [one["news"] for one in desk.run("changes", "--json", *words).body["changes"]]


@pytest.mark.parametrize(
    ("words", "news"),
    [
        ([], ["added"]),
        (["--tier", "noise"], ["editorial"]),
        (["--tier", "Review, NOISE"], ["editorial", "added"]),
        (["--tier", "act,fyi"], []),
        (["--since", "36h"], ["added"]),
        (["--since", "12h"], []),
        (["--since", "12h", "--tier", "noise"], ["editorial"]),
        (["--since", "2026-11-25", "--tier", "noise,review"], ["editorial"]),
        (["--since", "last-monday"], ["added"]),
        (["--source", "fda.ai-devices"], ["added"]),
    ],
)
def test_changes_are_filtered_by_time_tier_and_source(seen: Desk, words: list[str], news: list[str]) -> None:
    assert listed(seen, *words) == news


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["changes", "--tier", "urgent"], "“urgent” is no tier"),
        (["changes", "--tier", ""], "no tier is named"),
        (["changes", "--since", "soon"], "is not a time"),
        (["changes", "--since", "2099-01-01"], "still to come"),
        (["changes", "--source", "fda.ai-device"], "is or was watched"),
        (["coverage", "--since", "7 fortnights"], "is not a time"),
        (["show", "CH-2026-9999"], "There is no change CH-2026-9999"),
        (["show", "K240058"], "There is no change"),
        (["digest"], "--preview"),
        (["digest", "--preview", "--week", "2026-W54"], "is no ISO week"),
        (["digest", "--preview", "--week", "last"], "is no ISO week"),
        (["digest", "--preview", "--week", "9999-W52"], "is no ISO week"),
        (["digest", "--preview", "--week", "2026-W49"], "still to come"),
        (["digest", "--preview", "--html", "/no/such/folder/x.html"], "name a file in a folder you may write to"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error_that_says_what_to_type(seen: Desk, words: list[str], said: str) -> None:
    ran = seen.run(*words)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert "Traceback" not in ran.err


def test_no_changes_is_said_on_stderr_and_points_to_the_proof(seen: Desk) -> None:
    ran = seen.run("changes", "--tier", "act")
    assert (ran.code, ran.out, "cmaa-monitor coverage --since 7d" in ran.err) == (0, "", True)
    assert seen.run("--quiet", "changes", "--tier", "act").err == ""


def test_show_gives_the_item_its_reasons_and_its_evidence_whatever_the_case_of_the_id(seen: Desk) -> None:
    (change,) = seen.run("changes", "--json").body["changes"]
    ran = seen.run("show", change["id"].lower())
    assert ran.code == 0
    for words in (change["id"], "K240058", "AEYE-DS", "92229", "SHA-256"):
        assert words in ran.out
    body = seen.run("show", change["id"], "--json").body
    assert [one["key"] for one in body["differences"]] == ["K240058"]
    with seen.store() as store:
        assert store.queries.object_bytes(body["evidence"]["after_sha256"]).endswith(b"PIB\r\n")


def test_all_that_a_demo_database_shows_carries_the_ribbon(seen: Desk) -> None:
    seen.serve(FDA_URL, Response(status=500))
    (change,) = seen.run("changes", "--json").body["changes"]
    for words in (["changes"], ["coverage"], ["status"], ["show", change["id"]], ["digest", "--preview"], ["check"]):
        assert RIBBON in seen.run(*words).out, words
    for words in (["changes"], ["coverage"], ["status"], ["show", change["id"]], ["check"]):
        assert seen.run(*words, "--json").body["demo"] is True


def test_coverage_counts_what_was_due_and_made(seen: Desk) -> None:
    ran = seen.run("coverage", "--json")
    (row,) = ran.body["sources"]
    assert (ran.code, row["good"], row["expected"], row["failed"], row["not_run"]) == (0, 3, 3, 0, 0)
    seen.set_time(BEGIN + timedelta(days=6))
    ran = seen.run("coverage", "--json")
    (row,) = ran.body["sources"]
    assert (ran.code, row["good"], row["expected"], row["not_run"], row["verified"]) == (3, 3, 6, 3, False)
    assert row["longest_gap_s"] == 4 * 86400
    shown = seen.run("coverage").out
    assert ("Gap: fda.ai-devices: " in shown, "3/6" in shown) == (True, True)


def test_a_check_of_this_very_moment_counts_although_the_clock_stands(seen: Desk) -> None:
    seen.serve(FDA_URL, Response(status=500))
    seen.set_time(BEGIN + timedelta(days=3))
    assert seen.run("check").code == 3
    assert [seen.run(*words).code for words in (["status"], ["coverage"], ["digest", "--preview"])] == [3, 3, 3]


def test_status_sums_up_the_week(seen: Desk) -> None:
    ran = seen.run("status")
    assert (ran.code, "0 to act on, 1 to review" in ran.out, "1 of 1 sources verified" in ran.out) == (0, True, True)
    body = seen.run("status", "--json").body
    assert (body["changes_7d"]["REVIEW"], body["changes_7d"]["NOISE"], body["dead_deliveries"]) == (1, 1, 0)


def test_due_checks_only_what_is_due_and_says_that_the_schedule_asked(seen: Desk) -> None:
    assert seen.run("check", "--due", "--json").body["checked"] == 0
    assert seen.run("check", "--due").code == 0
    seen.set_time(BEGIN + timedelta(days=3))
    assert seen.run("check", "--due", "--json").body["checked"] == 1
    with seen.store() as store:
        newest = store.queries.last_checks().popitem()[1]
    assert newest.trigger == "schedule"


def test_the_html_of_a_digest_is_written_beside_the_text(seen: Desk) -> None:
    target = seen.folder / "digest.html"
    ran = seen.run("digest", "--preview", "--html", str(target))
    assert (ran.code, ran.out.startswith("Subject: [DEMO] 1 to review")) == (0, True)
    assert ("<html" in target.read_text(), "K240058" in target.read_text(), "K240058" in ran.out) == (True, True, True)
    last_week = seen.run("digest", "--preview", "--week", "2026-W47")
    assert "K240058" not in last_week.out
