"""The dates as they were published last, so that a revision counts up and nothing vanishes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from monitor.model.feed import CalendarEvent, DateEntry
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_text


def published(database: Database) -> tuple[CalendarEvent, ...]:
    """All of them, in the order of their days."""
    sql = "SELECT uid, on_day, summary, text, url, sequence, at, cancelled FROM calendar ORDER BY on_day, uid"
    return tuple(_event(row) for row in database.rows(sql))


def revise(database: Database, entries: Sequence[DateEntry], at: datetime) -> int:
    """Makes the calendar say what ``entries`` say now, inside the caller's transaction; returns how many changed."""
    held = {event.entry.uid: event for event in published(database)}
    now = {entry.uid: entry for entry in entries}
    changed = [
        CalendarEvent(entry=entry, sequence=_next(held, entry.uid), at=at, cancelled=False)
        for entry in now.values()
        if entry.uid not in held or held[entry.uid].entry != entry or held[entry.uid].cancelled
    ]
    changed += [
        CalendarEvent(entry=event.entry, sequence=event.sequence + 1, at=at, cancelled=True)
        for uid, event in held.items()
        if uid not in now and not event.cancelled
    ]
    for event in changed:
        _write(database, event)
    return len(changed)


def _next(held: Mapping[str, CalendarEvent], uid: str) -> int:
    return held[uid].sequence + 1 if uid in held else 0


def _write(database: Database, event: CalendarEvent) -> None:
    entry = event.entry
    database.write(
        "INSERT INTO calendar (uid, on_day, summary, text, url, sequence, at, cancelled)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uid) DO UPDATE SET on_day = excluded.on_day, summary = excluded.summary, text = excluded.text,"
        " url = excluded.url, sequence = excluded.sequence, at = excluded.at, cancelled = excluded.cancelled",
        [
            entry.uid,
            entry.on.isoformat(),
            entry.summary,
            entry.text,
            entry.url,
            event.sequence,
            to_text(event.at),
            event.cancelled,
        ],
    )


def _event(row: Row) -> CalendarEvent:
    uid, on_day, summary, text, url, sequence, at, cancelled = row
    entry = DateEntry(uid=uid, on=date.fromisoformat(on_day), summary=summary, text=text, url=url)
    return CalendarEvent(entry=entry, sequence=sequence, at=to_moment(at), cancelled=bool(cancelled))
