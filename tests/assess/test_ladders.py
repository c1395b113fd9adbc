"""The rungs that one matter has climbed, from what copies and changes showed, and by a date alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.assess.ladders import Sighting, rungs_of, rungs_of_code
from monitor.assess.rules import parse_rules
from monitor.config.shipped import read_reference, shipped
from monitor.model.difference import Act
from monitor.model.ids import ChangeId, RecordKey
from monitor.model.snapshot import Record

RULES = parse_rules(read_reference(shipped("data")))
START = datetime(2026, 9, 1, tzinfo=UTC)


def seen(day: int, source: str, key: str, act: Act = Act.MODIFIED, **fields: str) -> Sighting:
    return Sighting(
        source_id=source,
        record=Record(key=RecordKey(key), label="DEMO", fields=fields),
        act=act,
        seen_at=START + timedelta(days=day),
        change_id=ChangeId(f"CH-2026-{day:04d}") if day else None,
    )


def lcd(day: int, note: str, effective: str = "", key: str = "L90001 v1") -> Sighting:
    fields = {"document_display_id": key.split()[0], "note": note, "effective_date": effective}
    return seen(day, "cms.lcds", key, Act.MODIFIED, **fields)


def says(sightings: list[Sighting], today: date) -> list[str]:
    return [rung.says for rung in rungs_of(sightings, RULES, today)]


def test_an_lcd_climbs_from_its_proposal_to_its_retirement_and_staying_adds_no_rung() -> None:
    steps = [
        seen(0, "cms.proposed-lcds", "DL90001 v1", document_display_id="DL90001", note="In Comment"),
        lcd(20, "Future", "2026-12-01"),
        lcd(30, "Future", "2026-12-01"),
        lcd(95, "", "2026-12-01"),
        lcd(99, "Retired"),
    ]
    rungs = rungs_of(steps, RULES, date(2027, 1, 1))
    assert [(rung.says, rung.change_id) for rung in rungs] == [
        ("proposed LCD in comment", None),
        ("final in notice (future)", "CH-2026-0020"),
        ("effective", "CH-2026-0095"),
        ("retired", "CH-2026-0099"),
    ]
    assert "first look" in rungs[0].ground


@pytest.mark.parametrize(
    ("today", "last"), [(date(2026, 11, 30), "final in notice (future)"), (date(2026, 12, 1), "effective")]
)
def test_the_day_a_notice_ends_the_document_is_in_force_and_the_date_is_named_as_the_ground(
    today: date, last: str
) -> None:
    rungs = rungs_of([lcd(1, "Future", "2026-12-01")], RULES, today)
    assert rungs[-1].says == last
    assert rungs[-1].seen_at is not None or "computed" in rungs[-1].ground


def test_a_device_is_listed_changed_and_removed() -> None:
    row = {"submission_number": "K900001", "product_code": "PIB", "date": "2026-01-02"}
    acts = [(0, Act.ADDED), (5, Act.MODIFIED), (9, Act.REMOVED)]
    steps = [seen(day, "fda.ai-devices", "K900001", act, **row) for day, act in acts]
    assert says(steps, date(2027, 1, 1)) == ["FDA listed", "FDA listing changed", "FDA listing removed"]


def test_a_proposed_rule_whose_comments_closed_waits_for_the_final_one() -> None:
    fields = {"document_number": "2026-90001", "type": "Proposed Rule", "comments_close_on": "2026-10-01"}
    step = seen(1, "federal-register", "2026-90001", Act.ADDED, **fields)
    assert says([step], date(2026, 10, 1)) == ["proposed rule"]
    assert says([step], date(2026, 10, 2)) == ["proposed rule", "proposed rule with comments closed"]


def test_a_national_analysis_goes_by_the_word_of_its_status() -> None:
    words = ["Open", "Proposed Decision Memo posted", "Closed"]
    steps = [seen(n, "cms.ncas", "90001N", document_type="NCA", document_status=word) for n, word in enumerate(words)]
    assert says(steps, date(2027, 1, 1)) == [
        "national coverage analysis open",
        "proposed national decision in comment",
        "national decision issued",
    ]


def test_a_code_of_the_reference_list_is_in_force_to_come_or_deleted_by_its_date() -> None:
    def code(number: str, today: date) -> list[str]:
        return [rung.says for rung in rungs_of_code(RULES.codes[number], RULES, today)]

    assert code("92229", date(2020, 12, 31)) == ["code published"]
    assert code("92229", date(2021, 1, 1)) == ["code in force"]
    assert code("0623T", date(2026, 1, 1)) == ["code deleted"]
    assert rungs_of_code(None, RULES, date(2026, 1, 1)) == ()
