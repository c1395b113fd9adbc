"""Local hours as instants, in four zones, over changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.delivery import Cadence, Quiet, Rhythm
from monitor.pipeline.rhythm import after_quiet, due_after, instant, turn_at, turn_from

ZONES = (
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Cairo",
)
MOMENTS = st.integers(0, 6 * 365 * 86_400).map(lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
RHYTHMS = st.builds(
    Rhythm,
    cadence=st.sampled_from(list(Cadence)),
    weekday=st.integers(0, 6),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)


@given(RHYTHMS, MOMENTS)
def test_turns_follow_each_other_without_gap_or_overlap(rhythm: Rhythm, at: datetime) -> None:
    turn = turn_at(rhythm, at)
    assert turn.start_at <= at < turn.end_at
    following = turn_from(rhythm, turn.end_at)
    assert following.start_at == turn.end_at
    assert turn_at(rhythm, following.start_at) == following
    assert (following.first_day - turn.last_day).days == 1
    assert turn.end_at <= due_after(rhythm, turn.end_at) < turn.end_at + timedelta(hours=26)


@given(RHYTHMS, RHYTHMS, MOMENTS)
def test_after_a_change_of_rhythm_a_turn_is_neither_tiny_nor_huge(old: Rhythm, new: Rhythm, at: datetime) -> None:
    start = turn_at(old, at).end_at
    turn = turn_from(new, start)
    usual = timedelta(days=7) if new.cadence is Cadence.WEEKLY else timedelta(days=1)
    assert usual / 2 <= turn.end_at - start <= usual * 1.5 + timedelta(hours=25)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2027, 3, 14), time(2, 30), "America/New_York", "2027-03-14T07:00:00+00:00"),  # left out: after the gap
        (date(2026, 11, 1), time(1, 30), "America/New_York", "2026-11-01T05:30:00+00:00"),  # twice: the first
        (date(2026, 11, 23), time(7, 0), "America/New_York", "2026-11-23T12:00:00+00:00"),
        (date(2026, 4, 24), time(0, 0), "Africa/Cairo", "2026-04-23T22:00:00+00:00"),  # midnight itself is left out
    ],
)
def test_a_local_time_that_is_left_out_or_comes_twice(day: date, at: time, zone: str, expected: str) -> None:
    assert instant(day, at, ZoneInfo(zone)).isoformat() == expected


@given(MOMENTS, st.times(), st.times(), st.sampled_from(ZONES))
def test_quiet_hours_put_off_to_their_end_and_never_forward_in_vain(
    at: datetime, start: time, end: time, zone: str
) -> None:
    quiet = Quiet(start=start.replace(microsecond=0), end=end.replace(microsecond=0))
    later = after_quiet(at, quiet, zone)
    assert at <= later <= at + timedelta(hours=26)
    assert after_quiet(later, quiet, zone) == later or quiet.start == quiet.end


@pytest.mark.parametrize(
    ("at", "later"),
    [("03:00", "07:00"), ("06:59", "07:00"), ("07:00", "07:00"), ("19:59", "19:59"), ("20:00", "07:00+1")],
)
def test_quiet_hours_over_midnight(at: str, later: str) -> None:
    day = date(2026, 11, 24)
    moment = instant(day, time.fromisoformat(at), ZoneInfo("America/Chicago"))
    put_off = day + timedelta(days=1) if later.endswith("+1") else day
    expected = instant(put_off, time.fromisoformat(later.removesuffix("+1")), ZoneInfo("America/Chicago"))
    assert after_quiet(moment, Quiet(start=time(20), end=time(7)), "America/Chicago") == expected
