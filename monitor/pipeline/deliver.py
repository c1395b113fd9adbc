"""Telling: leases the next due row of each recipient, records the attempt before the call, sends, and only then marks.

The promise: at least once, each with a stable id, to each recipient in order. A crash between the call and the mark
repeats that one delivery under the same id (and one for each receiver that was slow to answer just then); a row that
fails for good is kept, visible, never dropped.
"""

import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent
from monitor.pipeline.couriers import Couriers
from monitor.pipeline.ports import Outbox
from monitor.pipeline.sender import Sender

SCHEDULE_S = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds to wait before each attempt, as the Standard Webhooks specification lists them: ten tries in 75.6 hours."""

SIDE_BY_SIDE = 8
"""So many recipients of one channel are told at the same time: a mail server takes few connections from one place."""

RECIPIENTS = 32
"""So many recipients are told at the same time in all."""

PATIENCE_S = 0.2
"""A receiver that has not answered by then is waited for beside the others. Until then it is the only one, so that a
crash repeats no more than one delivery as long as receivers answer at once.
"""

LOOK_AGAIN_S = 0.5
"""While some are waited for, what has become due meanwhile is looked for so often: nobody waits for another's receiver.
"""

LEASE_S = 2 * 60.0
"""Twice the longest that a call may take: a row held longer belongs to a sender that died."""


class Told(Struct, frozen=True, kw_only=True):
    """How one attempt at a delivery, the ``number``-th (from 1), ended, and when."""

    delivery: Delivery
    number: int
    outcome: DeliveryOutcome
    ended_at: datetime


class Deliverer(Struct, frozen=True, kw_only=True):
    """Sends what is due. Once ``stopping`` says so nothing further is begun."""

    outbox: Outbox
    sender: Sender
    now: Callable[[], datetime]
    owner: str
    stopping: Callable[[], bool] = lambda: False

    def run(self, limit: int = 1000, *, given_up: Callable[[], object] = lambda: None) -> tuple[Told, ...]:
        """Sends up to ``limit`` due deliveries, one after the other; one that takes long is left to itself meanwhile,
        so that nobody waits for another's receiver. What becomes due in that time goes out too.

        ``given_up`` is called when some were marked that are not tried again by themselves; what it puts into the
        outbox goes out in the same run.
        """
        told: list[Told] = []
        marked = begun = 0
        couriers = Couriers(self._carry)
        try:
            while True:
                # What has been sent is marked in the transaction that leases and begins what comes next.
                with self.outbox.together():
                    back = told[marked:]
                    self._mark(back)
                    fresh = self._begin() if begun < limit and couriers.away < RECIPIENTS else None
                marked = len(told)
                if fresh is not None:
                    begun += 1
                    couriers.send(fresh)
                if any(isinstance(one.outcome, Refused) and is_over(one) for one in back):
                    given_up()
                elif not couriers.away:
                    break
                if couriers.away:
                    told += couriers.back(LOOK_AGAIN_S if fresh is None else PATIENCE_S)
        finally:
            couriers.close()
            if marked < len(told):
                with self.outbox.together():
                    self._mark(told[marked:])
        return tuple(told)

    def _carry(self, begun: tuple[Delivery, int]) -> Told:
        delivery, number = begun
        return Told(delivery=delivery, number=number, outcome=self.sender.send(delivery), ended_at=self.now())

    def _begin(self) -> tuple[Delivery, int] | None:
        """Leases the next row and puts the attempt, with its number, on record; None when no row may be sent now."""
        if self.stopping():
            return None
        now = self.now()
        due = self.outbox.lease(now, owner=self.owner, limit=1, lease_s=LEASE_S, side_by_side=SIDE_BY_SIDE)
        return (due[0], self.outbox.start_attempt(due[0].id, now)) if due else None

    def _mark(self, told: Sequence[Told]) -> None:
        for one in told:
            next_at = _next_at(one.delivery, one.outcome, one.ended_at)
            self.outbox.finish_attempt(one.delivery.id, one.number, one.outcome, now=one.ended_at, next_at=next_at)


def is_over(told: Told) -> bool:
    """Whether it will not be tried again by itself: it was sent, is dead, or waits for a person."""
    refused = told.outcome if isinstance(told.outcome, Refused) else None
    return refused is None or refused.gone or _next_at(told.delivery, refused, told.ended_at) is None


def _next_at(delivery: Delivery, outcome: DeliveryOutcome, now: datetime) -> datetime | None:
    """When to try again; None when it was sent, cannot succeed, or has been tried often enough. A try before its time
    leaves the schedule as it is.

    The wait is stretched or shortened by up to a tenth, by the delivery's id, so that what failed together does not
    come back together.
    """
    if isinstance(outcome, Sent) or outcome.permanent:
        return None
    pause = timedelta(seconds=outcome.retry_after_s or 0.0)
    if delivery.next_at is not None and delivery.next_at > now:
        return max(delivery.next_at, now + pause)
    tries = delivery.attempts + 1
    if tries >= len(SCHEDULE_S):
        return None
    share = zlib.crc32(f"{delivery.id}:{tries}".encode()) / 0xFFFFFFFF
    return now + max(timedelta(seconds=SCHEDULE_S[tries] * (0.9 + 0.2 * share)), pause)
