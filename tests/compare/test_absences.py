from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.absences import carry_over, settle_absences, without_the_departed
from monitor.compare.differences import difference
from monitor.model.difference import Act
from monitor.model.ids import RecordKey
from tests.compare.build import NOW, devices, prose, record, table

HALF_HOUR = timedelta(minutes=30)
ALL = table(*devices(5))
FEWER = table(*devices(4))
GONE = RecordKey("K000005")


def test_a_first_absence_is_only_noted() -> None:
    settled = settle_absences(ALL, FEWER, {}, now=NOW, confirm_after=HALF_HOUR)
    assert settled.confirmed == ()
    assert settled.pending == {GONE: NOW}
    assert difference(ALL, settled.effective) == ()


def test_a_second_absence_too_early_changes_nothing() -> None:
    known = {GONE: NOW - HALF_HOUR + timedelta(seconds=1)}
    settled = settle_absences(ALL, FEWER, known, now=NOW, confirm_after=HALF_HOUR)
    assert (settled.confirmed, settled.pending) == ((), known)


def test_a_second_absence_late_enough_is_a_removal() -> None:
    settled = settle_absences(ALL, FEWER, {GONE: NOW - HALF_HOUR}, now=NOW, confirm_after=HALF_HOUR)
    assert (settled.confirmed, settled.pending) == ((GONE,), {})
    assert [(d.act, d.key) for d in difference(ALL, settled.effective)] == [(Act.REMOVED, GONE)]


def test_an_item_that_came_back_leaves_no_trace() -> None:
    settled = settle_absences(ALL, ALL, {GONE: NOW - HALF_HOUR}, now=NOW, confirm_after=HALF_HOUR)
    assert (settled.effective, settled.confirmed, settled.pending) == (ALL, (), {})


def test_even_without_a_waiting_time_one_fetch_is_not_enough() -> None:
    assert settle_absences(ALL, FEWER, {}, now=NOW, confirm_after=timedelta()).confirmed == ()


def test_additions_and_edits_are_not_held_back_by_a_doubt() -> None:
    fresh = table(*devices(3), record("K000004", device="Renamed"), record("K9", device="New"))
    settled = settle_absences(ALL, fresh, {}, now=NOW, confirm_after=HALF_HOUR)
    assert [d.act for d in difference(ALL, settled.effective)] == [Act.ADDED, Act.MODIFIED]


def test_passages_are_not_held_back() -> None:
    settled = settle_absences(prose("a", "b"), prose("a"), {}, now=NOW, confirm_after=HALF_HOUR)
    assert settled.effective == prose("a")


keys = st.sets(st.integers(0, 8))


@given(keys, keys, st.sets(st.integers(0, 8)))
def test_nothing_is_lost_between_present_pending_and_confirmed(old: set[int], new: set[int], seen: set[int]) -> None:
    baseline, fresh = (table(*(record(f"K{n}") for n in sorted(of))) for of in (old, new))
    known = {RecordKey(f"K{n}"): NOW - timedelta(minutes=10 * n) for n in seen}
    settled = settle_absences(baseline, fresh, known, now=NOW, confirm_after=HALF_HOUR)
    missing = {f"K{n}" for n in old - new}
    assert set(settled.pending) | set(settled.confirmed) == missing
    assert not set(settled.pending) & set(settled.confirmed)
    assert {r.key for r in settled.effective.records} == {f"K{n}" for n in old | new} - set(settled.confirmed)


def test_a_window_that_slides_removes_nothing() -> None:
    fresh = table(*devices(3, start=4))
    assert [r.key for r in carry_over(ALL, fresh).records] == [f"K{n:06}" for n in (4, 5, 6, 1, 2, 3)]
    assert [d.act for d in difference(ALL, carry_over(ALL, fresh))] == [Act.ADDED]


def test_what_is_carried_over_has_a_limit() -> None:
    assert carry_over(ALL, table(*devices(1, start=9)), keep=2).size == 3


FILED = table(record("2026-1", publication_date="2026-11-02"), record("2026-2", publication_date="2026-11-05"))
NONE_LEFT = table()


def test_an_item_whose_day_to_leave_has_come_is_not_missing() -> None:
    settled = settle_absences(FILED, NONE_LEFT, {}, now=NOW, confirm_after=HALF_HOUR, leaves_after="publication_date")
    assert settled.pending == {RecordKey("2026-2"): NOW}
    assert difference(FILED, settled.effective) == ()


def test_an_item_gone_before_its_day_is_removed_like_any_other() -> None:
    known = {RecordKey("2026-2"): NOW - HALF_HOUR}
    settled = settle_absences(
        FILED, NONE_LEFT, known, now=NOW, confirm_after=HALF_HOUR, leaves_after="publication_date"
    )
    assert [(d.act, d.key) for d in difference(FILED, settled.effective)] == [(Act.REMOVED, "2026-2")]


def test_what_left_long_ago_is_forgotten_and_what_still_stands_there_is_not() -> None:
    later = NOW + timedelta(days=70)
    assert without_the_departed(FILED, NONE_LEFT, "publication_date", later).records == ()
    assert without_the_departed(FILED, FILED, "publication_date", later) is FILED
    assert without_the_departed(FILED, NONE_LEFT, "publication_date", NOW + timedelta(days=20)) is FILED
