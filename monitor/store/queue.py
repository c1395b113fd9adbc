"""Which outbox rows are due: to each recipient in order, and no recipient waits for another.

A row that waits for its retry holds up the later ones of the same recipient while its receiver seems to be away (no
answer, or one that says so), and for its first five tries whatever was answered; after that it alone is at fault, and
the later ones pass. While something untold waits behind it, it is tried every half hour beside its own schedule.

A row that waits to be told together with others is not due: it is told in their summary, or let go by itself.
"""

from datetime import datetime, timedelta

from monitor.store.connection import Database
from monitor.store.times import to_text

AWAY = "408, 421, 425, 429, 451, 502, 503, 504"
"""Answers (HTTP, SMTP) that speak of the receiver and not of what was sent."""

PATIENT_TRIES = 5
PROBE_AFTER = timedelta(minutes=30)

_OPEN = "state IN ('pending', 'sending')"
_DUE = "(state = 'pending' AND next_at <= ?1 OR state = 'sending' AND lease_until <= ?1)"
_HEADS = f"""
    WITH waiting AS (SELECT DISTINCT recipient_id, channel FROM outbox INDEXED BY outbox_open WHERE {_OPEN}),
    head AS MATERIALIZED (SELECT recipient_id, channel, (
            SELECT number FROM outbox AS o WHERE {_OPEN} AND {_DUE} AND (bundle IS NULL OR attempts > 0)
            AND o.recipient_id = w.recipient_id AND o.channel = w.channel ORDER BY number LIMIT 1) AS number
        FROM waiting AS w)
    SELECT number, channel, recipient_id FROM head WHERE number IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM suspension AS s
        WHERE s.recipient_id = head.recipient_id AND s.channel = head.channel AND s.lifted_at IS NULL)
    ORDER BY number
"""  # noqa: S608 - all ours
# Each recipient's rows are walked in order up to the first that is due: with hundreds waiting, reading all of them
# before each telling would take longer than the telling.
_BUSY = f"SELECT channel, recipient_id FROM outbox WHERE {_OPEN} AND state = 'sending' AND lease_until > ?"  # noqa: S608
_IN_THE_WAY = f"""
    SELECT number, (SELECT max(started_at) FROM attempt WHERE outbox_id = o.id) <= ?5 FROM outbox AS o
    WHERE {_OPEN} AND channel = ?2 AND recipient_id = ?3 AND number < ?4
    AND state = 'pending' AND attempts > 0 AND next_at > ?1
    AND (attempts < {PATIENT_TRIES} OR last_code IS NULL OR last_code IN ({AWAY}))
    ORDER BY number LIMIT 1
"""  # noqa: S608


def heads(database: Database, now: datetime, limit: int, side_by_side: int) -> tuple[int, ...]:
    """The numbers of the rows to be sent next, one for each recipient, oldest first; of one channel so many that with
    those on their way there are ``side_by_side``.
    """
    due = database.rows(_HEADS, [to_text(now)])
    if not due:
        return ()
    busy = {(channel, recipient) for channel, recipient in database.rows(_BUSY, [to_text(now)])}
    room: dict[str, int] = {}
    for channel, _ in busy:
        room[channel] = room.get(channel, side_by_side) - 1
    found: list[int] = []
    for number, channel, recipient in due:
        if len(found) == limit:
            break
        if (channel, recipient) in busy or room.get(channel, side_by_side) < 1:
            continue
        if (first := _first(database, now, number, channel, recipient)) is not None:
            found.append(first)
            room[channel] = room.get(channel, side_by_side) - 1
    return tuple(found)


def _first(database: Database, now: datetime, number: int, channel: str, recipient: str) -> int | None:
    """The row itself; the one in its way when that may be tried again already; None when it may not."""
    values = [to_text(now), channel, recipient, number, to_text(now - PROBE_AFTER)]
    waiting = database.row(_IN_THE_WAY, values)
    if waiting is None:
        return number
    return int(waiting[0]) if waiting[1] else None
