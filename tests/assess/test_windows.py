"""What closes when, where the list does not say: computed by the rule of the process, and named as computed."""

from datetime import date

import pytest

from monitor.assess.windows import months_on
from monitor.model.assessment import Basis, DateKind, LegalDate
from monitor.model.difference import Difference
from tests.assess.samples import SEEN, added, judged, modified, record

TITLE = "DEMO: autonomous analysis of retinal images (CPT 92229)"
SEEN_ON = SEEN.date()


def proposed(note: str = "In Comment", **fields: str) -> dict[str, str]:
    return {"document_display_id": "DL99999", "document_type": "LCD", "title": TITLE, "note": note, **fields}


def analysis(status: str, **fields: str) -> dict[str, str]:
    return {"document_type": "NCA", "document_status": status, "title": TITLE, **fields}


def dates(source_id: str, difference: Difference) -> tuple[LegalDate, ...]:
    return judged(source_id, difference).dates


@pytest.mark.parametrize(
    ("source_id", "fields", "kind", "on"),
    [
        ("cms.proposed-lcds", proposed(), DateKind.COMMENT_CLOSES, date(2027, 1, 7)),
        ("cms.proposed-lcds", proposed(updated_on="2026-11-20"), DateKind.COMMENT_CLOSES, date(2027, 1, 4)),
        ("cms.ncas", analysis("Open"), DateKind.DECISION_DUE, date(2027, 5, 23)),
        ("cms.ncas", analysis("Open", last_updated="2026-11-12"), DateKind.DECISION_DUE, date(2027, 5, 12)),
        ("cms.ncas", analysis("Proposed"), DateKind.COMMENT_CLOSES, date(2026, 12, 23)),
        (
            "cms.lcds",
            {"document_display_id": "L99999", "document_type": "LCD", "title": TITLE, "note": "Future"},
            DateKind.NOTICE_ENDS,
            date(2027, 1, 7),
        ),
    ],
)
def test_a_step_that_was_just_reached_has_its_window_computed_and_the_rule_named(
    source_id: str, fields: dict[str, str], kind: DateKind, on: date
) -> None:
    (found,) = dates(source_id, added(record("DEMO v1", fields)))
    assert (found.kind, found.on, found.basis) == (kind, on, Basis.COMPUTED)
    assert "coverage process of CMS" in found.ground
    assert "counted from 2026-11-" in found.ground


def test_a_stated_day_counts_instead() -> None:
    row = record("DL99999 v1", proposed(comment_end_date="2027-01-15"))
    (found,) = dates("cms.proposed-lcds", added(row))
    assert (found.on, found.basis) == (date(2027, 1, 15), Basis.STATED)


def test_a_window_is_counted_once_when_its_step_is_reached() -> None:
    before, after = record("DL99999 v1", proposed("Comments Ended")), record("DL99999 v1", proposed())
    assert [one.basis for one in dates("cms.proposed-lcds", modified(before, after))] == [Basis.COMPUTED]
    same = record("DL99999 v1", proposed(contractor_name_type="DEMO"))
    assert dates("cms.proposed-lcds", modified(after, same)) == ()


def test_an_update_of_long_ago_is_not_the_day_on_which_the_step_was_reached() -> None:
    (found,) = dates("cms.proposed-lcds", added(record("DL99999 v1", proposed(updated_on="2026-06-01"))))
    assert f"counted from {SEEN_ON.isoformat()}, the day it was first seen" in found.ground


def test_six_months_after_the_last_of_august_is_the_last_of_february() -> None:
    assert months_on(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_on(date(2026, 12, 5), 1) == date(2027, 1, 5)
