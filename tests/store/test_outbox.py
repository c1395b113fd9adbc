from datetime import timedelta

import pytest
from msgspec.structs import replace

from monitor.model.delivery import Delivery, DeliveryState, Refused, Sent
from monitor.model.errors import StoreError
from monitor.model.ids import DeliveryId
from monitor.store import Store
from tests.store.conftest import Opener
from tests.store.making import START, make_delivery, write_change

SECOND = timedelta(seconds=1)
YES = Sent(code=200)
NO = Refused(code=503, reason="busy <b>\ud800" + "x" * 900, permanent=False, retry_after_s=5.0)


def fill(store: Store, *deliveries: Delivery) -> None:
    with store.unit() as unit:
        for delivery in deliveries:
            unit.enqueue(delivery, at=START)


def lease(store: Store, after_s: float = 0, owner: str = "me") -> tuple[Delivery, ...]:
    return store.outbox.lease(START + after_s * SECOND, owner=owner, limit=10, lease_s=60.0)


def take(store: Store, delivery_id: DeliveryId) -> int:
    """Begins an attempt; its number."""
    return store.outbox.start_attempt(delivery_id, START)


def test_a_second_row_for_the_same_telling_is_ignored(store: Store) -> None:
    fill(store, make_delivery(1), make_delivery(2), make_delivery(3, recipient="other"))
    assert [one.id[-1] for one in lease(store)] == ["1", "3"]


def test_an_id_used_twice_is_refused_and_not_swallowed(store: Store) -> None:
    with pytest.raises(StoreError, match="UNIQUE"):
        fill(store, make_delivery(1), make_delivery(1, recipient="other"))


def test_a_leased_row_is_for_one_owner_and_comes_whole(store: Store) -> None:
    fill(store, make_delivery(1))
    (leased,) = lease(store)
    assert (leased.payload, leased.state, leased.attempts) == (make_delivery(1).payload, DeliveryState.SENDING, 0)
    assert lease(store, 59, "other") == ()
    assert [one.id for one in lease(store, 60, "other")] == [leased.id]


def test_nothing_is_leased_before_its_time(store: Store) -> None:
    later = Delivery(
        id=DeliveryId("dlv_x"),
        kind="digest",
        subject_id="DG-2026-48",
        channel="file",
        recipient_id="lead",
        payload=b"",
        next_at=START + 10 * SECOND,
    )
    fill(store, later)
    assert lease(store, 9) == ()
    assert len(lease(store, 10)) == 1


def test_a_sent_row_stays_sent(store: Store) -> None:
    fill(store, make_delivery(1))
    (leased,) = lease(store)
    number = store.outbox.start_attempt(leased.id, START)
    store.outbox.finish_attempt(leased.id, number, Sent(code=202), now=START + SECOND, next_at=None)
    store.outbox.finish_attempt(leased.id, number, NO, now=START + 2 * SECOND, next_at=START)
    (kept,) = store.outbox.deliveries()
    assert kept.delivery.state is DeliveryState.SENT
    assert (kept.sent_at, kept.last_code, kept.last_error) == (START + SECOND, 202, None)
    assert lease(store, 999) == ()
    assert store.outbox.counts()[DeliveryState.SENT] == 1


def test_a_refused_row_comes_again_under_its_id_and_then_is_dead_but_kept(store: Store) -> None:
    fill(store, make_delivery(1))
    for attempt, next_at in ((1, START + 5 * SECOND), (2, None)):
        (leased,) = lease(store, 5)
        number = store.outbox.start_attempt(leased.id, START)
        assert number == attempt
        store.outbox.finish_attempt(leased.id, number, NO, now=START, next_at=next_at)
        if attempt == 1:
            assert lease(store, 4) == ()
    assert lease(store, 9999) == ()
    (kept,) = store.outbox.deliveries(states=[DeliveryState.DEAD])
    assert [(one.number, one.outcome, one.code) for one in kept.attempts] == [(1, "refused", 503), (2, "refused", 503)]
    assert kept.last_error is not None
    assert len(kept.last_error) == 500
    assert store.queries.dead_deliveries() == 1
    for revived in (True, False):
        with store.unit() as unit:
            assert unit.revive(leased.id, at=START) is revived
    assert [(one.id, one.attempts) for one in lease(store)] == [(leased.id, 0)]
    assert store.outbox.start_attempt(leased.id, START) == 3


def test_an_attempt_that_a_crash_left_open_is_said_to_be_unknown_and_repeated(store: Store) -> None:
    fill(store, make_delivery(1))
    (leased,) = lease(store, owner="dead")
    store.outbox.start_attempt(leased.id, START)
    assert store.outbox.requeue_expired(START) == 0
    assert store.outbox.requeue_expired(START, owner="dead") == 0
    assert store.outbox.requeue_expired(START, owner="new") == 1
    (again,) = lease(store, owner="new")
    assert (again.id, store.outbox.start_attempt(again.id, START)) == (leased.id, 2)
    (kept,) = store.outbox.deliveries()
    assert [(one.outcome, one.ended_at) for one in kept.attempts] == [("unknown", None), ("started", None)]


