"""What a unit of work writes about telling (outbox rows, periods, digests, suspensions), and its audit entries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from monitor.model.delivery import Delivery, Place, Suspension
from monitor.model.ids import DeliveryId, DigestId
from monitor.store import audit, deliveries, outbox, suspensions, telling_seal
from monitor.store.connection import Database, Row
from monitor.store.seal import sealed

if TYPE_CHECKING:
    from monitor.model.digest import Message, Period

# The periods are imported where they are written: a poll has no use for them, and starts the sooner.


class TellingUnit:
    """A part of ``StoreUnit``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tip: tuple[int, str] | None = None
        self._places: dict[tuple[str, str], Place] = {}
        self._written: dict[tuple[str, object], dict[str, list[Row]]] = {}
        """The rows behind a check or a change that this unit wrote, as long as these are all of them."""

    def enqueue(self, delivery: Delivery, *, at: datetime) -> None:
        """Adds an outbox row; a second one for the same (kind, subject, channel, recipient) is ignored."""
        place = self.place(delivery.channel, delivery.recipient_id)
        row = outbox.enqueue(self._database, delivery, place, at=at)
        if row is not None:
            self._places[delivery.channel, delivery.recipient_id] = Place(seq=place.seq + 1, previous=delivery.id)
            self._seal(delivery.id, telling_seal.QUEUED, at, row)

    def alerts_since(self, recipient_id: str, at: datetime) -> int:
        """How many changes have been enqueued for that recipient since ``at``, this unit's own included."""
        return outbox.alerts_since(self._database, recipient_id, at)

    def place(self, channel: str, recipient_id: str) -> Place:
        """The place of the next telling for that recipient over that channel."""
        if (place := self._places.get((channel, recipient_id))) is None:
            place = self._places[channel, recipient_id] = outbox.place_of(self._database, channel, recipient_id)
        return place

    def revive(self, delivery_id: DeliveryId, *, at: datetime) -> bool:
        """Makes a dead or waiting row due now under its own id; False when it is neither."""
        return deliveries.revive(self._database, delivery_id, at) and self._seal(delivery_id, "revived", at)

    def cancel(self, delivery_id: DeliveryId, note: str, *, at: datetime) -> bool:
        """Gives up a dead or waiting row; False when it is neither."""
        return deliveries.cancel(self._database, delivery_id, note) and self._seal(delivery_id, "cancelled", at)

    def came_back(self, delivery_id: DeliveryId, note: str, *, at: datetime) -> None:
        """Makes a sent row due again under its own id: it did not arrive after all."""
        if deliveries.came_back(self._database, delivery_id, note, at):
            self._seal(delivery_id, "came back", at)

    def suspend(self, suspension: Suspension) -> bool:
        """Sends the recipient nothing more, audited; False when that is so already."""
        new = suspensions.suspend(self._database, suspension)
        if new:
            facts = suspensions.facts_of(suspension)
            self.audit(suspensions.SUSPENDED, suspension.recipient_id, facts, at=suspension.since)
        return new

    def unsuspend(self, recipient_id: str, *, by: str, reason: str, at: datetime) -> int:
        """Lets the recipient be told again; returns how many suspensions ended."""
        return suspensions.lift(self._database, recipient_id, by=by, reason=reason, now=at)

    def unbundle(self, delivery_id: DeliveryId) -> None:
        """Lets a waiting row go its own way after all."""
        outbox.unbundle(self._database, delivery_id)

    def told_in(self, delivery_id: DeliveryId, summary_id: DeliveryId, *, at: datetime) -> None:
        """Cancels a waiting row, for ``summary_id`` tells what it would have told."""
        if outbox.told_in(self._database, delivery_id, summary_id):
            self._seal(delivery_id, "told together", at)

    def _seal(self, delivery_id: DeliveryId, act: str, at: datetime, row: Row | None = None) -> bool:
        self._tip = telling_seal.seal(self._database, delivery_id, act, at=at, row=row, tip=self._tip)
        return True

    def open_period(
        self,
        kind: str,
        *,
        period_id: str,
        digest_id: DigestId,
        start_at: datetime,
        end_at: datetime,
        first_day: date,
        last_day: date,
        from_seq: int = 1,
    ) -> "Period":
        """Opens the period that follows the newest closed one of its kind; the first of all starts at ``from_seq``."""
        from monitor.store import periods

        return periods.open_period(
            self._database,
            kind,
            period_id=period_id,
            digest_id=digest_id,
            start_at=start_at,
            end_at=end_at,
            first_day=first_day,
            last_day=last_day,
            from_seq=from_seq,
        )

    def close_period(self, period_id: str, *, to_seq: int | None = None) -> "Period":
        """Freezes the period's members: up to ``to_seq``, or to the newest check."""
        from monitor.store import periods

        return periods.close_period(self._database, period_id, to_seq=to_seq)

    def digest(self, digest_id: DigestId, period_id: str, message: "Message", *, made_at: datetime) -> None:
        """Keeps a digest as it is sent, with the audit head of this moment."""
        from monitor.store import periods

        periods.insert_digest(self._database, digest_id, period_id, message, made_at)

    def audit(self, event: str, subject: str, facts: Mapping[str, object], *, at: datetime) -> str:
        """Appends to the hash chain, sealing the rows that the event vouches for; returns the new head."""
        written = self._written.get((event, facts.get("check") if event == "check" else subject))
        facts = sealed(self._database, event, subject, facts, written)
        before = self._tip or audit.tip(self._database)
        self._tip = audit.append(self._database, before, event, subject, facts, at)
        return self._tip[1]
