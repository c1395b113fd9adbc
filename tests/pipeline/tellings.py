"""An outbox with something in it, and a channel that answers as told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from monitor.model.delivery import Delivery, DeliveryOutcome, DeliveryState, Sent, Subscriber
from monitor.pipeline.announce import delivery_id
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.sender import Sender
from monitor.store import Store
from tests.fakes import NOW, SettableClock

TOO_LONG_S = 60.0
"""No channel takes longer for one delivery."""


@dataclass
class ScriptedChannel:
    """Answers as told; may do something while it sends. Fits ``ports.Channel``."""

    answer: Callable[[Delivery], DeliveryOutcome] = lambda _: Sent(code=200)
    sent: list[tuple[str, bytes, str, str | None]] = field(default_factory=list)

    def send(self, delivery: Delivery, address: str, secret: str | None, now: object) -> DeliveryOutcome:
        self.sent.append((delivery.id, delivery.payload, address, secret))
        return self.answer(delivery)


DESK = Subscriber(id="desk", channel="webhook", address="https://desk.invalid/hook")


def enqueue(store: Store, *numbers: int, recipient: str = "desk") -> None:
    """Puts ``event N`` into the outbox for each number, due at once."""
    with store.unit() as unit:
        for number in numbers:
            subject = f"CH-2026-{number:04d}"
            made = Delivery(
                id=delivery_id("change", subject, "webhook", recipient),
                kind="change",
                subject_id=subject,
                channel="webhook",
                recipient_id=recipient,
                payload=f"event {number}".encode(),
            )
            unit.enqueue(made, at=NOW)


def deliverer(
    store: Store,
    channel: ScriptedChannel,
    clock: SettableClock,
    *subscribers: Subscriber,
    secret: Callable[[str], str | None] = lambda _: None,
) -> Deliverer:
    return Deliverer(
        outbox=store.outbox,
        sender=Sender(
            channels={"webhook": channel},
            subscribers={s.id: s for s in subscribers or (DESK,)},
            secret=secret,
            now=clock.now,
        ),
        now=clock.now,
        owner="me",
    )


def states(store: Store) -> list[DeliveryState]:
    """Of all deliveries, in the order they were put into the outbox."""
    return [one.delivery.state for one in store.outbox.deliveries()][::-1]


def others(*names: str) -> tuple[Subscriber, ...]:
    return tuple(replace(DESK, id=name) for name in names)
