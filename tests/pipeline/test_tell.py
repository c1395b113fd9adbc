"""Telling beside a poll: by the order of events, never by the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from time import sleep

import pytest
from msgspec.structs import replace

from monitor.config import read_templates
from monitor.model.delivery import Delivery, DeliveryOutcome, DeliveryState, Format, Refused, Sent, Voice
from monitor.model.problem import Trouble
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.findings import Patience
from monitor.pipeline.problems import ProblemDesk
from monitor.pipeline.tell import Herald, tell, telling
from monitor.store import Store
from tests.fakes import SettableClock
from tests.pipeline.tellings import DESK, TOO_LONG_S, ScriptedChannel, deliverer, enqueue, others, states

OPERATOR = replace(DESK, id="operator", problems=True)
SENT = Sent(code=200)


def problem_desk(store: Store) -> ProblemDesk:
    return ProblemDesk(
        store=store,
        record=store.queries,
        sources=(),
        subscribers=(OPERATOR,),
        patience=Patience(failures=3, after=None, repeat=timedelta(days=1)),
        backs_up=False,
        free_share=lambda: 1.0,
        rule_faults=tuple,
        formats={"webhook": Format.EVENT},
        voice=Voice(instance="urn:test", link_base=None, zone="UTC", demo=False),
        templates=read_templates,
    )


def beside(store: Store, channel: "Answering", poll: Callable[[Herald], None]) -> Herald:
    """Tells beside ``poll``."""
    clock = SettableClock()

    def until(ended: Callable[[], bool]) -> Deliverer:
        channel.ended = ended
        return replace(deliverer(store, channel, clock), stopping=ended)

    with telling(problem_desk(store), until, clock.now) as herald:
        poll(herald)
    return herald


@dataclass
class Answering(ScriptedChannel):
    """Says when a telling began; ``ended`` says whether nothing more is to be told."""

    began: Event = field(default_factory=Event)
    ended: Callable[[], bool] = lambda: False

    def send(self, delivery: Delivery, address: str, secret: str | None, now: object) -> DeliveryOutcome:
        self.began.set()
        return super().send(delivery, address, secret, now)


def payloads(channel: ScriptedChannel) -> list[bytes]:
    return [payload for _, payload, *_ in channel.sent]


def broken(_: Delivery) -> DeliveryOutcome:
    raise ZeroDivisionError


def test_what_is_found_is_told_while_the_poll_goes_on_as_often_as_something_is_found(store: Store) -> None:
    told = {f"event {n}".encode(): Event() for n in (1, 2, 3)}

    def answer(one: Delivery) -> DeliveryOutcome:
        told[one.payload].set()
        return SENT

    def poll(herald: Herald) -> None:
        for number, event in enumerate(told.values(), start=1):
            enqueue(store, number)
            herald.wake()
            assert event.wait(TOO_LONG_S), "the poll has not ended, and nobody was told"

    herald = beside(store, Answering(answer), poll)
    assert [one.delivery.payload for one in herald.told] == list(told)


def test_the_poll_does_not_wait_for_a_receiver(store: Store) -> None:
    poll_went_on = Event()

    def answer(_: Delivery) -> DeliveryOutcome:
        return SENT if poll_went_on.wait(TOO_LONG_S) else Refused(code=None, reason="stood still", permanent=True)

    channel = Answering(answer)

    def poll(herald: Herald) -> None:
        herald.wake()
        assert channel.began.wait(TOO_LONG_S)
        poll_went_on.set()

    enqueue(store, 1)
    assert [one.outcome for one in beside(store, channel, poll).told] == [SENT]


@pytest.mark.parametrize("woken", [False, True])
def test_all_that_is_due_when_the_block_ends_is_told_once(store: Store, *, woken: bool) -> None:
    channel = Answering()

    def poll(herald: Herald) -> None:
        enqueue(store, 2)
        if woken:
            herald.wake()
        enqueue(store, 3)

    enqueue(store, 1)
    herald = beside(store, channel, poll)
    assert payloads(channel) == [one.delivery.payload for one in herald.told] == [b"event 1", b"event 2", b"event 3"]
    assert states(store) == [DeliveryState.SENT] * 3


def test_a_block_that_ends_by_an_error_tells_nothing(store: Store) -> None:
    channel = Answering()

    def poll(_: Herald) -> None:
        enqueue(store, 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        beside(store, channel, poll)
    assert (channel.sent, states(store)) == ([], [DeliveryState.PENDING])


def test_after_an_error_what_is_on_its_way_is_marked_and_nothing_more_is_begun(store: Store) -> None:
    def answer(_: Delivery) -> DeliveryOutcome:
        while not channel.ended():
            sleep(0.001)
        return SENT

    channel = Answering(answer)

    def poll(herald: Herald) -> None:
        herald.wake()
        assert channel.began.wait(TOO_LONG_S)
        raise KeyboardInterrupt

    enqueue(store, 1, 2)
    with pytest.raises(KeyboardInterrupt):
        beside(store, channel, poll)
    assert states(store) == [DeliveryState.SENT, DeliveryState.PENDING]


def test_a_fault_in_the_thread_reaches_the_caller_once_the_poll_has_ended(store: Store) -> None:
    channel, polled = Answering(broken), list[str]()

    def poll(herald: Herald) -> None:
        herald.wake()
        assert channel.began.wait(TOO_LONG_S)
        polled.append("to the end")

    enqueue(store, 1)
    with pytest.raises(ZeroDivisionError):
        beside(store, channel, poll)
    assert polled == ["to the end"]


def test_a_fault_in_the_thread_does_not_hide_why_the_block_ended(store: Store) -> None:
    channel = Answering(broken)

    def poll(herald: Herald) -> None:
        herald.wake()
        assert channel.began.wait(TOO_LONG_S)
        raise KeyboardInterrupt

    enqueue(store, 1)
    with pytest.raises(KeyboardInterrupt):
        beside(store, channel, poll)


def test_who_is_to_leave_while_he_tells_looks_once_more_and_who_is_told_both_at_once_looks_once() -> None:
    goes: list[str] = []

    def go() -> tuple[()]:
        goes.append("told")
        herald.leave()  # the poll ends, and what it found last may have come too late for this go
        return ()

    herald = Herald(go)
    herald.wake()
    herald.run()
    assert len(goes) == 2
    herald.run()
    assert len(goes) == 3


def test_nobody_looks_before_he_is_woken() -> None:
    goes, looked = list[str](), Event()

    def go() -> tuple[()]:
        goes.append("told")
        looked.set()
        return ()

    herald = Herald(go)
    thread = Thread(target=herald.run, daemon=True)
    thread.start()
    sleep(0.02)
    herald.wake()
    assert looked.wait(TOO_LONG_S)
    sleep(0.02)
    herald.leave()
    thread.join(TOO_LONG_S)
    assert len(goes) == 2


def test_of_a_receiver_that_is_gone_others_are_told_in_the_same_go(store: Store) -> None:
    clock = SettableClock()
    gone = Refused(code=410, reason="gone", permanent=True, gone=True)
    channel = ScriptedChannel(lambda one: gone if one.recipient_id == "desk" else SENT)
    enqueue(store, 1)
    told = tell(problem_desk(store), deliverer(store, channel, clock, *others("desk", "operator")), clock.now)
    assert [(one.delivery.kind, one.delivery.recipient_id) for one in told] == [
        ("change", "desk"),
        ("problem", "operator"),
    ]
    assert [problem.finding.trouble for problem in store.queries.open_problems()] == [Trouble.UNREACHED]
