"""Dates that a person enters, through the program itself: shown with their basis, kept, taken back, audited."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from monitor.compare.canonical import item_sha256
from monitor.store import open_writer
from tests.e2e.desk import FDA, Desk
from tests.fakes import NOW
from tests.store.making import write_change

ONE = "CH-2026-0001"
WHY = ("--by", "A. Reader", "--reason", "DEMO webinar")
ENTER = ("date", ONE, "--kind", "comment-closes", "--on", "2999-12-07", "--clock", "5 p.m. EST", *WHY)


@pytest.fixture
def news(desk: Desk) -> Desk:
    desk.configure(FDA)
    desk.begin_simulated_time(NOW)
    store = open_writer(desk.database, now=NOW, item_sha256=item_sha256)
    with store.unit() as unit:
        write_change(unit, 1, hour=1)
    store.close()
    return desk


def entered(desk: Desk) -> list[tuple[str, str, str | None]]:
    dates = desk.run("show", ONE, "--json").body["dates"]
    return [(one["kind"], one["on"], one["clock"]) for one in dates if one["basis"] == "entered"]


def test_an_entered_date_stands_beside_the_others_and_says_by_whom_and_why(news: Desk) -> None:
    before = news.run("show", ONE, "--json").body["dates"]
    assert news.run(*ENTER).code == 0
    assert entered(news) == [("comment closes", "2999-12-07", "5 p.m. EST")]
    after = news.run("show", ONE, "--json").body["dates"]
    assert [one for one in after if one["basis"] != "entered"] == before
    shown = " ".join(news.run("show", ONE).out.split())
    assert "Dec 7, 2999, 5 p.m. EST comments close" in shown
    assert "(entered by A. Reader on " in shown
    assert ": DEMO webinar)" in shown
    assert news.run("verify").code == 0


def test_the_digest_tells_it_ahead_with_its_time_of_day(news: Desk) -> None:
    soon = f"{NOW + timedelta(days=20):%Y-%m-%d}"
    news.run(*ENTER[:5], soon, *ENTER[6:])
    preview = " ".join(news.run("digest", "--preview").out.split())
    assert "Comments close, 5 p.m. EST: " in preview
    assert "(entered by A. Reader on " in preview


def test_a_later_word_takes_its_place_and_withdrawing_leaves_what_a_page_states(news: Desk) -> None:
    before = news.run("show", ONE, "--json").body["dates"]
    news.run(*ENTER)
    news.run("date", ONE, "--kind", "comment-closes", "--on", "2999-12-09", *WHY)
    assert entered(news) == [("comment closes", "2999-12-09", None)]
    news.run("date", ONE, "--kind", "comment-closes", "--withdraw", *WHY)
    assert news.run("show", ONE, "--json").body["dates"] == before
    assert "Nobody entered" in news.run("date", ONE, "--kind", "comment-closes", "--withdraw", *WHY).err


def test_other_rules_leave_what_people_entered(news: Desk) -> None:
    news.run(*ENTER)
    news.run("assess", "--replay", "--apply", "A. Reader")
    assert len(entered(news)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on", "2027-02-30"], "is no day of the calendar"),
        (["--on", "soon"], "is no day of the calendar"),
        ([], "Write --on DATE"),
        (["--on", "2027-01-01", "--withdraw"], "Write --on DATE"),
        (["--on", "2027-01-01", "--item", "K999999"], "has no item"),
        (["--on", "2027-01-01", "--clock", "x" * 41], "--clock must be"),
    ],
)
def test_what_is_no_date_is_refused_and_nothing_is_kept(news: Desk, words: Sequence[str], said: str) -> None:
    ran = news.run("date", ONE, "--kind", "effective", *words, *WHY)
    assert ran.code == 2
    assert said in ran.err
    assert entered(news) == []
