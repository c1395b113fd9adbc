"""Outbox rows as they are kept, with every attempt, and what a person does about them."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from monitor.model.delivery import Delivery, DeliveryState
from monitor.model.ids import ChangeId, DeliveryId
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_moment_or_none, to_text

COLUMNS = "id, kind, subject_id, channel, recipient_id, payload, state, attempts, next_at"
"""What ``read_delivery`` reads."""


class Attempt(Struct, frozen=True, kw_only=True):
    """One try. ``outcome``: started (no end known yet), sent, refused, unknown (the sender died meanwhile)."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    code: int | None
    reason: str | None


class StoredDelivery(Struct, frozen=True, kw_only=True):
    """An outbox row as kept, with its attempts, oldest first. ``seq``: its place among those for its recipient; None
    for rows of older versions.
    """

    delivery: Delivery
    created_at: datetime
    sent_at: datetime | None
    last_code: int | None
    last_error: str | None
    attempts: tuple[Attempt, ...]
    seq: int | None = None


def found(
    database: Database,
    *,
    states: Collection[DeliveryState] = (),
    subject_id: str | None = None,
    recipient_id: str | None = None,
    limit: int = 1000,
) -> tuple[StoredDelivery, ...]:
    """Rows in the given states (none given: all), newest first."""
    terms, values = ["1"], list[object]()
    if states:
        terms.append(f"state IN ({', '.join('?' * len(states))})")
        values.extend(state.value for state in states)
    for column, wanted in (("subject_id", subject_id), ("recipient_id", recipient_id)):
        if wanted is not None:
            terms.append(f"{column} = ?")
            values.append(wanted)
    return _stored(database, f"{' AND '.join(terms)} ORDER BY number DESC LIMIT ?", [*values, limit])


class Waiting(Struct, frozen=True, kw_only=True):
    """What is still to be told: how many deliveries, of which so many were ``tried`` before and so many are ``halted``
    (their recipient is suspended); ``next_at``: when the first of the others is tried, None when there is none.
    """

    number: int
    tried: int
    halted: int
    next_at: datetime | None


def waiting(database: Database) -> Waiting:
    halted = (
        "EXISTS (SELECT 1 FROM suspension AS s WHERE s.recipient_id = o.recipient_id AND s.channel = o.channel"
        " AND s.lifted_at IS NULL)"
    )
    tried = "EXISTS (SELECT 1 FROM attempt AS a WHERE a.outbox_id = o.id)"
    (row,) = database.rows(
        f"SELECT count(*), total({tried}), total({halted}), min(CASE WHEN {halted} THEN NULL ELSE next_at END)"  # noqa: S608
        " FROM outbox AS o WHERE state = 'pending'"
    )
    number, were_tried, are_halted, next_at = row
    return Waiting(number=number, tried=int(were_tried), halted=int(are_halted), next_at=to_moment_or_none(next_at))


def telling_of(database: Database, change_id: ChangeId) -> tuple[StoredDelivery, ...]:
    """Every delivery that tells of the change, oldest first: its own, the summaries it became part of, and the digests
    of the periods it falls into.
    """
    summaries = (
        "SELECT subject FROM audit, json_each(audit.facts, '$.changes') AS c WHERE event = 'summary' AND c.value = ?1"
    )
    digests = (
        "SELECT d.id FROM change AS c JOIN period AS p ON c.check_id BETWEEN p.from_seq AND p.to_seq"
        " JOIN digest AS d ON d.period_id = p.id WHERE c.id = ?1"
    )
    where = f"subject_id = ?1 OR id IN ({summaries}) OR kind = 'digest' AND subject_id IN ({digests})"
    return _stored(database, f"{where} ORDER BY number", [change_id])


def one(database: Database, delivery_id: DeliveryId) -> StoredDelivery | None:
    rows = _stored(database, "id = ?", [delivery_id])
    return rows[0] if rows else None


def revive(database: Database, delivery_id: DeliveryId, now: datetime) -> bool:
    """Makes a dead row, or one that waits for its next try, due now under its own id, with all its tries before it
    again; False when it was neither. Inside the caller's transaction.
    """
    cursor = database.write(
        "UPDATE outbox SET state = 'pending', next_at = ?, attempts = 0"
        " WHERE id = ? AND (state = 'dead' OR state = 'pending' AND attempts > 0)",
        [to_text(now), delivery_id],
    )
    return cursor.rowcount == 1


def cancel(database: Database, delivery_id: DeliveryId, note: str) -> bool:
    """Gives up a row that waits or is dead; it stays on record. False for one that is on its way, sent or cancelled."""
    cursor = database.write(
        "UPDATE outbox SET state = 'cancelled', last_error = ? WHERE id = ? AND state IN ('pending', 'dead')",
        [note[:500], delivery_id],
    )
    return cursor.rowcount == 1


def came_back(database: Database, delivery_id: DeliveryId, note: str, now: datetime) -> bool:
    """Makes a sent row due again under its own id: it was taken on the way and did not arrive. False for one
    that is not sent.
    """
    cursor = database.write(
        "UPDATE outbox SET state = 'pending', sent_at = NULL, next_at = ?, attempts = 0, last_error = ?"
        " WHERE id = ? AND state = 'sent'",
        [to_text(now), note[:500], delivery_id],
    )
    return cursor.rowcount == 1


def read_delivery(row: Row) -> Delivery:
    """A row of ``COLUMNS``."""
    id_, kind, subject_id, channel, recipient_id, payload, state, attempts, next_at = row
    return Delivery(
        id=id_,
        kind=kind,
        subject_id=subject_id,
        channel=channel,
        recipient_id=recipient_id,
        payload=payload,
        state=DeliveryState(state),
        attempts=attempts,
        next_at=to_moment_or_none(next_at),
    )


def _stored(database: Database, where: str, values: list[object]) -> tuple[StoredDelivery, ...]:
    sql = f"SELECT {COLUMNS}, created_at, sent_at, last_code, last_error, seq FROM outbox WHERE {where}"  # noqa: S608
    return tuple(_whole(database, row) for row in database.rows(sql, values))


def _whole(database: Database, row: Row) -> StoredDelivery:
    *delivery, created_at, sent_at, last_code, last_error, seq = row
    attempts = database.rows(
        "SELECT n, started_at, ended_at, outcome, code, excerpt FROM attempt WHERE outbox_id = ? ORDER BY n", [row[0]]
    )
    return StoredDelivery(
        delivery=read_delivery(tuple(delivery)),
        created_at=to_moment(created_at),
        sent_at=to_moment_or_none(sent_at),
        last_code=last_code,
        last_error=last_error,
        attempts=tuple(_attempt(each) for each in attempts),
        seq=seq,
    )


def _attempt(row: Row) -> Attempt:
    number, started_at, ended_at, outcome, code, reason = row
    return Attempt(
        number=number,
        started_at=to_moment(started_at),
        ended_at=to_moment_or_none(ended_at),
        outcome=outcome,
        code=code,
        reason=reason,
    )
