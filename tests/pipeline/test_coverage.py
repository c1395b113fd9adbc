from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.model.digest import SourceCoverage
from monitor.model.hand import HandSaved
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.pipeline.coverage import Span, cover
from monitor.pipeline.digest import week_bounds
from monitor.pipeline.rulings import slot_of
from tests.pipeline.samples import DAY, a_check, a_source

HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")
GOOD, BAD = Verdict.SAME, Verdict.FAILED


def week(monday: date, zone: ZoneInfo = NEW_YORK) -> Span:
    start_at, end_at = week_bounds(monday, zone)
    return Span(start_at=start_at, end_at=end_at)


def daily(first: date, count: int, hour: int = 7, minute: int = 3) -> list[Check]:
    """Good checks at a local time of day in New York."""
    days = (first + n * DAY for n in range(count))
    return [a_check(datetime(d.year, d.month, d.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)) for d in days]


def covered(checks: Sequence[Check], span: Span, every: timedelta = DAY) -> SourceCoverage:
    before = [c for c in checks if c.started_at < span.start_at and c.ruling.verdict.verified]
    return cover(
        a_source(every=every),
        [c for c in checks if c.started_at < span.end_at],
        span,
        first_check_at=checks[0].started_at if checks else None,
        good_before=before[-1].ended_at if before else None,
    )


@pytest.mark.parametrize("hour", [0, 7, 12, 19, 20, 23])
@pytest.mark.parametrize("monday", [date(2026, 10, 26), date(2026, 11, 2), date(2027, 3, 8), date(2026, 7, 6)])
def test_seven_daily_checks_make_a_whole_week_also_when_the_clocks_change(monday: date, hour: int) -> None:
    found = covered(daily(monday - 7 * DAY, 28, hour), week(monday))
    # An hour that the clocks move over midnight UTC brings two checks into one slot, or none, once.
    assert found.expected in ({7} if hour in (7, 12) else {6, 7, 8})
    assert (found.good + found.not_run, found.failed) == (found.expected, 0)
    assert found.not_run <= (0 if hour in (7, 12) else 1)
    assert found.verified_at_end
    assert found.result == "unchanged"


def test_the_first_check_is_one_of_one_the_moment_it_ended() -> None:
    first = a_check(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), Verdict.CHANGED, code="baseline")
    found = covered([first], Span(start_at=first.started_at - 7 * DAY, end_at=first.ended_at))
    assert (found.good, found.expected, found.not_run, found.result) == (1, 1, 0, "baseline")
    assert found.longest_gap_s < 5


def test_a_day_without_a_check_is_a_slot_not_run_and_a_gap() -> None:
    monday = date(2026, 11, 9)
    checks = [c for c in daily(monday - DAY, 9) if c.started_at.date() != date(2026, 11, 12)]
    found = covered(checks, week(monday))
    assert (found.expected, found.good, found.not_run, found.failed) == (7, 6, 1, 0)
    assert found.longest_gap_s == pytest.approx(48 * 3600, abs=5)


def test_a_failure_that_a_retry_made_good_costs_no_slot() -> None:
    monday = date(2026, 11, 9)
    checks = daily(monday, 7)
    bad = a_check(checks[3].started_at - HOUR, BAD, code="reset")
    found = covered([*checks[:3], bad, *checks[3:]], week(monday))
    assert (found.expected, found.good, found.not_run, found.failed) == (7, 7, 0, 1)
    assert (found.verified_at_end, found.failure_code) == (True, None)


@pytest.mark.parametrize(
    ("verdict", "word"), [(Verdict.BLOCKED, "BLOCKED"), (BAD, "UNVERIFIED"), (Verdict.SUSPECT, "UNVERIFIED")]
)
def test_a_source_that_failed_last_is_a_gap_since_its_first_failure(verdict: Verdict, word: str) -> None:
    checks = daily(date(2026, 11, 9), 7)
    checks[5:] = [a_check(c.started_at, verdict, code="robots") for c in checks[5:]]
    found = covered(checks, week(date(2026, 11, 9)))
    assert (found.verified_at_end, found.result, found.failure_code) == (False, word, "robots")
    assert (found.failing_since, found.last_good_at) == (checks[5].started_at, checks[4].ended_at)


def test_a_source_that_nobody_looked_at_is_a_gap() -> None:
    found = covered(daily(date(2026, 11, 2), 3), week(date(2026, 11, 9)))
    assert (found.expected, found.not_run, found.verified_at_end, found.result) == (7, 7, False, "NOT CHECKED")
    assert found.longest_gap_s > 8 * 86400
    never = covered([], week(date(2026, 11, 9)))
    assert (never.expected, never.verified_at_end, never.last_good_at) == (0, False, None)


def test_a_change_makes_the_week_changed_and_a_baseline_does_not() -> None:
    checks = daily(date(2026, 11, 9), 7)
    checks[0] = a_check(checks[0].started_at, Verdict.CHANGED, code="baseline")
    assert covered(checks, week(date(2026, 11, 9))).result == "baseline"
    checks[2] = a_check(checks[2].started_at, Verdict.CHANGED, code="changed")
    assert covered(checks, week(date(2026, 11, 9))).result == "changed"


