"""The check ledger: one row for every check of every source, in the order of commit."""

from datetime import datetime, timedelta

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_moment_or_none, to_text

_COLUMNS = "id, source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items, requests"
_INSERT = (
    "INSERT INTO ledger (source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items,"
    " requests) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id, slot_at) DO NOTHING"
)
_GOOD = "verdict IN ('CHANGED', 'SAME', 'NOT_MODIFIED')"


def insert_check(database: Database, check: Check) -> int:
    """Writes the row and returns its id. A slot that has its row already: ``started_at`` stands for the slot (and where
    even that is taken, the next free microsecond), for no check may go unrecorded.
    """
    slot_at = check.slot_at
    while True:
        cursor = database.write(_INSERT, [check.source_id, to_text(slot_at), *_rest(check)])
        if cursor.rowcount == 1 and cursor.lastrowid is not None:
            return cursor.lastrowid
        slot_at = (
            check.started_at if slot_at == check.slot_at != check.started_at else slot_at + timedelta(microseconds=1)
        )


def source_ids(database: Database) -> frozenset[SourceId]:
    """Every source that has a row of its own."""
    return frozenset(source_id for (source_id,) in database.rows("SELECT id FROM source"))


def know_source(database: Database, source_id: SourceId, at: datetime) -> None:
    """Gives the source its row, to which all its evidence refers."""
    database.write(
        "INSERT INTO source (id, first_seen) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", [source_id, to_text(at)]
    )


def _rest(check: Check) -> list[object]:
    return [
        to_text(check.started_at),
        to_text(check.ended_at),
        check.trigger.value,
        check.ruling.verdict.value,
        check.ruling.code,
        check.ruling.reason,
        check.http_status,
        check.items,
        check.requests,
    ]


def checks(database: Database, where: str, values: list[object]) -> tuple[Check, ...]:
    """The rows that ``where`` (SQL after WHERE, ours, never a user's) picks."""
    return tuple(_check(row) for row in database.rows(f"SELECT {_COLUMNS} FROM ledger WHERE {where}", values))  # noqa: S608


def last_checks(database: Database) -> dict[SourceId, Check]:
    """Each source's newest check."""
    newest = "(SELECT id FROM ledger WHERE source_id = source.id ORDER BY started_at DESC, id DESC LIMIT 1)"
    found = checks(database, f"id IN (SELECT {newest} FROM source)", [])  # noqa: S608
    return {check.source_id: check for check in found}


def last_good_before(database: Database, source_id: SourceId, at: datetime) -> datetime | None:
    """When the newest verified check that started before ``at`` ended."""
    return to_moment_or_none(
        database.value(
            f"SELECT ended_at FROM ledger WHERE source_id = ? AND started_at < ? AND {_GOOD}"  # noqa: S608
            " ORDER BY started_at DESC, id DESC LIMIT 1",
            [source_id, to_text(at)],
        )
    )


def _check(row: Row) -> Check:
    id_, source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items, requests = row
    return Check(
        source_id=source_id,
        slot_at=to_moment(slot_at),
        started_at=to_moment(started_at),
        ended_at=to_moment(ended_at),
        trigger=Trigger(trigger),
        ruling=Ruling(verdict=Verdict(verdict), code=code, reason=reason),
        http_status=http_status,
        items=items,
        requests=requests,
        id=id_,
    )


def describe_source(database: Database, source: Source, at: datetime) -> None:
    """Keeps the name and address that the source has now."""
    database.write(
        "INSERT INTO source (id, name, authority, official_url, first_seen) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)"
        " DO UPDATE SET name = excluded.name, authority = excluded.authority, official_url = excluded.official_url",
        [source.id, source.name, source.authority, source.official_url, to_text(at)],
    )
