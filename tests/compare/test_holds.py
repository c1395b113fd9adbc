"""The rule for too much news at once, and what it takes to believe a copy that was held."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.differences import difference
from monitor.compare.holds import (
    HALVED,
    HELD,
    MASS_CHANGE,
    OLDER_COPY,
    REBUILT,
    WINDOW_SLID,
    copies_age,
    hold,
    is_believed,
    mass_change,
    newest_date,
)
from monitor.model.ids import Sha256
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import FieldRoles
from tests.compare.build import record, table

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
ONE, OTHER = Sha256("1" * 64), Sha256("2" * 64)


def rows(count: int, edited: int = 0, *, editorial: bool = False) -> list[Record]:
    word = "DEVICE" if editorial else "another"
    return [record(f"K{n:05d}", name=word if n < edited else "device") for n in range(count)]


def held(before: list[Record], after: list[Record], *, sliding: bool = False) -> bool:
    found = difference(table(*before), table(*after))
    return mass_change(found, len(before), sliding=sliding, roles=FieldRoles()) is not None


@pytest.mark.parametrize(
    ("known", "edited", "expected"),
    [(882, 67, False), (882, 101, True), (3133, 300, True), (320, 64, False), (320, 65, True), (20, 20, False)],
)
def test_more_than_a_hundred_or_a_fifth_altered_is_held(known: int, edited: int, expected: bool) -> None:
    assert held(rows(known), rows(known, edited)) == expected


@pytest.mark.parametrize(("known", "added", "expected"), [(882, 136, False), (882, 177, True), (40, 50, False)])
def test_more_than_a_fifth_added_is_held(known: int, added: int, expected: bool) -> None:
    assert held(rows(known), rows(known + added)) == expected
    assert not held(rows(known), rows(known + added), sliding=True)


def test_spelling_is_never_a_mass_change() -> None:
    assert not held(rows(500), rows(500, 500, editorial=True))


@pytest.mark.parametrize("code", [MASS_CHANGE, OLDER_COPY, REBUILT, "shrunk"])
def test_the_same_content_seen_again_after_the_wait_is_believed(code: str) -> None:
    first = hold(code, ONE, None, NOW, pages=1)
    assert not is_believed(code, ONE, first, NOW + timedelta(minutes=29), HALF_AN_HOUR)
    assert is_believed(code, ONE, first, NOW + HALF_AN_HOUR, HALF_AN_HOUR)
    assert not is_believed(code, OTHER, first, NOW + HALF_AN_HOUR, HALF_AN_HOUR)


def test_other_content_begins_another_hold_and_the_same_goes_on() -> None:
    first = hold(MASS_CHANGE, ONE, None, NOW, pages=1)
    again = hold(OLDER_COPY, ONE, first, NOW + HALF_AN_HOUR, pages=1)
    assert (again.since, again.looks) == (NOW, 2)
    other = hold(MASS_CHANGE, OTHER, again, NOW + HALF_AN_HOUR, pages=1)
    assert (other.since, other.looks) == (NOW + HALF_AN_HOUR, 1)


def test_some_copies_only_a_person_can_believe() -> None:
    for code in HELD - {MASS_CHANGE, OLDER_COPY, REBUILT, "shrunk", WINDOW_SLID}:
        assert not is_believed(code, ONE, hold(code, ONE, None, NOW, pages=1), NOW + timedelta(days=9), HALF_AN_HOUR)
    assert HALVED in HELD


def test_a_window_that_slid_on_is_believed_although_it_shows_other_items() -> None:
    first = hold(WINDOW_SLID, ONE, None, NOW, pages=1)
    assert is_believed(WINDOW_SLID, OTHER, first, NOW + HALF_AN_HOUR, HALF_AN_HOUR)


looks = st.lists(
    st.tuples(
        st.sampled_from([MASS_CHANGE, OLDER_COPY, HALVED, WINDOW_SLID]),
        st.sampled_from([ONE, OTHER]),
        st.integers(1, 20),
    ),
    min_size=1,
    max_size=8,
)


@given(looks)
def test_a_hold_lasts_since_the_first_of_the_looks_that_agree_without_a_break(
    looks: list[tuple[str, Sha256, int]],
) -> None:
    kept, now, run = None, NOW, list[datetime]()
    last: tuple[str, Sha256] | None = None
    for code, content, minutes in looks:
        now += timedelta(minutes=minutes)
        agrees = last is not None and (content == last[1] or code == last[0] == WINDOW_SLID)
        run = [*run, now] if agrees else [now]
        kept, last = hold(code, content, kept, now, pages=1), (code, content)
        assert (kept.since, kept.looks, kept.code, kept.content_sha256) == (run[0], len(run), code, content)


def test_a_copy_is_older_when_its_newest_date_lies_before_and_not_when_it_is_the_same() -> None:
    def copy(*days: str) -> Snapshot:
        return table(*(record(f"K{n}", decided=day, note="x") for n, day in enumerate(days)))

    assert copies_age(copy("2026-10-01", "2026-11-02"), copy("2026-10-01")) == (
        "The newest date in the list went back from 2026-11-02 to 2026-10-01"
    )
    assert copies_age(copy("2026-11-02"), copy("2026-11-02", "2020-01-01")) is None
    assert copies_age(copy("2026-11-02"), copy("2026-11-03")) is None
    assert copies_age(copy("2026-11-02"), copy("no date", "0000-01-01")) is None


def test_the_newest_date_is_asked_up_to_a_day_and_that_day_counts() -> None:
    days = table(record("K1", decided="2026-11-02T09:00"), record("K2", decided="2026-12-24", from_="1999-01-01"))
    assert newest_date(days) == "2026-12-24"
    assert newest_date(days, until="2026-12-24") == "2026-12-24"
    assert newest_date(days, until="2026-12-23") == "2026-11-02"
    assert newest_date(days, until="1998-12-31") is None
