"""Which slots of the schedule a span answers for."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.digest import SourceCoverage
from monitor.model.ids import SourceId
from monitor.model.source import Contract, Kind, Route, Source
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.pipeline.coverage import Span, cover
from monitor.pipeline.digest import week_bounds
from monitor.pipeline.rulings import slot_of

DAY = timedelta(days=1)
SOURCE = Source(
    id=SourceId("demo.list"),
    name="DEMO list",
    authority="DEMO",
    kind=Kind.TABLE,
    routes=(Route(url="https://demo.invalid/list"),),
    every=DAY,
    extractor="table",
    contract=Contract(),
)
MONDAY = date(2026, 10, 5)


def check(at: datetime) -> Check:
    ruling = Ruling(verdict=Verdict.SAME, code="same", reason="")
    return Check(
        source_id=SOURCE.id,
        slot_at=slot_of(at, DAY),
        started_at=at,
        ended_at=at,
        trigger=Trigger.SCHEDULE,
        ruling=ruling,
    )


def covered(ran: list[datetime], span: Span) -> SourceCoverage:
    """The span's coverage by checks that ran at these moments, all of them good."""
    checks = [check(at) for at in ran if at < span.end_at]
    earlier = [at for at in ran if at < span.start_at]
    return cover(SOURCE, checks, span, first_check_at=min(ran), good_before=max(earlier, default=None))


def week(monday: date, zone: str) -> Span:
    start_at, end_at = week_bounds(monday, ZoneInfo(zone))
    return Span(start_at=start_at, end_at=end_at)


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Pacific/Auckland", "Asia/Kolkata"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_a_daily_check_at_any_hour_makes_seven_of_seven_in_any_zone(zone: str, hour: int) -> None:
    begin = datetime(2026, 9, 1, hour, 3, tzinfo=UTC)
    ran = [begin + n * DAY for n in range(80)]
    for n in range(6):  # across the end of summer time
        found = covered(ran, week(MONDAY + timedelta(weeks=n), zone))
        assert (found.good, found.expected, found.not_run) == (found.expected, found.expected, 0)
        assert found.expected in {7, 8}
    assert covered(ran, week(MONDAY, zone)).expected == 7


def test_the_first_week_counts_from_the_first_check() -> None:
    ran = [datetime(2026, 10, 8, 11, 3, tzinfo=UTC) + n * DAY for n in range(10)]
    found = covered(ran, week(MONDAY, "America/New_York"))
    assert (found.good, found.expected) == (4, 4)


def test_a_check_just_made_counts_before_its_slot_is_over() -> None:
    now = datetime(2026, 10, 8, 11, 3, tzinfo=UTC)
    found = covered([now], Span(start_at=now - 7 * DAY, end_at=now + timedelta(minutes=5)))
    assert (found.good, found.expected) == (1, 1)


def test_a_day_that_never_ran_is_told_in_its_own_week() -> None:
    ran = [datetime(2026, 10, 1, 11, 3, tzinfo=UTC) + n * DAY for n in range(20) if n != 11]  # not on Monday, Oct 12
    first, second = (covered(ran, week(monday, "America/New_York")) for monday in (MONDAY, date(2026, 10, 12)))
    assert (first.not_run, first.good, first.expected) == (0, 7, 7)
    assert (second.not_run, second.good, second.expected) == (1, 6, 7)


@given(st.lists(st.integers(0, 40 * 24), min_size=1, unique=True), st.lists(st.integers(0, 40 * 24), max_size=5))
def test_whatever_the_spans_no_slot_that_was_covered_is_counted_twice(hours: list[int], cuts: list[int]) -> None:
    begin = datetime(2026, 10, 1, 0, 30, tzinfo=UTC)
    ran = sorted(begin + timedelta(hours=hour) for hour in hours)
    edges = sorted({begin, begin + timedelta(hours=40 * 24 + 48), *(begin + timedelta(hours=cut) for cut in cuts)})
    spans = [Span(start_at=a, end_at=b) for a, b in pairwise(edges)]
    assert sum(covered(ran, span).good for span in spans) == len({slot_of(at, DAY) for at in ran})
