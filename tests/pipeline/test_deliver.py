from datetime import timedelta
from threading import Event, Lock
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.model.delivery import Delivery, DeliveryOutcome, DeliveryState, Refused, Sent
from monitor.model.errors import ConfigError, Problem
from monitor.model.ids import DeliveryId
from monitor.pipeline.announce import delivery_id
from monitor.pipeline.deliver import LEASE_S, LOOK_AGAIN_S, SCHEDULE_S, SIDE_BY_SIDE, _next_at
from monitor.store import Store
from tests.fakes import NOW, SettableClock
from tests.pipeline.tellings import DESK, TOO_LONG_S, ScriptedChannel, deliverer, enqueue, others, states


def test_what_is_due_is_sent_once_in_the_order_it_was_seen(store: Store) -> None:
    enqueue(store, *range(1, 24))
    channel, clock = ScriptedChannel(), SettableClock()
    told = deliverer(store, channel, clock).run()
    assert [payload for _, payload, *_ in channel.sent] == [f"event {n}".encode() for n in range(1, 24)]
    assert all(isinstance(one.outcome, Sent) for one in told)
    assert deliverer(store, channel, clock).run() == ()


def test_a_refused_delivery_is_tried_by_the_schedule_then_dies_and_stays(store: Store) -> None:
    enqueue(store, 1)
    channel, clock = ScriptedChannel(lambda _: Refused(code=500, reason="no", permanent=False)), SettableClock()
    for wait_s in SCHEDULE_S:
        if wait_s:
            clock.forward(seconds=0.89 * wait_s)
            assert deliverer(store, channel, clock).run() == ()
            clock.forward(seconds=0.22 * wait_s)
        assert len(deliverer(store, channel, clock).run()) == 1
    clock.forward(days=30)
    assert deliverer(store, channel, clock).run() == ()
    assert {row[0] for row in channel.sent} == {delivery_id("change", "CH-2026-0001", "webhook", "desk")}
    (kept,) = store.outbox.deliveries()
    assert (kept.delivery.state, len(kept.attempts), kept.last_error) == (DeliveryState.DEAD, 10, "no")


def test_what_cannot_succeed_is_not_repeated_and_does_not_hold_up_the_rest(store: Store) -> None:
    enqueue(store, 1, 2)
    gone = delivery_id("change", "CH-2026-0001", "webhook", "desk")
    channel = ScriptedChannel(
        lambda one: Refused(code=410, reason="gone", permanent=True) if one.id == gone else Sent(code=200)
    )
    deliverer(store, channel, SettableClock()).run()
    assert states(store) == [DeliveryState.DEAD, DeliveryState.SENT]


def test_a_recipient_or_channel_that_is_no_longer_configured_leaves_a_dead_letter(store: Store) -> None:
    enqueue(store, 1, recipient="left")
    channel = ScriptedChannel()
    (told,) = deliverer(store, channel, SettableClock()).run()
    assert isinstance(told.outcome, Refused)
    assert ("left" in told.outcome.reason, channel.sent, states(store)) == (True, [], [DeliveryState.DEAD])


def test_a_secret_is_looked_up_by_its_name_and_a_missing_one_stops_the_sending_for_now(store: Store) -> None:
    guarded = replace(DESK, secret_names=("CMAA_HOOK",))
    channel, clock = ScriptedChannel(), SettableClock()
    enqueue(store, 1)
    deliverer(store, channel, clock, guarded, secret=lambda name: None).run()
    assert (channel.sent, states(store)) == ([], [DeliveryState.PENDING])

    def broken(name: str) -> str | None:
        raise ConfigError((Problem(file="/run/secret", line=1, column=1, where=name, what="cannot be read"),))

    clock.forward(hours=1)
    (told,) = deliverer(store, channel, clock, guarded, secret=broken).run()
    assert isinstance(told.outcome, Refused)
    assert ("/run/secret" in told.outcome.reason, channel.sent) == (True, [])
    clock.forward(hours=1)
    deliverer(store, channel, clock, guarded, secret={"CMAA_HOOK": "whsec_AAAA"}.get).run()
    assert [row[3] for row in channel.sent] == ["whsec_AAAA"]


