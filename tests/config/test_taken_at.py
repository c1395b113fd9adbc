"""The moment a copy was saved, as people write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import parse_taken_at
from monitor.model.errors import UsageError

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T14:05-05:00",
        "2026-11-20T19:05Z",
        "2026-11-20 19:05 UTC",
        "2026-11-20 14:05",
        " 2026-11-20T14:05:00 ",
        "2026-11-20 13:05 America/Chicago",
        "2026-11-20t13:05 America/Chicago",
    ],
)
def test_one_moment_can_be_written_in_many_ways(text: str) -> None:
    assert parse_taken_at(text, NEW_YORK) == datetime(2026, 11, 20, 19, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-11-20", "20261120", "14:05", "2026-13-01 10:00", "2026-11-20 14:05 EST", "2026-11-20 25:00",
        "2026-11-20 14:05 America/Nowhere", "2026-11-20T14:05-05:00 America/Chicago",
        "2026-11-20 14:05 ../../etc/passwd", "9999-12-31T23:59-12:00", "0001-01-01T00:00+12:00", "1999-12-31 23:59",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(UsageError, match="America/Chicago"):
        parse_taken_at(text, NEW_YORK)


@pytest.mark.parametrize("text", ["2026-11-01 01:30", "2026-03-08 02:30"])
def test_a_local_time_that_is_shown_twice_or_skipped_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not one moment"):
        parse_taken_at(text, NEW_YORK)
    assert parse_taken_at(f"{text}-05:00", NEW_YORK).tzinfo is UTC


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001 - wall clock
    st.integers(-720, 720),
)
def test_a_written_offset_is_believed(at: datetime, minutes: int) -> None:
    zone_less = at.replace(microsecond=0)
    sign, rest = "-" if minutes < 0 else "+", abs(minutes)
    text = f"{zone_less.isoformat()}{sign}{rest // 60:02d}:{rest % 60:02d}"
    assert parse_taken_at(text, NEW_YORK) == (zone_less - timedelta(minutes=minutes)).replace(tzinfo=UTC)
