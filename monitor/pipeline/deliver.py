"""Telling: leases a due outbox row, records the attempt before the call, sends, and only then marks.

The promise: at least once, each with a stable id. A crash between the call and the mark repeats that one delivery under
the same id; a row that fails for good is kept, visible, never dropped.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent, Subscriber
from monitor.model.errors import ConfigError, UsageError
from monitor.pipeline.ports import Channel, Outbox

SCHEDULE_S = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds to wait before each attempt, as the Standard Webhooks specification lists them: ten tries in 75.6 hours."""

LEASE_S = 40.0
"""Twice the longest that a delivery may take: a row held longer belongs to a sender that died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How one attempt at a delivery, the ``number``-th (from 1), ended, and when."""

    delivery: Delivery
    number: int
    outcome: DeliveryOutcome
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Sends what is due. ``secret`` looks a subscriber's secret up by its name."""

    outbox: Outbox
    channels: Mapping[str, Channel]
    subscribers: Mapping[str, Subscriber]
    secret: Callable[[str], str | None]
    now: Callable[[], datetime]
    owner: str

    def run(self, limit: int = 1000) -> tuple[Told, ...]:
        """Sends up to ``limit`` due deliveries, one after the other, oldest first."""
        told: list[Told] = []
        last: Told | None = None
        try:
            while len(told) < limit:
                # The end of one attempt and the start of the next share a commit: the disk is waited for once, and no
                # more than one telling is ever under way that nobody could say the fate of.
                with self.outbox.together():
                    self._mark(last)
                    begun = self._begin()
                last = None
                if begun is None:
                    break
                delivery, number = begun
                outcome = self._send(delivery)
                last = Told(delivery=delivery, number=number, outcome=outcome, ended_at=self.now())
                told.append(last)
        finally:
            if last is not None:
                with self.outbox.together():
                    self._mark(last)
        return tuple(told)

    def _begin(self) -> tuple[Delivery, int] | None:
        """Leases the oldest row that is due and puts the attempt, with its number, on record."""
        now = self.now()
        due = self.outbox.lease(now, owner=self.owner, limit=1, lease_s=LEASE_S)
        return (due[0], self.outbox.start_attempt(due[0].id, now)) if due else None

    def _mark(self, told: Told | None) -> None:
        if told is None:
            return
        next_at = _next_at(told.delivery, told.outcome, told.number, told.ended_at)
        self.outbox.finish_attempt(told.delivery.id, told.number, told.outcome, now=told.ended_at, next_at=next_at)

    def _send(self, delivery: Delivery) -> DeliveryOutcome:
        subscriber = self.subscribers.get(delivery.recipient_id)
        channel = self.channels.get(delivery.channel)
        if subscriber is None or channel is None:
            reason = f"“{delivery.recipient_id}” over {delivery.channel} is no longer configured in sources.yaml"
            return Refused(code=None, reason=reason, permanent=True)
        try:
            secret = self._secret(subscriber)
        except UsageError as fault:
            return Refused(code=None, reason=str(fault), permanent=False)
        return channel.send(delivery, subscriber.address, secret, self.now())

    def _secret(self, subscriber: Subscriber) -> str | None:
        """The subscriber's secret. Raises UsageError when it has one and it cannot be had: never is an event sent
        unsigned because a variable was forgotten.
        """
        if subscriber.secret_name is None:
            return None
        try:
            secret = self.secret(subscriber.secret_name)
        except ConfigError as fault:
            raise UsageError(str(fault)) from fault
        if secret is None:
            raise UsageError(f"{subscriber.secret_name}, the secret of “{subscriber.id}”, is not in the environment")
        return secret


def _next_at(delivery: Delivery, outcome: DeliveryOutcome, number: int, now: datetime) -> datetime | None:
    """When to try again; None when it was sent, cannot succeed, or has been tried often enough.

    The wait is stretched or shortened by up to a tenth, by the delivery's id, so that what failed together does not
    come back together.
    """
    if isinstance(outcome, Sent) or outcome.permanent or number >= len(SCHEDULE_S):
        return None
    share = zlib.crc32(f"{delivery.id}:{number}".encode()) / 0xFFFFFFFF
    wait_s = max(SCHEDULE_S[number] * (0.9 + 0.2 * share), outcome.retry_after_s or 0.0)
    return now + timedelta(seconds=wait_s)