def test_an_attempt_is_on_record_before_the_call_is_made(store: Store) -> None:
    enqueue(store, 1)
    seen: list[str] = []

    def look(one: Delivery) -> DeliveryOutcome:
        (kept,) = store.outbox.deliveries()
        seen.extend([kept.delivery.state.value, *(attempt.outcome for attempt in kept.attempts)])
        return Sent(code=200)

    deliverer(store, ScriptedChannel(look), SettableClock()).run()
    assert seen == ["sending", "started"]


def test_an_interruption_marks_what_was_sent_and_leaves_only_the_one_on_its_way_to_be_repeated(store: Store) -> None:
    enqueue(store, 1, 2, 3)
    second = delivery_id("change", "CH-2026-0002", "webhook", "desk")

    def interrupted(one: Delivery) -> DeliveryOutcome:
        if one.id == second and len(channel.sent) == 2:
            raise KeyboardInterrupt
        return Sent(code=200)

    channel, clock = ScriptedChannel(interrupted), SettableClock()
    with pytest.raises(KeyboardInterrupt):
        deliverer(store, channel, clock).run()
    assert states(store) == [DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.PENDING]
    clock.forward(seconds=LEASE_S)
    deliverer(store, channel, clock).run()
    assert states(store) == [DeliveryState.SENT] * 3
    assert [row[1] for row in channel.sent] == [b"event 1", b"event 2", b"event 2", b"event 3"]


def test_no_more_than_one_row_of_a_recipient_is_ever_begun_and_not_marked(store: Store) -> None:
    """So no crash repeats more than that."""
    enqueue(store, *range(1, 24))
    open_attempts: list[int] = []

    def look(one: Delivery) -> DeliveryOutcome:
        attempts = [attempt for kept in store.outbox.deliveries() for attempt in kept.attempts]
        open_attempts.append(sum(attempt.outcome == "started" for attempt in attempts))
        return Sent(code=200)

    deliverer(store, ScriptedChannel(look), SettableClock()).run()
    assert set(open_attempts) == {1}


def test_an_attempt_ends_when_its_call_did_and_not_when_it_was_marked(store: Store) -> None:
    enqueue(store, 1, 2)
    clock = SettableClock()

    def slowly(one: Delivery) -> DeliveryOutcome:
        clock.forward(seconds=10)
        return Sent(code=200)

    deliverer(store, ScriptedChannel(slowly), clock).run()
    ends = [kept.attempts[0].ended_at for kept in store.outbox.deliveries()][::-1]
    assert ends == [NOW + timedelta(seconds=10), NOW + timedelta(seconds=20)]


def test_a_limit_is_kept(store: Store) -> None:
    enqueue(store, *range(1, 12))
    channel = ScriptedChannel()
    assert len(deliverer(store, channel, SettableClock()).run(limit=9)) == 9
    assert len(channel.sent) == 9


def test_while_one_sender_holds_a_row_no_other_gets_it_even_when_the_call_takes_its_longest(store: Store) -> None:
    enqueue(store, 1, 2)
    clock = SettableClock()
    taken: list[int] = []

    def slowly(one: Delivery) -> DeliveryOutcome:
        clock.forward(seconds=TOO_LONG_S)
        taken.append(len(store.outbox.lease(clock.now(), owner="another", limit=100, lease_s=LEASE_S)))
        return Sent(code=200)

    deliverer(store, ScriptedChannel(slowly), clock).run()
    assert taken == [0, 0]


def test_a_lease_of_a_sender_that_died_runs_out_and_the_id_stays(store: Store) -> None:
    enqueue(store, 1)
    clock, channel = SettableClock(), ScriptedChannel()
    (held,) = store.outbox.lease(clock.now(), owner="dead", limit=10, lease_s=LEASE_S)
    assert deliverer(store, channel, clock).run() == ()
    clock.forward(seconds=LEASE_S)
    (told,) = deliverer(store, channel, clock).run()
    assert told.delivery.id == held.id == channel.sent[0][0]


