"""Dates that cannot be right, in the fields that hold dates; what was believed once is not asked again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compare.dating import odd_dates
from monitor.compare.vetting import judge_snapshot
from monitor.model.snapshot import Snapshot
from monitor.model.source import Contract
from tests.compare.build import record, table

TODAY = date(2026, 11, 2)
AHEAD = timedelta(days=30)


def dated(*days: str, start: int = 1) -> Snapshot:
    return table(*(record(f"K{n}", decided=day, note="no day") for n, day in enumerate(days, start=start)))


USUAL = ("2024-05-06", "2025-01-31", "2026-10-30")


def odd(fresh: Snapshot, baseline: Snapshot | None = None) -> list[str]:
    return odd_dates(fresh, baseline, TODAY, AHEAD)


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-13-01", "0001-01-01", "1899-12-31", "2026-12-03", "31/02/2026", "2.11.26", "2026-1-5"]
)
def test_a_day_that_cannot_be_or_is_not_written_as_the_others_is_odd(day: str) -> None:
    assert odd(dated(*USUAL, day)) == [f"K4: {day}"]


@pytest.mark.parametrize("day", ["1900-01-01", "2026-12-02", "2024-02-29", "2026-11-02T10:00", "", "pending"])
def test_the_limits_themselves_a_leap_day_a_time_and_words_are_not_odd(day: str) -> None:
    assert odd(dated(*USUAL, day)) == []


@given(st.dates(min_value=date(1900, 1, 1), max_value=TODAY + AHEAD))
def test_no_day_of_the_calendar_within_the_limits_is_odd(day: date) -> None:
    assert odd(dated(*USUAL, day.isoformat())) == []


@given(st.dates(min_value=TODAY + AHEAD + timedelta(days=1)))
def test_every_day_beyond_what_may_be_announced_is_odd(day: date) -> None:
    assert odd(dated(*USUAL, day.isoformat())) == [f"K4: {day}"]


def test_what_was_believed_once_does_not_count_and_its_change_does() -> None:
    before = dated(*USUAL, "2026-02-30")
    assert odd(before, before) == []
    assert odd(dated(*USUAL, "2026-02-30", "2026-02-31"), before) == ["K5: 2026-02-31"]
    noted = table(*(replace(one, fields={**one.fields, "note": "new"}) for one in before.records))
    assert odd(noted, before) == []
    assert odd(dated("2024-05-07", *USUAL[1:], "2026-02-31"), before) == ["K4: 2026-02-31"]


def test_only_fields_of_which_most_hold_dates_are_looked_at() -> None:
    """A code such as 12-34-56 is no date; of the copy before, if there was one, one sees which fields hold dates."""
    halves = table(
        *(record(f"K{n}", part=part) for n, part in enumerate(["2026-02-30", "12-34-56", "2026-01-01", "x"]))
    )
    assert odd(halves) == []
    assert odd(dated("12-34-56"), dated(*USUAL, start=5)) == ["K1: 12-34-56"]
    assert odd(dated("2026-02-30", "2026-01-01"), halves) == []


@pytest.mark.parametrize(("wrong", "code"), [(1, None), (2, "bad-dates"), (3, "bad-dates")])
def test_one_odd_date_is_a_slip_of_the_pen_and_two_are_a_mistake_in_reading(wrong: int, code: str | None) -> None:
    fresh = dated(*USUAL, *["2026-02-30"] * wrong)
    contract = Contract(dates_ahead=AHEAD)
    ruling = judge_snapshot(fresh, dated(*USUAL), contract, sliding=True, today=TODAY)
    assert (ruling.code if ruling else None) == code
    assert judge_snapshot(fresh, dated(*USUAL), contract, sliding=True) is None
