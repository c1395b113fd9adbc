"""Which dates on record are worth a calendar."""

from datetime import date

from monitor.model.assessment import Basis, DateKind, LegalDate, Tier
from monitor.model.digest import DatedChange
from monitor.model.ids import ChangeId, SourceId
from monitor.pipeline.dated import worth_a_calendar


def dated(change: str, tier: Tier, on: str, *, key: str | None = "DEMO-L1") -> DatedChange:
    legal = LegalDate(kind=DateKind.EFFECTIVE, on=date.fromisoformat(on), basis=Basis.STATED, ground="DEMO", key=key)
    return DatedChange(
        change_id=ChangeId(change), source_id=SourceId("demo.list"), headline="DEMO", tier=tier, date=legal
    )


def test_a_date_of_a_trifle_is_kept_out_of_the_calendar() -> None:
    assert worth_a_calendar([dated("CH-1", Tier.FYI, "2027-01-01"), dated("CH-2", Tier.NOISE, "2027-02-01")]) == ()


def test_a_later_trifle_says_what_day_stands_for_a_thing_that_matters() -> None:
    moved, first = dated("CH-2", Tier.FYI, "2027-02-01"), dated("CH-1", Tier.REVIEW, "2027-01-01")
    assert worth_a_calendar([moved, first]) == (moved, first)


def test_a_change_that_was_taken_back_makes_nothing_matter() -> None:
    rows = [dated("CH-2", Tier.FYI, "2027-02-01"), dated("CH-1", Tier.ACT, "2027-01-01")]
    assert worth_a_calendar(rows, {ChangeId("CH-1")}) == ()


def test_dates_without_an_item_belong_to_their_change_alone() -> None:
    rows = [dated("CH-2", Tier.FYI, "2027-02-01", key=None), dated("CH-1", Tier.ACT, "2027-01-01", key=None)]
    assert worth_a_calendar(rows) == (rows[1],)