def test_one_run_tries_a_row_once_however_long_it_takes(store: Store) -> None:
    enqueue(store, 1)
    clock = SettableClock()

    def late(one: Delivery) -> DeliveryOutcome:
        clock.forward(days=2)
        return Refused(code=500, reason="no", permanent=False)

    assert len(deliverer(store, ScriptedChannel(late), clock).run()) == 1


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 12), st.one_of(st.none(), st.floats(0, 86400)), st.booleans())
def test_the_wait_is_within_a_tenth_of_the_schedule_and_heeds_retry_after(
    number: int, asked: float | None, permanent: bool
) -> None:
    delivery = Delivery(
        id=DeliveryId(f"dlv_{number}"),
        kind="",
        subject_id="",
        channel="",
        recipient_id="",
        payload=b"",
        attempts=number - 1,
        next_at=NOW,
    )
    refused = Refused(code=503, reason="", permanent=permanent, retry_after_s=asked)
    at = _next_at(delivery, refused, NOW)
    if permanent or number >= len(SCHEDULE_S):
        assert at is None
        return
    assert at is not None
    least, most = (timedelta(seconds=max(factor * SCHEDULE_S[number], asked or 0)) for factor in (0.9, 1.1))
    assert least <= at - NOW <= most
    assert list(SCHEDULE_S) == sorted(SCHEDULE_S)
    assert sum(SCHEDULE_S) == 75 * 3600 + 35 * 60 + 5
    assert _next_at(delivery, Sent(code=200), NOW) is None
    early = replace(delivery, next_at=NOW + timedelta(hours=20))
    assert _next_at(early, refused, NOW) == max(NOW + timedelta(hours=20), NOW + timedelta(seconds=asked or 0))


# --- in order, and side by side


def test_a_receiver_that_was_down_for_three_days_gets_everything_once_and_in_order(store: Store) -> None:
    clock, up = SettableClock(), [False]
    taken: list[str] = []

    def answer(one: Delivery) -> DeliveryOutcome:
        if not up[0]:
            return Refused(code=None, reason="no answer", permanent=False)
        taken.append(one.payload.decode())
        return Sent(code=200)

    channel = ScriptedChannel(answer)
    number = 0
    for hour in range(80):
        up[0] = hour >= 72
        if hour % 3 == 0:
            number += 1
            enqueue(store, number)
        for _ in range(12):
            deliverer(store, channel, clock).run()
            clock.forward(minutes=5)
    assert taken == [f"event {n}" for n in range(1, number + 1)]
    assert set(states(store)) == {DeliveryState.SENT}
    assert len({row[0] for row in channel.sent}) == number


def test_what_becomes_due_while_a_receiver_hangs_is_told_meanwhile(store: Store) -> None:
    enqueue(store, 1, recipient="hanging")
    told_meanwhile = Event()

    def answer(one: Delivery) -> DeliveryOutcome:
        if one.recipient_id == "desk":
            told_meanwhile.set()
            return Sent(code=200)
        enqueue(store, 2)
        return Sent(code=200) if told_meanwhile.wait(TOO_LONG_S) else Refused(code=None, reason="?", permanent=True)

    deliverer(store, ScriptedChannel(answer), SettableClock(), *others("hanging", "desk")).run()
    assert states(store) == [DeliveryState.SENT] * 2


def test_once_it_is_to_stop_nothing_further_is_begun_and_what_is_on_its_way_is_marked(store: Store) -> None:
    enqueue(store, 1, 2)
    stopping = Event()

    def answer(_: Delivery) -> DeliveryOutcome:
        stopping.set()
        return Sent(code=200)

    replace(deliverer(store, ScriptedChannel(answer), SettableClock()), stopping=stopping.is_set).run()
    assert states(store) == [DeliveryState.SENT, DeliveryState.PENDING]


def test_what_waits_behind_a_failing_row_has_it_tried_every_half_hour(store: Store) -> None:
    enqueue(store, 1)
    clock, answers = SettableClock(), [Refused(code=503, reason="away", permanent=False)] * 40
    channel = ScriptedChannel(lambda _: answers.pop() if answers else Sent(code=200))
    for _ in range(12 * 12):
        deliverer(store, channel, clock).run()
        clock.forward(minutes=5)
    alone = len(channel.sent)
    enqueue(store, 2)
    for _ in range(12 * 2):
        deliverer(store, channel, clock).run()
        clock.forward(minutes=5)
    assert (alone <= 7, 4 <= len(channel.sent) - alone <= 6) == (True, True)
    assert {row[1] for row in channel.sent} == {b"event 1"}
    assert store.outbox.deliveries()[-1].delivery.attempts <= 7, "tries before their time do not count"


