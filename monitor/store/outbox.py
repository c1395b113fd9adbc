"""The outbox: what is to be told to whom, leased, tried and marked. A row is never dropped, and its id never changes.

Each call is a transaction of its own. An attempt is committed before the network call, so after a crash it stands there
without an end: nobody knows whether it was received, and it is repeated under the same id.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from monitor.model.delivery import Delivery, DeliveryOutcome, DeliveryState, Place, Refused, Sent
from monitor.model.ids import DeliveryId
from monitor.store import deliveries, queue, suspensions, telling_seal
from monitor.store.connection import Database, Row
from monitor.store.deliveries import StoredDelivery
from monitor.store.times import to_text, to_text_or_none

EXCERPT_LENGTH = 500

_ENQUEUE = (
    "INSERT INTO outbox (id, kind, subject_id, channel, recipient_id, payload_sha256, created_at, seq, state, sent_at,"
    " last_code, last_error, payload, next_at, bundle) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""Its columns begin with those of ``telling_seal.STANDING``, but for the number."""


def enqueue(database: Database, delivery: Delivery, place: Place, *, at: datetime) -> Row | None:
    """Adds a row at ``place``, inside the caller's transaction, and returns it as it is sealed; None for a second one
    for the same telling, which is ignored.
    """
    telling = [delivery.kind, delivery.subject_id, delivery.channel, delivery.recipient_id]
    same = "SELECT 1 FROM outbox WHERE kind = ? AND subject_id = ? AND channel = ? AND recipient_id = ?"
    if database.row(same, telling) is not None:
        return None
    payload_sha256, next_at = hashlib.sha256(delivery.payload).hexdigest(), delivery.next_at or at
    state = [DeliveryState.PENDING.value, None, None, None]
    standing = [delivery.id, *telling, payload_sha256, to_text(at), place.seq, *state]
    row = database.added(_ENQUEUE, [*standing, delivery.payload, to_text(next_at), delivery.bundle])
    number, id_, *rest = row[: len(standing) + 1]
    return (id_, number, *rest)


def place_of(database: Database, channel: str, recipient_id: str) -> Place:
    """The place that the next row for that recipient over that channel will have."""
    last = database.row(
        "SELECT seq, id FROM outbox WHERE recipient_id = ? AND channel = ? AND seq > 0 ORDER BY seq DESC LIMIT 1",
        [recipient_id, channel],
    )
    return Place(seq=1) if last is None else Place(seq=last[0] + 1, previous=last[1])


def alerts_since(database: Database, recipient_id: str, at: datetime) -> int:
    """How many changes have been enqueued for that recipient since ``at``."""
    sql = "SELECT count(*) FROM outbox WHERE recipient_id = ? AND created_at >= ? AND kind = 'change'"
    return int(database.value(sql, [recipient_id, to_text(at)]) or 0)


def unbundle(database: Database, delivery_id: DeliveryId) -> None:
    database.write("UPDATE outbox SET bundle = NULL WHERE id = ? AND state = 'pending'", [delivery_id])


def told_in(database: Database, delivery_id: DeliveryId, summary_id: DeliveryId) -> bool:
    """Cancels a waiting row in favour of a summary; False for one that waits no longer, which stays as it is."""
    cursor = database.write(
        "UPDATE outbox SET state = 'cancelled', last_error = ? WHERE id = ? AND state = 'pending'",
        [f"told together with others in {summary_id}", delivery_id],
    )
    return cursor.rowcount == 1


def due_bundles(database: Database, now: datetime) -> dict[str, tuple[Delivery, ...]]:
    """The waiting rows of every bundle whose time has come, oldest first. One that was tried already stays alone."""
    found = database.rows(
        f"SELECT {deliveries.COLUMNS}, bundle FROM outbox WHERE bundle IS NOT NULL AND state = 'pending'"  # noqa: S608
        " AND attempts = 0 AND next_at <= ? ORDER BY number",
        [to_text(now)],
    )
    bundles: dict[str, list[Delivery]] = {}
    for *row, bundle in found:
        bundles.setdefault(bundle, []).append(deliveries.read_delivery(tuple(row)))
    return {name: tuple(rows) for name, rows in bundles.items()}


_LEASE = (
    "UPDATE outbox SET state = 'sending', lease_until = ?, lease_owner = ? WHERE number = ?"  # noqa: S608
    f" RETURNING {deliveries.COLUMNS}"
)
_BEGIN = (
    "INSERT INTO attempt (outbox_id, n, started_at, outcome)"
    " SELECT ?1, coalesce(max(n), 0) + 1, ?2, 'started' FROM attempt WHERE outbox_id = ?1 RETURNING n"
)


