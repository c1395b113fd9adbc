from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import parse_since
from monitor.model.errors import UsageError

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7d", datetime(2026, 11, 16, 14, 30, tzinfo=UTC)),
        ("2W", datetime(2026, 11, 9, 14, 30, tzinfo=UTC)),
        ("90m", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
        ("today", datetime(2026, 11, 23, 5, 0, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 22, 5, 0, tzinfo=UTC)),
        ("last-monday", datetime(2026, 11, 16, 5, 0, tzinfo=UTC)),
        ("last-friday", datetime(2026, 11, 20, 5, 0, tzinfo=UTC)),
        ("2026-10-30", datetime(2026, 10, 30, 4, 0, tzinfo=UTC)),
        ("2026-11-01T12:00", datetime(2026, 11, 1, 17, 0, tzinfo=UTC)),
        ("2026-11-01T12:00Z", datetime(2026, 11, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_people_mean_it(text: str, moment: datetime) -> None:
    since = parse_since(text, MONDAY, NEW_YORK)
    assert since == moment
    assert since.tzinfo is UTC


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00+14:00", "700000d", "1969-12-31"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_time_before_any_record_is_the_start_of_1970(text: str, zone: str) -> None:
    assert parse_since(text, MONDAY, ZoneInfo(zone)) == datetime(1970, 1, 1, tzinfo=UTC)


def test_last_monday_late_on_sunday_in_utc_is_the_local_one() -> None:
    sunday_night_in_new_york = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert parse_since("last-monday", sunday_night_in_new_york, NEW_YORK) == datetime(2026, 11, 16, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "7", "7 days", "monday", "last-someday", "2026-13-01", "2027-01-01", "-7d"]
)
def test_anything_else_says_what_to_write(text: str) -> None:
    with pytest.raises(UsageError, match="write"):
        parse_since(text, MONDAY, NEW_YORK)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=30) | st.from_regex(r"[0-9]{1,7}[smhdw]", fullmatch=True) | st.datetimes().map(datetime.isoformat)
)
def test_any_text_is_a_past_moment_or_a_usage_error(text: str) -> None:
    try:
        moment = parse_since(text, MONDAY, NEW_YORK)
    except UsageError:
        return
    assert moment <= MONDAY
