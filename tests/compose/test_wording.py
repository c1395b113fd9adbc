from datetime import UTC, date, datetime

import pytest

from monitor.compose.environment import TEXT_WIDTH, row, wrap
from monitor.compose.wording import (
    clock_time,
    count,
    duration,
    in_words,
    listed,
    local_day,
    moment,
    moment_in_week,
    plural,
    sentence,
    span,
)

NOON = datetime(2026, 11, 18, 12, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "7:04 AM ET"),
        ("America/Chicago", "6:04 AM CT"),
        ("America/Los_Angeles", "4:04 AM PT"),
        ("UTC", "12:04 PM UTC"),
        ("Europe/Berlin", "1:04 PM CET"),
        ("America/Sao_Paulo", "9:04 AM UTC-03"),
    ],
)
def test_times_name_their_zone(zone: str, words: str) -> None:
    assert clock_time(NOON, zone) == words


def test_midnight_and_noon_are_twelve() -> None:
    assert clock_time(datetime(2026, 7, 1, 0, 5, tzinfo=UTC), "UTC") == "12:05 AM UTC"
    assert clock_time(datetime(2026, 7, 1, 12, 5, tzinfo=UTC), "UTC") == "12:05 PM UTC"


def test_a_moment_is_dated_in_the_readers_zone() -> None:
    late = datetime(2026, 11, 19, 3, 0, tzinfo=UTC)
    assert local_day(late, "America/New_York") == date(2026, 11, 18)
    assert moment(late, "America/New_York") == "Wed Nov 18, 2026, 10:00 PM ET"


def test_inside_the_week_the_day_is_enough_outside_it_is_not() -> None:
    first, last = date(2026, 11, 16), date(2026, 11, 22)
    assert moment_in_week(NOON, "America/New_York", first, last) == "Wed 7:04 AM ET"
    assert moment_in_week(NOON.replace(day=9), "America/New_York", first, last) == "Nov 9, 2026"
    assert moment_in_week(NOON, "America/New_York", date(2026, 11, 1), last) == "Nov 18, 2026"


def test_a_span_over_new_year_names_both_years() -> None:
    assert span(date(2026, 11, 16), date(2026, 11, 22)) == "Mon Nov 16 to Sun Nov 22, 2026"
    assert span(date(2026, 12, 28), date(2027, 1, 3)) == "Mon Dec 28, 2026 to Sun Jan 3, 2027"


def test_counts_durations_and_lists_read_as_english() -> None:
    assert count(1, "item") == "1 item"
    assert count(2061, "item") == "2,061 items"
    assert [plural(n) for n in ("policy", "day", "box", "notice")] == ["policies", "days", "boxes", "notices"]
    assert plural("analysis") == "analyses"
    assert duration(86_580) == "24 h 03 min"
    assert duration(600) == "10 min"
    assert in_words(2) == "two"
    assert in_words(1200) == "1,200"
    assert listed("abcde", 3) == "a, b, c and 2 more"
    assert sentence("done") == "done."
    assert sentence("done?") == "done?"


def test_wrapping_keeps_times_and_days_together_and_the_width() -> None:
    text = "first seen Wed Nov 18, 2026, 7:04 AM ET and again later on Thu Nov 19, 2026, 7:05 AM ET " * 4
    lines = wrap(text, "   Evidence   ").splitlines()
    assert all(len(line) <= TEXT_WIDTH for line in lines)
    assert not any(line.endswith((" AM", ":04", "Nov")) for line in lines)
    assert "\xa0" not in "".join(lines)


def test_a_long_name_folds_inside_its_column() -> None:
    lines = row(["A very long name of a source that does not fit", "7/7", "never"], [20, 7, 8]).splitlines()
    assert lines[0] == "  A very long name of  7/7     never"
    assert all(line.startswith("    ") for line in lines[1:])