class OutboxTable:
    """Fits the pipeline's ``Outbox``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(
        self, now: datetime, *, owner: str, limit: int, lease_s: float, side_by_side: int = 8
    ) -> tuple[Delivery, ...]:
        """For each recipient his oldest due row, of at most ``limit`` recipients and ``side_by_side`` of one channel,
        for ``owner`` alone until ``lease_s`` seconds have passed. Rows whose lease has run out are due again.

        A recipient gets what is told to him in order: nothing while another row is being sent to him, nothing past one
        that waits for its retry (see ``queue``), nothing while he is suspended. Nothing due: nothing is written.
        """
        with self._database.own_or_joined():
            numbers = queue.heads(self._database, now, limit, side_by_side)
            if not numbers:
                return ()
            self._free("lease_until <= ?", [to_text(now)], now)
            until = to_text(now + timedelta(seconds=lease_s))
            held = [self._database.written(_LEASE, [until, owner, number]) for number in numbers]
        return tuple(map(deliveries.read_delivery, held))

    def requeue_expired(self, now: datetime, *, owner: str | None = None) -> int:
        """Frees the leases that have run out and, when ``owner`` is given, those of every other owner: at its start the
        only writer knows that all others are dead. Returns how many.
        """
        with self._database.transaction():
            others = "" if owner is None else " OR lease_owner <> ?"
            return self._free(f"lease_until <= ?{others}", [to_text(now), *([owner] if owner else [])], now)

    def free_all(self, now: datetime) -> int:
        """Frees every lease. For the moment in which the writer's lock was won: then no other sender can be alive."""
        if self._database.row("SELECT 1 FROM outbox WHERE state = 'sending' LIMIT 1") is None:
            return 0
        with self._database.transaction():
            return self._free("1", [], now)

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for the ends of some attempts and the starts of the next: the disk is waited for once."""
        with self._database.joined():
            yield

    def start_attempt(self, delivery_id: DeliveryId, now: datetime) -> int:
        """Commits the attempt before the call is made (by itself, or with ``together``); returns its number, from 1.

        One made before its time does not count among the row's tries.
        """
        with self._database.own_or_joined():
            (number,) = self._database.written(_BEGIN, [delivery_id, to_text(now)])
            self._database.write(
                "UPDATE outbox SET attempts = attempts + (next_at <= ?1), first_sent_at = coalesce(first_sent_at, ?1)"
                " WHERE id = ?2",
                [to_text(now), delivery_id],
            )
        return int(number)

    def finish_attempt(
        self, delivery_id: DeliveryId, number: int, outcome: DeliveryOutcome, *, now: datetime, next_at: datetime | None
    ) -> None:
        """Sent: state sent. Refused: pending again at ``next_at``, dead when that is None. What is sent stays sent.

        A refusal that says that the receiver is gone suspends the recipient: his rows, this one too, wait for a person.
        """
        with self._database.own_or_joined():
            tried = self._end_attempt(delivery_id, number, outcome, now)
            match outcome:
                case Sent(code=code):
                    change, values = (
                        "state = 'sent', sent_at = ?, last_code = ?, last_error = NULL",
                        [to_text(now), code],
                    )
                case Refused(code=code, reason=reason):
                    waits_until = now if outcome.gone else next_at
                    change = "state = ?, next_at = ?, last_code = ?, last_error = ?"
                    state = "dead" if waits_until is None else "pending"
                    values = [state, to_text_or_none(waits_until), code, _excerpt(reason)]
            row: Row | None = self._database.write(
                f"UPDATE outbox SET {change}, lease_until = NULL, lease_owner = NULL WHERE id = ? AND state <> 'sent'"  # noqa: S608
                f" RETURNING {telling_seal.STANDING}",
                [*values, delivery_id],
            ).fetchone()
            act = "refused" if isinstance(outcome, Refused) else "sent"
            telling_seal.seal(self._database, delivery_id, act, at=now, row=row, attempt=number, tried=tried)
            if isinstance(outcome, Refused) and outcome.gone and row is not None:
                suspensions.suspend_recipient_of(
                    self._database, delivery_id, outcome.code, _excerpt(outcome.reason), now
                )

    def deliveries(
        self,
        *,
        states: Collection[DeliveryState] = (),
        subject_id: str | None = None,
        recipient_id: str | None = None,
        limit: int = 1000,
    ) -> tuple[StoredDelivery, ...]:
        """Rows in the given states (none given: all), newest first."""
        return deliveries.found(
            self._database, states=states, subject_id=subject_id, recipient_id=recipient_id, limit=limit
        )

    def counts(self) -> dict[DeliveryState, int]:
        """How many rows are in each state."""
        found: dict[str, int] = dict(self._database.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
        return {state: found.get(state.value, 0) for state in DeliveryState}

    def _free(self, where: str, values: list[object], now: datetime) -> int:
        """Makes leased rows due again (their time had come already) and says of open attempts that nobody knows."""
        leased = f"SELECT id FROM outbox WHERE state = 'sending' AND ({where})"  # noqa: S608
        held = [id_ for (id_,) in self._database.rows(leased, values)]
        for id_ in held:
            last = "SELECT max(n) FROM attempt WHERE outbox_id = ? AND outcome = 'started'"
            number = self._database.value(last, [id_])
            self._database.write(
                "UPDATE attempt SET outcome = 'unknown' WHERE outcome = 'started' AND outbox_id = ?", [id_]
            )
            self._database.write(
                "UPDATE outbox SET state = 'pending', lease_until = NULL, lease_owner = NULL WHERE id = ?", [id_]
            )
            if number is not None:
                telling_seal.seal(self._database, id_, "unknown", at=now, attempt=number)
        return len(held)

    def _end_attempt(self, delivery_id: DeliveryId, number: int, outcome: DeliveryOutcome, now: datetime) -> Row:
        refused = outcome if isinstance(outcome, Refused) else None
        return self._database.written(
            "UPDATE attempt SET ended_at = ?, outcome = ?, code = ?, retry_after_s = ?, excerpt = ?"  # noqa: S608
            f" WHERE outbox_id = ? AND n = ? RETURNING {telling_seal.ATTEMPT}",
            [
                to_text(now),
                "refused" if refused else "sent",
                outcome.code,
                refused.retry_after_s if refused else None,
                _excerpt(refused.reason) if refused else None,
                delivery_id,
                number,
            ],
        )


def _excerpt(reason: str) -> str:
    return reason[:EXCERPT_LENGTH]
