"""Turns a change into outbox rows for those who subscribed to it, inside the change's own unit of work."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from monitor.assess.routing import who_is_told
from monitor.model.assessment import Assessment
from monitor.model.delivery import Delivery, Subscriber
from monitor.model.difference import Change
from monitor.model.ids import DeliveryId, Sha256
from monitor.model.source import Source
from monitor.pipeline.ports import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a telling points at: ledger row, chain head, the hashes of the bytes before and after, the time."""

    check_id: int
    chain_head: str
    before_sha256: Sha256 | None
    after_sha256: Sha256
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """Knows the subscribers and how our own address is spelt in events."""

    subscribers: tuple[Subscriber, ...]
    instance: str
    link_base: str | None
    demo: bool

    def announce(self, unit: Unit, change: Change, assessment: Assessment, source: Source, evidence: Evidence) -> None:
        """Enqueues one delivery per subscriber that wants to know; the payload is frozen here."""
        told = who_is_told(assessment, source.id, self.subscribers)
        if not told:
            return
        # Imported here: most checks tell nobody anything.
        from monitor.compose.events import change_event

        payload = change_event(
            change,
            assessment,
            source,
            demo=self.demo,
            link_base=self.link_base,
            check_id=evidence.check_id,
            chain_head=evidence.chain_head,
            before_sha=evidence.before_sha256,
            after_sha=evidence.after_sha256,
            instance=self.instance,
        )
        for subscriber in told:
            unit.enqueue(_delivery(change, subscriber, payload), at=evidence.at)


def _delivery(change: Change, subscriber: Subscriber, payload: bytes) -> Delivery:
    return Delivery(
        id=delivery_id("change", change.id, subscriber.channel, subscriber.id),
        kind="change",
        subject_id=change.id,
        channel=subscriber.channel,
        recipient_id=subscriber.id,
        payload=payload,
    )


def delivery_id(kind: str, subject_id: str, channel: str, recipient_id: str) -> DeliveryId:
    """A function of what is told to whom: a check that is repeated after a crash gives the same id again."""
    digest = hashlib.sha256("\x00".join((kind, subject_id, channel, recipient_id)).encode()).digest()
    return DeliveryId("dlv_" + base64.b32encode(digest).decode()[:26].lower())
