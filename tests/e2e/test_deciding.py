"""Decisions about changes through the program itself: taken, shown, superseded, taken back, and sealed."""

from collections.abc import Sequence

import pytest

from monitor.compare.canonical import item_sha256
from monitor.store import open_writer
from monitor.store.driver import sqlite3
from tests.e2e.desk import EVER, FDA, Desk
from tests.fakes import NOW
from tests.store.making import write_change

ONE, TWO = "CH-2026-0001", "CH-2026-0002"
BY = ("--by", "A. Reader")
SOON = "2999-12-02"


@pytest.fixture
def news(desk: Desk) -> Desk:
    """Two changes that ask for a decision, as two checks left them."""
    desk.configure(FDA)
    store = open_writer(desk.database, now=NOW, item_sha256=item_sha256)
    for number in (1, 2):
        with store.unit() as unit:
            write_change(unit, number, hour=number)
    store.close()
    return desk


def still_open(desk: Desk) -> list[tuple[str, str | None]]:
    found = desk.run("changes", "--open", "--json").body["changes"]
    return [(one["id"], one["decision"]["outcome"] if one["decision"] else None) for one in found]


def test_what_is_decided_waits_no_more_and_stands_with_its_change(news: Desk) -> None:
    assert still_open(news) == [(ONE, None), (TWO, None)]
    ran = news.run("decide", ONE.lower(), "--no-impact", "--reason", "DEMO not in use", *BY)
    assert (ran.code, "DC-" in ran.out, "No impact (A. Reader, " in ran.out) == (0, True, True)
    assert still_open(news) == [(TWO, None)]
    shown = news.run("show", ONE, "--json").body
    assert shown["decision"] == shown["decisions"][0]
    assert (shown["decision"]["outcome"], shown["decision"]["reason"]) == ("no impact", "DEMO not in use")
    rows = {row["id"]: row["decision"] for row in news.run("changes", "--since", EVER, "--json").body["changes"]}
    assert (rows[ONE]["by"], rows[TWO]) == ("A. Reader", None)
    assert "DEMO not in use" in news.run("show", ONE).out
    assert news.run("status", "--json").body["open"] == {"awaiting_decision": 1, "in_hand": 0, "overdue": 0}


def test_what_is_in_hand_stays_open_with_its_owner_until_it_is_done(news: Desk) -> None:
    news.run("decide", ONE, TWO, "--action-needed", "--owner", "B. Owner", "--due", SOON, *BY)
    assert still_open(news) == [(ONE, "action needed"), (TWO, "action needed")]
    preview = news.run("digest", "--preview").out
    assert "IN HAND (2)" in preview
    news.run("decide", ONE, "--monitor", *BY)
    kept = news.run("show", ONE, "--json").body["decision"]
    assert (kept["outcome"], kept["owner"], kept["due"]) == ("monitor", "B. Owner", SOON)
    news.run("decide", ONE, "--done", *BY)
    assert still_open(news) == [(TWO, "action needed")]


def test_a_later_decision_counts_and_a_reopened_change_awaits_one_again(news: Desk) -> None:
    news.run("decide", TWO, "--duplicate-of", ONE, "--reason", "DEMO same", *BY)
    news.run("decide", TWO, "--reopen", "--reason", "DEMO it is not", *BY)
    assert still_open(news) == [(ONE, None), (TWO, None)]
    history = news.run("show", TWO, "--json").body["decisions"]
    assert [(said["outcome"], said["duplicate_of"]) for said in history] == [("duplicate", ONE), ("reopened", None)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["CH-2026-9999", "--done"], "There is no change"),
        ([], "Say one thing"),
        (["--done", "--monitor"], "Say one thing"),
        (["--no-impact"], "needs --reason"),
        (["--not-relevant", "--reason", " "], "needs --reason"),
        (["--monitor", "--due", "soon"], "is no day"),
        (["--monitor", "--due", "2020-01-01"], "has passed"),
        (["--monitor", "--reason", "x" * 501], "at most 500"),
        (["--monitor", "--reason", "DEMO\x1b[31m"], "plain text"),
        (["--monitor", "--owner", ""], "--owner must name"),
        (["--reopen", "--reason", "x"], "nothing to reopen"),
    ],
)
def test_a_decision_without_measure_or_ground_is_refused_whole(news: Desk, words: Sequence[str], said: str) -> None:
    ran = news.run("decide", ONE, *words, *BY)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    for name in ("", "\x1b[31mred", "\u202eA. Reader", "x" * 81):
        assert news.run("decide", ONE, "--done", "--by", name).code == 2
    assert news.run("decide", ONE, "--duplicate-of", ONE, "--reason", "x", *BY).code == 2
    assert still_open(news) == [(ONE, None), (TWO, None)]


def test_a_decision_that_was_altered_removed_or_slipped_in_is_named(news: Desk) -> None:
    news.run("decide", ONE, "--monitor", *BY)
    assert news.run("decide", ONE, "--monitor", *BY).code == 2  # so it was decided before
    assert news.run("verify").code == 0
    connection = sqlite3.connect(news.database)
    with pytest.raises(sqlite3.Error, match="evidence"):
        connection.execute("DELETE FROM decision")
    connection.execute(
        "INSERT INTO decision (id, change_id, outcome, reason, by, owner, at)"
        " SELECT 'DC-2026-9000', change_id, outcome, reason, by, owner, at FROM decision"
    )
    connection.execute("DROP TRIGGER decision_refuses_update")
    connection.execute("UPDATE decision SET by = 'other' WHERE id <> 'DC-2026-9000'")
    connection.commit()
    connection.close()
    ran = news.run("verify")
    assert ran.code != 0
    assert "decision DC-2026-9000 is not in the audit chain" in ran.out + ran.err
    assert (ran.out + ran.err).count("decision DC-") == 2
