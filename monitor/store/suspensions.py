"""Recipients to whom nothing is sent until a person says so, and the recipients who cannot be reached at all.

A suspended recipient's rows wait: nothing is lost, nothing is tried. Suspensions are lifted, never removed.
"""

from datetime import datetime

from monitor.model.delivery import Suspension, Unreached
from monitor.model.ids import DeliveryId
from monitor.store import audit
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_text

FAILING_TRIES = 5
"""So many scheduled tries, over some two and a half hours, before someone is told that he cannot be reached."""

SUSPENDED = "recipient-suspended"
_SUSPENSION = "SELECT recipient_id, channel, since, code, reason FROM suspension"


def suspend_recipient_of(
    database: Database, delivery_id: DeliveryId, code: int | None, reason: str, now: datetime
) -> None:
    """Suspends whom that row is for, with an audit entry, inside the caller's transaction."""
    (row,) = database.rows("SELECT recipient_id, channel FROM outbox WHERE id = ?", [delivery_id])
    suspension = Suspension(recipient_id=row[0], channel=row[1], since=now, code=code, reason=reason)
    if suspend(database, suspension):
        audit.append(database, audit.tip(database), SUSPENDED, row[0], facts_of(suspension), now)


def facts_of(suspension: Suspension) -> dict[str, object]:
    """What the audit chain says of it."""
    return {"channel": suspension.channel, "code": suspension.code, "reason": suspension.reason}


def suspend(database: Database, suspension: Suspension) -> bool:
    """False, and nothing is written, when the recipient is suspended already. Inside the caller's transaction."""
    recipient, channel = suspension.recipient_id, suspension.channel
    if suspended(database, recipient, channel) is not None:
        return False
    since, code, reason = suspension.since, suspension.code, suspension.reason
    database.write(
        "INSERT INTO suspension (recipient_id, channel, since, code, reason) VALUES (?, ?, ?, ?, ?)",
        [recipient, channel, to_text(since), code, reason],
    )
    return True


def lift(database: Database, recipient_id: str, *, by: str, reason: str, now: datetime) -> int:
    """Lets the recipient be told again over every channel; returns how many suspensions ended."""
    cursor = database.write(
        "UPDATE suspension SET lifted_at = ?, lifted_by = ?, lifted_reason = ?"
        " WHERE recipient_id = ? AND lifted_at IS NULL",
        [to_text(now), by, reason, recipient_id],
    )
    return cursor.rowcount


def suspended(database: Database, recipient_id: str, channel: str) -> Suspension | None:
    """The suspension in force, or None."""
    row = database.row(
        f"{_SUSPENSION} WHERE recipient_id = ? AND channel = ? AND lifted_at IS NULL",
        [recipient_id, channel],
    )
    return None if row is None else _suspension(row)


def was_lifted_since(database: Database, recipient_id: str, at: datetime) -> bool:
    """Whether a suspension of that recipient was lifted at ``at`` or later."""
    sql = "SELECT 1 FROM suspension WHERE recipient_id = ? AND lifted_at >= ? LIMIT 1"
    return database.row(sql, [recipient_id, to_text(at)]) is not None


def in_force(database: Database) -> tuple[Suspension, ...]:
    """All suspensions in force, the oldest first."""
    rows = database.rows(f"{_SUSPENSION} WHERE lifted_at IS NULL ORDER BY number")
    return tuple(_suspension(row) for row in rows)


def unreached(database: Database) -> tuple[Unreached, ...]:
    """The recipients who are suspended, have dead letters, or whose oldest waiting row has failed ``FAILING_TRIES``
    times, by name.
    """
    rows = database.rows(
        "SELECT recipient_id, channel, sum(state = 'dead'), sum(state IN ('pending', 'sending')),"
        " sum(state = 'pending' AND attempts >= ?1), min(created_at) FROM outbox"
        " WHERE state = 'dead' OR state IN ('pending', 'sending') GROUP BY recipient_id, channel ORDER BY 1, 2",
        [FAILING_TRIES],
    )
    halted = {(one.recipient_id, one.channel): one for one in in_force(database)}
    found = {(row[0], row[1]): _unreached(database, row, halted.get((row[0], row[1]))) for row in rows}
    for key, one in halted.items():
        found.setdefault(
            key, Unreached(recipient_id=key[0], channel=key[1], since=one.since, reason=one.reason, suspended=True)
        )
    return tuple(one for _, one in sorted(found.items()) if one.suspended or one.dead or one.failing)


def _unreached(database: Database, row: Row, halted: Suspension | None) -> Unreached:
    recipient, channel, dead, waiting, failing, oldest = row
    why = database.value(
        "SELECT last_error FROM outbox WHERE recipient_id = ? AND channel = ? AND last_error IS NOT NULL"
        " AND state IN ('dead', 'pending') ORDER BY state = 'dead' DESC, number DESC LIMIT 1",
        [recipient, channel],
    )
    return Unreached(
        recipient_id=recipient,
        channel=channel,
        since=halted.since if halted else to_moment(oldest),
        reason=halted.reason if halted else why or "no reason is on record",
        suspended=halted is not None,
        dead=dead,
        waiting=waiting,
        failing=failing,
    )


def _suspension(row: Row) -> Suspension:
    recipient, channel, since, code, reason = row
    return Suspension(recipient_id=recipient, channel=channel, since=to_moment(since), code=code, reason=reason)
