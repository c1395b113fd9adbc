"""Changes with their differences and assessments: written once, read back exactly."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from monitor.model.assessment import Assessment
from monitor.model.decision import Decision
from monitor.model.difference import Act, Change, Difference, FieldChange, News
from monitor.model.hand import HandSaved
from monitor.model.ids import ChangeId, RecordKey, Sha256, SourceId
from monitor.model.snapshot import Passage, Record
from monitor.store import captures, ledger
from monitor.store.codec import from_json, item_from_json, item_json, to_json
from monitor.store.connection import Database, Row
from monitor.store.decisions import COLUMNS, NEWEST, decision_of
from monitor.store.times import to_moment, to_moment_or_none, to_text

ItemHash = Callable[[Record | Passage], Sha256]
_FIELDS = tuple[FieldChange, ...]
_ABSENT_SHA256 = Sha256(hashlib.sha256(b"").hexdigest())


class StoredChange(Struct, frozen=True, kw_only=True):
    """A change as kept: with its newest assessment, the hashes of the accepted bytes it lies between (None: there was
    no copy before), the check that found it, and when the first person was told. ``before_hand``: the copy before was
    saved by hand. ``decision``: the newest, where one stands.
    """

    change: Change
    assessment: Assessment
    check_id: int
    before_sha: Sha256 | None
    after_sha: Sha256 | None
    before_snapshot_id: int | None
    after_snapshot_id: int
    delivered_at: datetime | None = None
    decision: Decision | None = None
    before_hand: HandSaved | None = None


class ItemEvent(Struct, frozen=True, kw_only=True):
    """One thing that happened to one item."""

    change_id: ChangeId
    at: datetime
    difference: Difference


_CHANGES = (  # a part of the text is exchanged for older opinions: see `stored_changes`
    "SELECT c.id, c.source_id, c.news, c.headline, c.last_unchanged_at, c.first_changed_at, c.found_late, c.reverts,"  # noqa: S608 - names of our own schema
    " c.check_id, c.before_snapshot_id, c.after_snapshot_id, a.content, b.body_sha256, f.body_sha256,"
    " (SELECT min(sent_at) FROM outbox WHERE subject_id = c.id),"
    " h.taken_by, h.taken_at, h.taken_from, h.note, o.taken_by, o.taken_at, o.taken_from, o.note,"
    f" (SELECT headers FROM capture WHERE check_id = c.check_id AND position = 0), {COLUMNS}"
    " FROM change AS c LEFT JOIN hand_saved AS h ON h.check_id = c.check_id"
    " JOIN assessment AS a ON a.number = (SELECT max(number) FROM assessment WHERE change_id = c.id)"
    " JOIN snapshot AS f ON f.id = c.after_snapshot_id LEFT JOIN snapshot AS b ON b.id = c.before_snapshot_id"
    " LEFT JOIN snapshot_capture AS s ON s.snapshot_id = b.id AND s.position = 0"
    " LEFT JOIN capture AS p ON p.id = s.capture_id LEFT JOIN hand_saved AS o ON o.check_id = p.check_id"
    f" LEFT JOIN decision AS k ON {NEWEST.format(change='c.id')}"
)
_DIFFERENCES = "SELECT act, key, label, before, after, fields FROM difference"


def highest_number(database: Database, year: int) -> int:
    """The highest running number that a change of ``year`` has; 0 when it has none."""
    sql = "SELECT max(CAST(substr(id, 9) AS INTEGER)) FROM change WHERE id >= ? AND id < ?"
    return database.value(sql, [f"CH-{year:04d}-", f"CH-{year:04d}."]) or 0


def insert_change(
    database: Database,
    check_id: int,
    change: Change,
    *,
    before_snapshot_id: int | None,
    after_snapshot_id: int,
    item_sha256: ItemHash,
) -> tuple[list[Row], list[Row]]:
    """Keeps the change; returns its row and those of its differences as they lie there."""
    row = {
        "id": change.id,
        "check_id": check_id,
        "source_id": change.source_id,
        "news": change.news.value,
        "headline": change.headline,
        "last_unchanged_at": to_text(change.last_unchanged_at),
        "first_changed_at": to_text(change.first_changed_at),
        "found_late": int(change.found_late),
        "reverts": change.reverts,
        "before_snapshot_id": before_snapshot_id,
        "after_snapshot_id": after_snapshot_id,
    }
    differences = [_difference_row(change, n, one, item_sha256) for n, one in enumerate(change.differences)]
    return database.insert("change", [row]), database.insert("difference", differences)


def _difference_row(change: Change, position: int, one: Difference, item_sha256: ItemHash) -> dict[str, object]:
    return {
        "change_id": change.id,
        "position": position,
        "source_id": change.source_id,
        "key": one.key,
        "act": one.act.value,
        "label": one.label,
        "before": item_json(one.before),
        "after": item_json(one.after),
        "fields": to_json(one.fields),
        "before_sha256": _ABSENT_SHA256 if one.before is None else item_sha256(one.before),
        "after_sha256": _ABSENT_SHA256 if one.after is None else item_sha256(one.after),
    }


def insert_assessment(database: Database, change_id: ChangeId, assessment: Assessment) -> list[Row]:
    """Adds an opinion, and returns its row as it lies there; the newest one counts, the older ones stay."""
    row = {
        "change_id": change_id,
        "rules_version": assessment.rules_version,
        "level": assessment.level.value,
        "tier": assessment.tier.value,
        "content": to_json(assessment),
    }
    return database.insert("assessment", [row])


def reverted_change(
    database: Database, source_id: SourceId, key: RecordKey, *, before: Sha256 | None, after: Sha256 | None
) -> ChangeId | None:
    """The newest earlier change that took this item the other way: from ``after`` to ``before`` (None: absent).

    A passage has no key of its own (its key starts with ``§``): there the two contents alone decide.
    """
    which, value = ("", []) if key.startswith("§") else (" AND key = ?", [key])
    found: ChangeId | None = database.value(
        f"SELECT change_id FROM difference WHERE source_id = ?{which} AND before_sha256 = ? AND after_sha256 = ?"  # noqa: S608
        " ORDER BY number DESC LIMIT 1",
        [source_id, *value, after or _ABSENT_SHA256, before or _ABSENT_SHA256],
    )
    return found


def stored_changes(
    database: Database, where: str, values: Sequence[object], order: str, *, first_opinion: bool = False
) -> tuple[StoredChange, ...]:
    """The changes that ``where`` (our SQL, never a user's) picks, with their newest assessment or their first."""
    query = _CHANGES.replace("max(number)", "min(number)") if first_opinion else _CHANGES
    found = database.rows(f"{query} WHERE {where} ORDER BY {order}", values)
    return tuple(_stored(database, row) for row in found)


def item_history(database: Database, source_id: SourceId, key: RecordKey) -> tuple[ItemEvent, ...]:
    """All that happened to one item, oldest first."""
    found = database.rows(
        "SELECT d.change_id, c.first_changed_at, d.act, d.key, d.label, d.before, d.after, d.fields"
        " FROM difference AS d JOIN change AS c ON c.id = d.change_id"
        " WHERE d.source_id = ? AND d.key = ? ORDER BY d.number",
        [source_id, key],
    )
    return tuple(ItemEvent(change_id=row[0], at=to_moment(row[1]), difference=_difference(row[2:])) for row in found)


def _stored(database: Database, row: Row) -> StoredChange:
    change_id, source_id, news, headline, unchanged_at, changed_at, late, reverts, *rest = row
    check_id, before_id, after_id, assessment, before_sha, after_sha, delivered_at, *more = rest
    decision = decision_of(tuple(more[9:])) if more[9] else None
    differences = database.rows(f"{_DIFFERENCES} WHERE change_id = ? ORDER BY position", [change_id])
    change = Change(
        id=change_id,
        source_id=source_id,
        news=News(news),
        headline=headline,
        differences=tuple(_difference(one) for one in differences),
        last_unchanged_at=to_moment(unchanged_at),
        first_changed_at=to_moment(changed_at),
        found_late=bool(late),
        reverts=reverts,
        hand=ledger.hand_of(tuple(more[:4])),
        rendered_by=captures.rendered_by(more[8]),
    )
    return StoredChange(
        change=change,
        assessment=from_json(Assessment, assessment),
        check_id=check_id,
        before_sha=before_sha,
        after_sha=after_sha,
        before_snapshot_id=before_id,
        after_snapshot_id=after_id,
        delivered_at=to_moment_or_none(delivered_at),
        decision=decision if decision and decision.stands else None,
        before_hand=ledger.hand_of(tuple(more[4:8])),
    )


def _difference(row: Row) -> Difference:
    act, key, label, before, after, fields = row
    return Difference(
        act=Act(act),
        key=key,
        label=label,
        before=item_from_json(before),
        after=item_from_json(after),
        fields=from_json(_FIELDS, fields),
    )