BEGIN = datetime(2026, 10, 20, tzinfo=UTC)
minutes = st.integers(0, 30 * 24 * 60)
histories = st.lists(st.tuples(minutes, st.sampled_from([GOOD, BAD, Verdict.CHANGED])), max_size=60)
edges = st.lists(minutes, min_size=2, max_size=6, unique=True)
cadences = st.sampled_from([timedelta(minutes=30), 6 * HOUR, DAY, timedelta(days=7), timedelta(days=31)])


def _history(told: Sequence[tuple[int, Verdict]], every: timedelta) -> list[Check]:
    return [a_check(BEGIN + timedelta(minutes=at), verdict, every=every) for at, verdict in sorted(told)]


@settings(max_examples=150, deadline=None)
@given(histories, edges, cadences)
def test_every_slot_is_good_or_failed_or_not_run_and_spans_share_none(
    told: list[tuple[int, Verdict]], cuts: list[int], every: timedelta
) -> None:
    checks = _history(told, every)
    marks = [BEGIN + timedelta(minutes=at) for at in sorted(cuts)]
    parts = [covered(checks, Span(start_at=one, end_at=other), every) for one, other in pairwise(marks)]
    whole = covered(checks, Span(start_at=marks[0], end_at=marks[-1]), every)
    for (one, other), part in zip(pairwise(marks), parts, strict=True):
        inside = [c for c in checks if one <= c.started_at < other]
        failed_only = part.expected - part.good - part.not_run
        assert 0 <= failed_only <= part.failed
        assert part.failed == sum(not c.ruling.verdict.verified for c in inside)
        assert 0 <= part.longest_gap_s <= max((other - BEGIN).total_seconds(), 0)
        if part.verified_at_end:
            assert part.last_good_at is not None
            assert part.failing_since is None
    assert sum(part.expected for part in parts) == whole.expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4_000_000_000_000_000), cadences)
def test_slots_tile_time(microseconds: int, every: timedelta) -> None:
    at = BEGIN - timedelta(days=9000) + timedelta(microseconds=microseconds)
    slot = slot_of(at, every)
    assert slot <= at < slot + every
    assert (slot_of(slot, every), slot_of(slot + every, every)) == (slot, slot + every)
    assert slot_of(slot - timedelta(microseconds=1), every) == slot - every


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(2000, 1, 3), date(2099, 12, 1)),
    st.sampled_from(["UTC", "America/New_York", "Europe/London", "Pacific/Apia", "Africa/Cairo"]),
)
def test_weeks_are_contiguous_in_every_zone(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    monday = day - timedelta(days=day.weekday())
    one, other = week(monday, zone), week(monday + 7 * DAY, zone)
    assert one.end_at == other.start_at
    assert abs((one.end_at - one.start_at) - 7 * DAY) <= 25 * HOUR


def test_looks_by_hand_are_counted_apart_and_keep_no_slot() -> None:
    span = week(date(2026, 11, 16))
    checks = daily(date(2026, 11, 16), 3)
    hand = HandSaved(by="KL", taken_at=datetime(2026, 11, 20, 15, tzinfo=UTC))
    look = replace(a_check(datetime(2026, 11, 20, 16, tzinfo=UTC)), trigger=Trigger.IMPORT, hand=hand)
    bad_look = replace(look, ruling=Ruling(verdict=Verdict.SUSPECT, code="moved", reason="Not the page."))
    alone, beside = covered(checks, span), covered([*checks, look, bad_look], span)
    assert beside == replace(alone, hand_looks=1)


def test_what_is_empty_as_expected_says_so_unless_it_is_unverified() -> None:
    span = week(date(2026, 11, 16))
    good = daily(date(2026, 11, 16), 7)
    told = {verified: _empty(checks, span).result for verified, checks in ((True, good), (False, good[:3]), (None, []))}
    assert told == {True: "empty, as expected", False: "UNVERIFIED", None: "NOT CHECKED"}


def _empty(checks: Sequence[Check], span: Span) -> SourceCoverage:
    first = checks[0].started_at if checks else None
    return cover(a_source(), checks, span, first_check_at=first, good_before=None, empty=True)


def test_a_source_whose_turn_has_not_come_is_not_called_unchanged() -> None:
    checks = daily(date(2026, 11, 23), 1, 9)
    quiet = Span(start_at=checks[0].ended_at + HOUR, end_at=checks[0].ended_at + 2 * HOUR)
    assert covered(checks, quiet).result == "not due yet"


def test_what_is_missing_until_a_second_look_is_neither_unchanged_nor_changed() -> None:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    pending = a_check(at, Verdict.SAME, code="removal-pending")
    assert covered([pending], Span(start_at=at - DAY, end_at=at + HOUR)).result == "removal pending"
