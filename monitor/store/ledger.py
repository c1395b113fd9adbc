"""The check ledger: one row for every check of every source, in the order of commit."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count

from monitor.model.hand import HandSaved
from monitor.model.ids import SourceId
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_moment_or_none, to_text

_COLUMNS = (
    "id, source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items, requests,"
    " taken_by, taken_at, taken_from, note"
)
_INSERT = (
    "INSERT INTO ledger (source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items,"
    " requests) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id, slot_at) DO NOTHING"
)
GOOD = "verdict IN ('CHANGED', 'SAME', 'NOT_MODIFIED')"
OWN = f"trigger <> '{Trigger.IMPORT}'"
"""Checks that asked the source itself. A copy saved by hand is evidence, but no proof that the schedule was kept."""

HAND_COLUMNS = "taken_by, taken_at, taken_from, note"


def insert_check(database: Database, check: Check) -> Row:
    """Writes the row and returns it as it lies there, its id first. A slot that has its row already: ``started_at``
    stands for the slot (and where even that is taken, the next free microsecond), for no check may go unrecorded.
    """
    rest = _rest(check)
    tried = (database.added_or_none(_INSERT, [check.source_id, to_text(at), *rest]) for at in _slots(check))
    row = next(row for row in tried if row is not None)
    _insert_hand(database, row[0], check.hand)
    return row


def _slots(check: Check) -> Iterator[datetime]:
    """The slot itself, then what may stand for it."""
    yield check.slot_at
    yield from (check.started_at + timedelta(microseconds=later) for later in count())


def _insert_hand(database: Database, check_id: int, hand: HandSaved | None) -> None:
    if hand is not None:
        row = {
            "check_id": check_id,
            "taken_at": to_text(hand.taken_at),
            "taken_by": hand.by,
            "taken_from": hand.url,
            "note": hand.note,
        }
        database.insert("hand_saved", [row])


def hand_of(row: Row) -> HandSaved | None:
    """The four columns ``HAND_COLUMNS``, all NULL where nothing was saved by hand."""
    by, taken_at, url, note = row
    return None if by is None else HandSaved(by=by, taken_at=to_moment(taken_at), url=url, note=note)


def seen_by_hand(database: Database, until: datetime | None = None) -> dict[SourceId, HandSaved]:
    """Each source's newest good copy saved by hand, of those taken before ``until``."""
    found = database.rows(
        f"SELECT source_id, {HAND_COLUMNS} FROM hand_saved JOIN ledger ON ledger.id = check_id"  # noqa: S608
        f" WHERE {GOOD} AND (?1 IS NULL OR taken_at < ?1) ORDER BY taken_at, check_id",
        [None if until is None else to_text(until)],
    )
    hands = ((source_id, hand_of(tuple(rest))) for source_id, *rest in found)
    return {source_id: hand for source_id, hand in hands if hand is not None}


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
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM ledger LEFT JOIN hand_saved ON check_id = ledger.id WHERE {where}",  # noqa: S608
        values,
    )
    return tuple(_check(row) for row in rows)


def last_checks(database: Database, among: Collection[SourceId] | None = None) -> dict[SourceId, Check]:
    """Each source's newest check that asked the source itself; ``among``: only of these."""
    if among is not None and not among:
        return {}
    newest = f"(SELECT id FROM ledger WHERE source_id = source.id AND {OWN} ORDER BY started_at DESC, id DESC LIMIT 1)"  # noqa: S608
    wanted = "" if among is None else f" WHERE source.id IN ({', '.join('?' * len(among))})"
    found = checks(database, f"id IN (SELECT {newest} FROM source{wanted})", list(among or ()))  # noqa: S608
    return {check.source_id: check for check in found}


def without_problem(
    database: Database, code: str, trouble: str, source_ids: Sequence[SourceId]
) -> dict[SourceId, Check]:
    """Each source's newest check that ended with ``code`` and during or after which no such problem was open."""
    if not source_ids:
        return {}
    marks = ", ".join("?" * len(source_ids))
    told = (
        "SELECT 1 FROM problem AS p WHERE p.source_id = l.source_id AND p.trouble = ?"
        " AND (p.closed_at IS NULL OR p.closed_at >= l.ended_at)"
    )
    newest = f"SELECT max(id) FROM ledger AS l WHERE source_id IN ({marks}) AND code = ? AND NOT EXISTS ({told})"  # noqa: S608
    found = checks(database, f"id IN ({newest} GROUP BY source_id)", [*source_ids, code, trouble])
    return {check.source_id: check for check in found}


def last_good_before(database: Database, source_id: SourceId, at: datetime) -> datetime | None:
    """When the newest verified check of the source itself that started before ``at`` ended."""
    return to_moment_or_none(
        database.value(
            f"SELECT ended_at FROM ledger WHERE source_id = ? AND started_at < ? AND {GOOD} AND {OWN}"  # noqa: S608
            " ORDER BY started_at DESC, id DESC LIMIT 1",
            [source_id, to_text(at)],
        )
    )


def _check(row: Row) -> Check:
    id_, source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items, requests, *by = (
        row
    )
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
        hand=hand_of(tuple(by)),
    )


def first_check_at(database: Database, source_id: SourceId) -> datetime | None:
    """When the source itself was first asked, however that ended."""
    sql = f"SELECT min(started_at) FROM ledger WHERE source_id = ? AND {OWN}"  # noqa: S608
    return to_moment_or_none(database.value(sql, [source_id]))
