"""Turns a change into outbox rows for those who subscribed to it, inside the change's own unit of work."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.routing import who_is_told
from monitor.model.assessment import Assessment
from monitor.model.delivery import Cadence, Delivery, Evidence, Format, Rhythm, Subscriber, Voice
from monitor.model.difference import Change
from monitor.model.ids import DeliveryId
from monitor.model.source import Source
from monitor.pipeline.ports import Unit

if TYPE_CHECKING:
    from monitor.compose.environment import Templates
    from monitor.model.cluster import Placement

CHANGE = "change"


class Announcer(Struct, frozen=True, kw_only=True):
    """Knows the subscribers, the format that each channel carries, and how this installation speaks of itself."""

    subscribers: tuple[Subscriber, ...]
    formats: Mapping[str, Format]
    voice: Voice
    templates: "Callable[[], Templates]"

    def announce(
        self,
        unit: Unit,
        change: Change,
        assessment: Assessment,
        source: Source,
        evidence: Evidence,
        seen: "Placement | None" = None,
    ) -> None:
        """Enqueues one delivery per subscriber that wants to know; the payload is frozen here.

        Who was told of the same event before (``seen``) is told again only of what is new: a higher tier, or a date,
        code, stage or tool that was not in what he was told; that it was left out is in the audit chain.

        In quiet hours it becomes due when they end. Beyond the cap of the subscriber's day it becomes due at the day's
        end, to be told together with the others that exceeded it.
        """
        told = who_is_told(assessment, source.id, self.subscribers)
        if not told:
            return
        # Imported here: most checks tell nobody anything.
        from monitor.compose.payloads import CHANGE_IN
        from monitor.compose.tellings import ChangeTelling
        from monitor.pipeline.clusters import is_repeat

        for subscriber in told:
            if seen is not None and is_repeat(unit, subscriber, assessment, seen):
                facts = {"change": change.id, "cluster": seen.cluster_id, "recipient": subscriber.id}
                unit.audit("seen-again", change.id, facts, at=evidence.at)
                continue
            id_ = delivery_id(CHANGE, change.id, subscriber.channel, subscriber.id)
            telling = ChangeTelling(
                delivery_id=id_,
                change=change,
                assessment=assessment,
                source=source,
                evidence=evidence,
                voice=self.voice,
                templates=self.templates,
                place=unit.place(subscriber.channel, subscriber.id),
                seen=seen,
            )
            payload = CHANGE_IN[self.formats[subscriber.channel]](telling)
            unit.enqueue(
                _due(unit, _delivery(id_, change, subscriber, payload), subscriber, evidence.at), at=evidence.at
            )


def _delivery(id_: DeliveryId, change: Change, subscriber: Subscriber, payload: bytes) -> Delivery:
    return Delivery(
        id=id_,
        kind=CHANGE,
        subject_id=change.id,
        channel=subscriber.channel,
        recipient_id=subscriber.id,
        payload=payload,
    )


def _due(unit: Unit, delivery: Delivery, subscriber: Subscriber, at: datetime) -> Delivery:
    """The delivery with the time at which it may be sent."""
    from monitor.pipeline.rhythm import after_quiet, turn_at

    if subscriber.cap is not None:
        turn = turn_at(Rhythm(cadence=Cadence.DAILY, zone=subscriber.zone), at)
        if unit.alerts_since(subscriber.id, turn.start_at) >= subscriber.cap:
            later = after_quiet(turn.end_at - timedelta(seconds=1), subscriber.quiet, subscriber.zone)
            return replace(delivery, next_at=later, bundle=f"{subscriber.id}:{turn.first_day.isoformat()}")
    return replace(delivery, next_at=after_quiet(at, subscriber.quiet, subscriber.zone))


def delivery_id(kind: str, subject_id: str, channel: str, recipient_id: str) -> DeliveryId:
    """A function of what is told to whom: a check that is repeated after a crash gives the same id again."""
    digest = hashlib.sha256("\x00".join((kind, subject_id, channel, recipient_id)).encode()).digest()
    return DeliveryId("dlv_" + base64.b32encode(digest[:20]).decode()[:26].lower())  # 20 bytes are 32 letters
