from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.dates import dates_in_name, iso_date, iso_moment


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("9/27/2024", "2024-09-27"),
        ("06/17/2021", "2021-06-17"),
        ("07/05/19", "2019-07-05"),
        ("6/27/95", "1995-06-27"),
        ("2026-04-01 00:00:00", "2026-04-01"),
        ("2026-04-01T10:00:00Z", "2026-04-01"),
        ("20250806133001", "2025-08-06"),
        ("20230701", "2023-07-01"),
        ("May 9, 2024", "2024-05-09"),
        ("September 5, 2026", "2026-09-05"),
        ("Sept. 5, 2026", "2026-09-05"),
        ("Thu, 13 Aug 2026 13:02:58 EDT", "2026-08-13"),
        ("Tue, 09/15/2026 - 10:01", "2026-09-15"),
        (" 11/24/2026 ", "2026-11-24"),
    ],
)
def test_every_known_spelling_becomes_iso(written: str, iso: str) -> None:
    assert iso_date(written) == iso


@pytest.mark.parametrize(
    "written", ["", "N/A", "31/02/2025", "02/30/2026", "13/13/2025", "2026-13-01", "Foo 3, 2026", "92229"]
)
def test_what_is_no_date_or_impossible_is_none(written: str) -> None:
    assert iso_date(written) is None


def test_a_moment_keeps_the_zone_that_is_written() -> None:
    assert iso_moment("Thu, 13 Aug 2026 13:02:58 EDT") == "2026-08-13T13:02:58-04:00"
    assert iso_moment("Tue, 09/15/2026 - 10:01") == "2026-09-15T10:01:00"
    assert iso_moment("Sat, 1 Aug 2026 1:05 pm +0130") == "2026-08-01T13:05:00+01:30"
    assert iso_moment("May 9, 2024") == "2024-05-09"


@given(st.dates(min_value=date(1970, 1, 1)))
def test_us_and_long_spellings_come_back_as_the_same_day(day: date) -> None:
    for written in (f"{day.month}/{day.day}/{day.year:04}", f"{day:%B} {day.day}, {day.year:04}", day.isoformat()):
        assert iso_date(written) == day.isoformat()


@given(st.text(max_size=90))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = iso_date(text)
    assert found is None or date.fromisoformat(found).isoformat() == found


def test_the_dates_a_file_name_carries_are_read_in_every_common_spelling() -> None:
    name = "MOL.TS.194.A_V1.0.2026_Eff01.01.2026_Pub9-26-2025_2025-12-09_20251210-07012026.pdf"
    assert dates_in_name(name) == ("2026-01-01", "2025-09-26", "2025-12-09", "2025-12-10", "2026-07-01")
    assert dates_in_name("V1.0.2026 0140 13.45.2026 99999999 120260101") == ()
