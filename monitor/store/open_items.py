"""What all of history has left to do: dates that changes brought, and changes that wait for a decision or its end.

Both are asked of every change ever kept, so neither reads a change's differences.
"""

from typing import Final

from monitor.model.assessment import Assessment, LegalDate, Tier
from monitor.model.decision import IN_HAND
from monitor.model.digest import DatedChange, OpenItem
from monitor.model.ids import ChangeId, SourceId
from monitor.store.codec import from_json
from monitor.store.connection import Database, Row
from monitor.store.decisions import COLUMNS, NEWEST, decision_of
from monitor.store.times import to_moment

_NEWEST: Final = "JOIN assessment AS a ON a.number = (SELECT max(number) FROM assessment WHERE change_id = c.id)"
_EVER = 9_223_372_036_854_775_807
"""Past every commit sequence."""

_DATED: Final = (
    f"SELECT c.id, c.source_id, c.headline, a.tier, d.value FROM change AS c {_NEWEST}"  # noqa: S608
    " JOIN json_each(a.content, '$.dates') AS d ORDER BY c.number DESC, d.key"
)

# Taken back whole: later changes that revert it hold as many differences as it has itself.
_UNDONE: Final = (
    "WITH undone AS (SELECT r.reverts AS id, count(*) AS n FROM change AS r JOIN difference AS d ON d.change_id = r.id"
    " WHERE r.reverts IS NOT NULL AND r.check_id <= ?1 GROUP BY r.reverts)"
)
# What somebody has in hand is open whatever became of it since: only a person closes it.
_OPEN: Final = (
    f"{_UNDONE} SELECT c.id, c.source_id, c.headline, c.first_changed_at, a.content, c.check_id, {COLUMNS}"  # noqa: S608
    f" FROM change AS c {_NEWEST}"
    f" LEFT JOIN decision AS k ON {NEWEST.format(change='c.id')} LEFT JOIN undone ON undone.id = c.id"
    " WHERE c.check_id <= ?1 AND (k.outcome IN (?4, ?5) OR a.tier IN (?2, ?3)"
    " AND (undone.n IS NULL OR undone.n < (SELECT count(*) FROM difference WHERE change_id = c.id)))"
    " ORDER BY c.check_id, c.number"
)


def dated_changes(database: Database) -> tuple[DatedChange, ...]:
    """Newest change first; the dates of one change in their order."""
    return tuple(
        DatedChange(
            change_id=change_id,
            source_id=source_id,
            headline=headline,
            tier=Tier(tier),
            date=from_json(LegalDate, legal),
        )
        for change_id, source_id, headline, tier, legal in database.rows(_DATED)
    )


def undone_changes(database: Database) -> frozenset[ChangeId]:
    """Those that were taken back whole."""
    sql = f"{_UNDONE} SELECT id FROM undone WHERE n >= (SELECT count(*) FROM difference WHERE change_id = undone.id)"  # noqa: S608
    return frozenset(ChangeId(row[0]) for row in database.rows(sql, [_EVER]))


def open_items(database: Database, to_seq: int) -> tuple[OpenItem, ...]:
    """Oldest first."""
    in_hand = sorted(outcome.value for outcome in IN_HAND)
    found = database.rows(_OPEN, [to_seq, Tier.ACT.value, Tier.REVIEW.value, *in_hand])
    return tuple(_open_item(row) for row in found)


def _open_item(row: Row) -> OpenItem:
    change_id, source_id, headline, first_changed_at, content, seq, *said = row
    opinion = from_json(Assessment, content)
    decision = decision_of(tuple(said)) if said[0] else None
    return OpenItem(
        change_id=ChangeId(change_id),
        source_id=SourceId(source_id),
        headline=headline,
        tier=opinion.tier,
        topics=opinion.topics,
        first_changed_at=to_moment(first_changed_at),
        seq=seq,
        decision=decision if decision and decision.stands else None,
    )
