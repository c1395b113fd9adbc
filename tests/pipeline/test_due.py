from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.model.ids import RecordKey
from monitor.model.watch import WatchState
from monitor.pipeline.due import FIRST_RETRY, is_due
from tests.pipeline.samples import DAY, a_source

SOURCE = a_source(every=DAY)
FINE = WatchState(source_id=SOURCE.id)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONFIRM = timedelta(minutes=30)


def due(state: WatchState, last: datetime | None, now: datetime = NOON) -> bool:
    return is_due(SOURCE, state, last, now, CONFIRM)


def test_a_source_that_was_never_checked_is_due() -> None:
    assert due(FINE, None)


def test_a_source_is_due_once_in_each_slot_however_late_the_check_before_was() -> None:
    assert not due(FINE, NOON - timedelta(hours=12))
    assert due(FINE, NOON - timedelta(hours=12, seconds=1))
    assert not due(FINE, NOON + timedelta(hours=3)), "a clock that was set back does not check twice"


def test_a_failed_source_is_tried_again_ever_more_rarely_but_never_more_rarely_than_its_cadence() -> None:
    waits = []
    for failures in range(1, 40):
        state = replace(FINE, failures_in_row=failures)
        wait = next(w for n in range(12) if due(state, NOON - (w := min(FIRST_RETRY * 2**n, DAY))))
        assert not due(state, NOON - wait + timedelta(seconds=1))
        waits.append(wait)
    assert waits[0] == FIRST_RETRY
    assert waits == sorted(waits)
    assert waits[-1] == DAY


def test_a_source_that_goes_on_failing_misses_no_slot_though_each_check_begins_a_little_after_its_tick() -> None:
    source = a_source(every=timedelta(minutes=5))
    state = replace(WatchState(source_id=source.id), failures_in_row=9)
    last, slots = NOON, {NOON}
    for tick in range(1, 10 * 60):
        now = NOON + timedelta(seconds=30 * tick)
        if is_due(source, state, last, now, timedelta(minutes=30)):
            last = now + timedelta(milliseconds=20)
            slots.add(NOON + (last - NOON) // source.every * source.every)
    assert len(slots) == 60


def test_a_removal_that_waits_for_its_second_fetch_makes_the_source_due_when_the_wait_is_over() -> None:
    for minutes, expected in ((29, False), (30, True), (300, True)):
        state = replace(FINE, absences={RecordKey("K1"): NOON - timedelta(minutes=minutes)})
        assert due(state, NOON - timedelta(minutes=minutes)) is expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3 * 86400), st.integers(0, 86400))
def test_what_is_due_stays_due_until_it_is_checked(failures: int, age_s: int, later_s: int) -> None:
    state = replace(FINE, failures_in_row=failures)
    last = NOON - timedelta(seconds=age_s)
    assert not due(state, last) or due(state, last, NOON + timedelta(seconds=later_s))
    assert due(state, last, last + 2 * DAY)