def test_a_new_writer_frees_what_a_dead_one_had_leased(reopen: Opener) -> None:
    """Whoever holds the writer's lock knows that no other sender is alive; nothing waits for the lease to run out."""
    store = reopen()
    fill(store, make_delivery(1))
    (leased,) = lease(store, owner="dead")
    store.outbox.start_attempt(leased.id, START)
    store = reopen()
    assert [(one.id, one.attempts) for one in lease(store, 0, "new")] == [(leased.id, 1)]


def test_a_dead_row_does_not_block_later_ones(store: Store) -> None:
    fill(store, make_delivery(1), make_delivery(2, recipient="b"))
    first, _ = lease(store)
    store.outbox.finish_attempt(first.id, store.outbox.start_attempt(first.id, START), NO, now=START, next_at=None)
    assert [one.id[-1] for one in lease(store, 60)] == ["2"]


@pytest.mark.parametrize("most", [1, 3, 8])
def test_of_one_channel_no_more_than_so_many_are_ever_on_their_way_together(store: Store, most: int) -> None:
    crowd = [make_delivery(n, recipient=f"r{n}") for n in range(12)]
    fill(store, *crowd, replace(make_delivery(99, recipient="x"), channel="file"))

    def go(limit: int) -> list[str]:
        leased = store.outbox.lease(START, owner="me", limit=limit, lease_s=60.0, side_by_side=most)
        return [f"{one.channel} {one.recipient_id}" for one in leased]

    assert go(50) == [*(f"webhook r{n}" for n in range(most)), "file x"]
    assert go(50) == []
    store.outbox.finish_attempt(crowd[0].id, take(store, crowd[0].id), YES, now=START, next_at=None)
    assert go(50) == [f"webhook r{most}"]


def test_a_row_whose_lease_ran_out_is_sent_anew_and_of_the_first_attempt_nobody_knows(store: Store) -> None:
    fill(store, make_delivery(1))
    lease(store, owner="dead")
    take(store, make_delivery(1).id)
    lease(store, 60, owner="new")
    (kept,) = store.outbox.deliveries()
    assert [one.outcome for one in kept.attempts] == ["unknown"]


def test_what_waits_behind_a_row_that_is_tried_again_has_it_tried_after_half_an_hour(store: Store) -> None:
    fill(store, make_delivery(1), make_delivery(2, "CH-2026-0002"))
    (first,) = lease(store)
    store.outbox.finish_attempt(first.id, take(store, first.id), NO, now=START, next_at=START + 9999 * SECOND)
    assert lease(store, 1799) == ()
    assert [one.id for one in lease(store, 1800)] == [first.id]


def test_a_row_that_is_sent_is_neither_told_together_with_others_nor_a_reason_to_suspend(store: Store) -> None:
    fill(store, replace(make_delivery(1), bundle="b"))
    store.outbox.finish_attempt(make_delivery(1).id, take(store, make_delivery(1).id), YES, now=START, next_at=None)
    with store.unit() as unit:
        unit.told_in(make_delivery(1).id, DeliveryId("dlv_sum"), at=START)
    gone = Refused(code=410, reason="gone", permanent=True, gone=True)
    store.outbox.finish_attempt(make_delivery(1).id, 1, gone, now=START + SECOND, next_at=None)
    (kept,) = store.outbox.deliveries()
    assert (kept.delivery.state, kept.last_error) == (DeliveryState.SENT, None)
    assert store.queries.suspensions() == ()


def test_a_bundle_is_due_at_its_time_and_one_of_it_that_was_tried_goes_alone(store: Store) -> None:
    at_ten = START + 10 * SECOND
    rows = [replace(make_delivery(n, f"CH-2026-{n:04d}"), bundle="b", next_at=at_ten) for n in (1, 2, 3)]
    fill(store, *rows)
    assert store.due_bundles(START + 9 * SECOND) == {}
    assert [one.id for one in store.due_bundles(at_ten)["b"]] == [one.id for one in rows]
    assert lease(store, 10) == ()
    number = store.outbox.start_attempt(rows[0].id, at_ten)
    later = START + 20 * SECOND
    store.outbox.finish_attempt(rows[0].id, number, NO, now=at_ten, next_at=later)
    assert [one.id for one in store.due_bundles(later)["b"]] == [one.id for one in rows[1:]]
    assert [one.id for one in lease(store, 20)] == [rows[0].id]


def test_the_changes_of_a_day_are_counted_from_its_first_moment(store: Store) -> None:
    fill(
        store, make_delivery(1), replace(make_delivery(2, "DG-2026-48"), kind="digest"), make_delivery(3, recipient="b")
    )
    with store.unit() as unit:
        counts = [unit.alerts_since("lead", START + n * SECOND) for n in (-1, 0, 1)]
    assert counts == [1, 1, 0]


def test_a_change_says_when_its_first_reader_was_told(store: Store) -> None:
    with store.unit() as unit:
        write_change(unit, 1)
    (leased,) = lease(store, 3600)
    number = store.outbox.start_attempt(leased.id, START)
    store.outbox.finish_attempt(leased.id, number, Sent(code=200), now=START + SECOND, next_at=None)
    (kept,) = store.queries.changes()
    assert kept.delivered_at == START + SECOND
    assert [one.delivery.id for one in store.outbox.deliveries(subject_id=kept.change.id)] == [leased.id]
    assert store.outbox.deliveries(subject_id="CH-2026-9999") == ()


def test_an_attempt_on_an_unknown_delivery_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.outbox.start_attempt(DeliveryId("dlv_none"), START)
