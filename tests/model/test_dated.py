"""Addresses with dates in them: what a day makes of them, and which are refused."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.dated import FIRST_WEEKS, MOST_WEEKS, OVERLAP, addresses_on, fault_of, is_dated, is_windowed

TODAY = date(2026, 11, 23)
WEEKLY = "https://www.cms.gov/new?start_date={week_start:%Y%m%d}&end_date={week_end:%Y%m%d}"
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


def spans(urls: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(url[-26:-18], url[-8:]) for url in urls]


@pytest.mark.parametrize(
    ("placeholder", "written"),
    [
        ("{today:%Y%m%d}", "20261123"),
        ("{today-400d:%Y-%m-%d}", "2025-10-19"),
        ("{today-2w:%m/%d/%Y}", "11/09/2026"),
        ("{today+1d:%Y}", "2026"),
    ],
)
def test_a_placeholder_is_the_day_shifted_and_written_as_told(placeholder: str, written: str) -> None:
    url = f"https://www.cms.gov/a?from={placeholder}&b=1"
    assert fault_of(url) is None
    assert addresses_on(url, TODAY, None) == (f"https://www.cms.gov/a?from={written}&b=1",)


def test_an_address_without_dates_is_itself_whatever_the_day() -> None:
    assert addresses_on("https://www.cms.gov/a?b=%7B", TODAY, None) == ("https://www.cms.gov/a?b=%7B",)
    assert not is_dated("https://www.cms.gov/a?b=%7B")


def test_the_first_look_at_a_weekly_list_is_short_and_ends_today() -> None:
    asked = spans(addresses_on(WEEKLY, TODAY, None))
    assert (len(asked), asked[0]) == (FIRST_WEEKS, ("20261116", "20261123"))


def test_after_a_week_of_silence_three_weeks_are_asked_for() -> None:
    asked = spans(addresses_on(WEEKLY, TODAY, TODAY - timedelta(days=7)))
    assert asked == [("20261116", "20261123"), ("20261109", "20261116"), ("20261102", "20261109")]


@given(DAYS, st.integers(min_value=0, max_value=2000))
def test_weeks_follow_on_one_another_cover_what_may_be_new_and_never_go_too_far_back(day: date, ago: int) -> None:
    asked = spans(addresses_on(WEEKLY, day, day - timedelta(days=ago)))
    first, last = asked[-1][0], asked[0][1]
    assert all(one[0] == other[1] for one, other in pairwise(asked))
    assert last == day.strftime("%Y%m%d")
    assert first >= (day - timedelta(weeks=MOST_WEEKS)).strftime("%Y%m%d")
    needed = (day - timedelta(days=ago) - OVERLAP).strftime("%Y%m%d")
    assert first <= needed or len(asked) == MOST_WEEKS


@given(DAYS, st.integers(min_value=1, max_value=90))
def test_a_clock_that_was_put_back_still_asks_for_a_week(day: date, ahead: int) -> None:
    assert len(addresses_on(WEEKLY, day, day + timedelta(days=ahead))) >= 1


@pytest.mark.parametrize(
    "url",
    [
        "https://www.cms.gov/{yesterday:%Y}",
        "https://www.cms.gov/{today}",
        "https://www.cms.gov/{today:}",
        "https://www.cms.gov/{today:%H}",
        "https://www.cms.gov/{today-400:%Y}",
        "https://www.cms.gov/{today-40000d:%Y}",
        "https://www.cms.gov/{today:%Y",
        "https://www.cms.gov/today:%Y}",
        "https://{today:%Y}.cms.gov/",
        "https://www.cms.gov/?s={week_start:%Y%m%d}",
        "https://www.cms.gov/?e={week_end:%Y%m%d}",
    ],
)
def test_what_is_no_date_is_a_fault_that_says_what_to_write(url: str) -> None:
    assert fault_of(url)


@given(st.text(alphabet="{}today-+weks_nr:%Ymd40/", max_size=60), DAYS)
def test_an_address_without_fault_can_be_written_out_on_any_day(tail: str, day: date) -> None:
    url = f"https://www.cms.gov/{tail}"
    if fault_of(url) is None:
        assert all("{" not in one for one in addresses_on(url, day, None))


def test_a_weekly_address_is_known_as_such() -> None:
    assert is_windowed(WEEKLY)
    assert not is_windowed("https://www.cms.gov/{today:%Y}")
