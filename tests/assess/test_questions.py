"""The standing sheet: the starter file, and what answers and changes make of it."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from monitor.assess.questions import read_starter, sheet_of
from monitor.config.shipped import read_reference, shipped
from monitor.model.assessment import Tier, Topic
from monitor.model.digest import OpenItem
from monitor.model.errors import ConfigError
from monitor.model.ids import ChangeId, SourceId
from monitor.model.question import Answer, Knowledge, SheetRow

STARTER = read_starter(read_reference(shipped("data")))


def item(number: int, *topics: Topic, tier: Tier = Tier.REVIEW, seq: int = 5) -> OpenItem:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return OpenItem(
        change_id=ChangeId(f"CH-2026-{number:04d}"),
        source_id=SourceId("demo.source"),
        headline="DEMO",
        tier=tier,
        topics=topics,
        first_changed_at=at,
        seq=seq,
    )


def given(question: str, seq: int, *citations: str) -> Answer:
    return Answer(
        id="AN-2026-0001",
        question_id=question,
        state=Knowledge.PARTLY,
        text="DEMO answer.",
        citations=citations,
        by="A. Reader",
        looked_on=date(2026, 11, 2),
        given_at=datetime(2026, 11, 2, tzinfo=UTC),
        seq=seq,
    )


def row(sheet: tuple[SheetRow, ...], question: str) -> SheetRow:
    return next(one for one in sheet if one.question.id == question)


def test_the_shipped_sheet_has_the_stage_and_the_four_questions_each_dated() -> None:
    assert [one.question.id for one in STARTER] == ["stage", "who-bills", "documentation", "medicare", "payers"]
    assert {one.answer.looked_on for one in STARTER} == {date(2026, 7, 31)}
    cited = [one for one in STARTER if one.answer.state is not Knowledge.UNKNOWN]
    assert all(one.answer.citations for one in cited)


def test_a_change_on_a_topic_of_the_question_may_move_it_until_a_person_answers_after_it() -> None:
    items = [item(1, Topic.COVERAGE, seq=5), item(2, Topic.CODING, seq=6), item(3, Topic.PAYMENT, seq=9)]
    assert row(sheet_of(STARTER, [], items), "medicare").may_move == ("CH-2026-0001", "CH-2026-0003")
    assert row(sheet_of(STARTER, [given("medicare", 7)], items), "medicare").may_move == ("CH-2026-0003",)
    assert row(sheet_of(STARTER, [given("medicare", 9)], items), "medicare").may_move == ()


def test_the_stage_is_moved_by_nothing_less_than_act() -> None:
    items = [item(1, Topic.CODING), item(2, Topic.CODING, tier=Tier.ACT)]
    assert row(sheet_of(STARTER, [], items), "stage").may_move == ("CH-2026-0002",)


def test_the_newest_answer_counts_and_the_change_it_last_cited_moved_it() -> None:
    first = given("payers", 3, "CH-2026-0007")
    sheet = sheet_of(STARTER, [first, replace(first, citations=("https://demo.invalid/policy",), text="Later.")], [])
    assert (row(sheet, "payers").answer.text, row(sheet, "payers").moved_by) == ("Later.", "CH-2026-0007")
    assert row(sheet, "medicare").answer.by == "starter sheet"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "questions"),
        ("version: 1\nlooked_on: soon\nquestions: []\n", "2026-07-31"),
        ("version: 1\nlooked_on: '2026-07-31'\nquestions:\n  - {id: a, asks: b, short: c, state: so, text: d}\n", ":4"),
        ("version: 1\nlooked_on: '2026-07-31'\nquestions:\n  - {id: a, wrong: b}\n", "wrong"),
    ],
)  # fmt: skip
def test_a_fault_of_the_file_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_starter({"questions.yaml": text})
