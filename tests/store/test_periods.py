from datetime import datetime, timedelta

import pytest

from monitor.model.digest import Message, Period
from monitor.model.errors import StoreError
from monitor.model.ids import DigestId
from monitor.store import Store
from monitor.store.unit import StoreUnit
from tests.store.making import HOUR, START, make_check, write_change

WEEK = timedelta(days=7)
MESSAGE = Message(subject="Digest 48 of 2026 · é", preheader="p", text="text", html="<p>html</p>")


def open_week(unit: StoreUnit, number: int, start_at: datetime | None = None, kind: str = "weekly") -> Period:
    start = START + number * WEEK if start_at is None else start_at
    return unit.open_period(
        kind,
        period_id=f"{kind}:{number}",
        digest_id=DigestId(f"DG-2026-{number:02d}"),
        start_at=start,
        end_at=START + (number + 1) * WEEK,
        first_day=start.date(),
        last_day=(start + WEEK).date(),
    )


def test_periods_meet_without_gap_or_overlap(store: Store) -> None:
    with store.unit() as unit:
        first = open_week(unit, 0)
        last = write_change(unit, 1)
        closed = unit.close_period(first.id)
        second = open_week(unit, 1)
    assert (first.from_seq, first.to_seq, closed.to_seq, second.from_seq) == (1, None, last, last + 1)
    assert store.queries.current_period("weekly") == second
    assert store.queries.last_period("weekly") == closed
    assert store.queries.current_period("daily") is None
    assert closed.to_seq is not None
    assert len(store.queries.changes_between(closed.from_seq, closed.to_seq)) == 1


def test_a_period_without_checks_is_empty_and_the_next_still_meets_it(store: Store) -> None:
    with store.unit() as unit:
        closed = unit.close_period(open_week(unit, 0).id)
        second = unit.close_period(open_week(unit, 1).id)
    assert (closed.from_seq, closed.to_seq, second.from_seq, second.to_seq) == (1, 0, 1, 0)


def test_a_late_commit_falls_into_the_next_period(store: Store) -> None:
    """Members go by commit sequence: a check with an early time that is committed late is told in the next digest."""
    with store.unit() as unit:
        period = open_week(unit, 0)
        unit.check(make_check(5))
        closed = unit.close_period(period.id)
        second = open_week(unit, 1)
    with store.unit() as unit:
        late = unit.check(make_check(1))
    assert closed.to_seq is not None
    assert closed.to_seq < late >= second.from_seq


def test_a_period_can_be_closed_at_an_earlier_check(store: Store) -> None:
    with store.unit() as unit:
        ids = [unit.check(make_check(hour)) for hour in range(3)]
        closed = unit.close_period(open_week(unit, 0).id, to_seq=ids[1])
        assert open_week(unit, 1).from_seq == ids[2]
    assert closed.to_seq == ids[1]


@pytest.mark.parametrize("start_at", [START + WEEK + HOUR, START + WEEK - HOUR, START])
def test_a_period_that_does_not_follow_is_refused(store: Store, start_at: datetime) -> None:
    with store.unit() as unit:
        unit.close_period(open_week(unit, 0).id)
    with pytest.raises(StoreError) as caught, store.unit() as unit:
        open_week(unit, 1, start_at)
    assert caught.value.code == "refused"


def test_only_one_period_of_a_kind_is_open(store: Store) -> None:
    with store.unit() as unit:
        open_week(unit, 0)
        open_week(unit, 0, kind="daily")
    with pytest.raises(StoreError, match="must start where"), store.unit() as unit:
        open_week(unit, 1)


def test_a_closed_period_stays_as_it_was(store: Store) -> None:
    with store.unit() as unit:
        unit.close_period(open_week(unit, 0).id)
    with pytest.raises(StoreError, match="only once"), store.unit() as unit:
        unit.close_period("weekly:0")
    with pytest.raises(StoreError, match="no period"), store.unit() as unit:
        unit.close_period("weekly:9")


def test_a_digest_is_kept_as_sent_with_the_chain_head(store: Store) -> None:
    with store.unit() as unit:
        period = unit.close_period(open_week(unit, 0).id)
        head = unit.audit("digest", period.digest_id, {}, at=START)
        unit.digest(period.digest_id, period.id, MESSAGE, made_at=START)
    kept = store.queries.digest(period.digest_id)
    assert kept is not None
    assert (kept.message, kept.chain_head, kept.made_at) == (MESSAGE, head, START)
    assert store.queries.digest_ids() == (period.digest_id,)
    assert store.queries.digest(DigestId("DG-2026-99")) is None
    with pytest.raises(StoreError, match="UNIQUE"), store.unit() as unit:
        unit.digest(period.digest_id, period.id, MESSAGE, made_at=START)


def test_a_period_that_is_closed_before_its_first_check_is_empty_and_the_next_begins_where_it_did(store: Store) -> None:
    with store.unit() as unit:
        seq = unit.check(make_check(0))
        unit.close_period(open_week(unit, 0).id)
        empty = unit.close_period(open_week(unit, 1).id, to_seq=0)
        assert (empty.from_seq, empty.to_seq, open_week(unit, 2).from_seq) == (seq + 1, seq, seq + 1)


def test_digests_come_in_the_order_they_were_made_and_one_before_any_audit_entry_names_no_head(store: Store) -> None:
    with store.unit() as unit:
        periods = [unit.close_period(open_week(unit, n).id) for n in range(2)]
        unit.digest(periods[1].digest_id, periods[1].id, MESSAGE, made_at=START)
        unit.digest(periods[0].digest_id, periods[0].id, MESSAGE, made_at=START + HOUR)
    assert store.queries.digest_ids() == (periods[1].digest_id, periods[0].digest_id)
    kept = store.queries.digest(periods[1].digest_id)
    assert kept is not None
    assert kept.chain_head is None