def test_a_row_that_alone_is_refused_lets_the_later_ones_pass_in_the_end(store: Store) -> None:
    enqueue(store, 1, 2)
    poison = delivery_id("change", "CH-2026-0001", "webhook", "desk")
    channel = ScriptedChannel(
        lambda one: Refused(code=500, reason="no", permanent=False) if one.id == poison else Sent(code=200)
    )
    clock = SettableClock()
    for _ in range(12 * 3):
        deliverer(store, channel, clock).run()
        clock.forward(minutes=5)
    assert states(store) == [DeliveryState.PENDING, DeliveryState.SENT]


def test_a_receiver_that_hangs_keeps_nobody_else_waiting(store: Store) -> None:
    enqueue(store, *range(1, 30), recipient="quick")
    enqueue(store, *range(1, 4), recipient="hanging")
    ended = Event()
    quick: list[bytes] = []

    def answer(one: Delivery) -> DeliveryOutcome:
        if one.recipient_id == "hanging":
            ended.wait(20)
            return Refused(code=None, reason="no answer", permanent=False)
        quick.append(one.payload)
        if len(quick) == 29:
            ended.set()
        return Sent(code=200)

    began = monotonic()
    told = deliverer(store, ScriptedChannel(answer), SettableClock(), *others("quick", "hanging")).run()
    assert monotonic() - began < 10
    assert quick == [f"event {n}".encode() for n in range(1, 30)]
    assert [one.delivery.recipient_id for one in told].count("hanging") == 1, "the others wait behind the first"


def test_of_one_channel_only_a_few_are_told_at_the_same_time(store: Store) -> None:
    names = [f"r{n}" for n in range(12)]
    for name in names:
        enqueue(store, 1, recipient=name)
    lock, now_on, most, full = Lock(), [0], [0], Event()

    def answer(one: Delivery) -> DeliveryOutcome:
        with lock:
            now_on[0] += 1
            most[0] = max(most[0], now_on[0])
            if now_on[0] == SIDE_BY_SIDE:
                full.set()
        full.wait(TOO_LONG_S)
        sleep(LOOK_AGAIN_S + 0.1)  # long enough that one more would be begun, if one more might be
        with lock:
            now_on[0] -= 1
        return Sent(code=200)

    assert len(deliverer(store, ScriptedChannel(answer), SettableClock(), *others(*names)).run()) == 12
    assert most[0] == SIDE_BY_SIDE


def test_what_goes_wrong_in_one_thread_reaches_the_caller_and_what_was_sent_is_marked(store: Store) -> None:
    enqueue(store, 1, recipient="good")
    enqueue(store, 1, recipient="bad")
    sent = Event()

    def answer(one: Delivery) -> DeliveryOutcome:
        if one.recipient_id == "bad":
            sent.wait(5)
            sleep(0.1)
            raise ZeroDivisionError
        sent.set()
        return Sent(code=200)

    with pytest.raises(ZeroDivisionError):
        deliverer(store, ScriptedChannel(answer), SettableClock(), *others("good", "bad")).run()
    assert states(store) == [DeliveryState.SENT, DeliveryState.SENDING]


def test_a_receiver_that_is_gone_is_suspended_and_its_rows_wait(store: Store) -> None:
    enqueue(store, 1, 2)
    gone = Refused(code=410, reason="gone", permanent=True, gone=True)
    answers: list[DeliveryOutcome] = [gone]
    channel, clock = ScriptedChannel(lambda _: answers.pop() if answers else Sent(code=200)), SettableClock()
    assert [one.outcome for one in deliverer(store, channel, clock).run()] == [gone]
    clock.forward(days=30)
    assert deliverer(store, channel, clock).run() == ()
    assert states(store) == [DeliveryState.PENDING] * 2
    (halted,) = store.queries.suspensions()
    assert (halted.recipient_id, halted.channel, halted.code, halted.reason) == ("desk", "webhook", 410, "gone")
    with store.unit() as unit:
        assert unit.unsuspend("desk", by="me", reason="a new address", at=clock.now()) == 1
    deliverer(store, channel, clock).run()
    assert [row[1] for row in channel.sent] == [b"event 1", b"event 1", b"event 2"]
    assert store.queries.verify_chain() is None


words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1)


@given(st.tuples(words, words, words, words), st.tuples(words, words, words, words))
def test_the_same_telling_has_the_same_id_and_another_another(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    first, second = delivery_id(*one), delivery_id(*other)
    assert (first == second) is (one == other)
    assert (first.startswith("dlv_"), len(first), "." in first) == (True, 30, False)
    assert DeliveryId(first) == delivery_id(*one)
