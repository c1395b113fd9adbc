"""What people decided about changes. Rows are only ever added; of each change the newest counts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from monitor.model.decision import Decision, Outcome
from monitor.model.ids import ChangeId
from monitor.store.connection import Database, Row
from monitor.store.numbering import next_id
from monitor.store.times import to_moment, to_text

if TYPE_CHECKING:
    from monitor.store.unit import StoreUnit

COLUMNS: Final = "k.id, k.change_id, k.outcome, k.reason, k.by, k.owner, k.due, k.duplicate_of, k.at"
"""Of the table ``decision AS k``, as ``decision_of`` reads them."""

NEWEST: Final = "k.number = (SELECT number FROM decision WHERE change_id = {change} ORDER BY number DESC LIMIT 1)"


class Decisions:
    """Reads and keeps them; keeping needs a writer's store."""

    def __init__(self, database: Database, unit: "Callable[[], AbstractContextManager[StoreUnit]]") -> None:
        self._database = database
        self._unit = unit

    def of(self, change_id: ChangeId) -> tuple[Decision, ...]:
        """All that was ever decided about one change, oldest first."""
        sql = f"SELECT {COLUMNS} FROM decision AS k WHERE k.change_id = ? ORDER BY k.number"  # noqa: S608
        return tuple(decision_of(row) for row in self._database.rows(sql, [change_id]))

    def newest(self, before: datetime | None = None) -> dict[ChangeId, Decision]:
        """What counts now, or counted at that moment, by change; one that was reopened is left out."""
        sql = f"SELECT {COLUMNS} FROM decision AS k WHERE ?1 IS NULL OR k.at < ?1 ORDER BY k.number"  # noqa: S608
        rows = self._database.rows(sql, [None if before is None else to_text(before)])
        found = {one.change_id: one for one in map(decision_of, rows)}
        return {change_id: one for change_id, one in found.items() if one.stands}

    def keep(self, said: Sequence[Decision]) -> tuple[Decision, ...]:
        """Keeps all of them or none, each with an entry in the audit chain; returns them with their ids."""
        with self._unit() as unit:
            return tuple(self._keep(unit, one) for one in said)

    def _keep(self, unit: "StoreUnit", said: Decision) -> Decision:
        kept = replace(said, id=next_id(self._database, "decision", "DC", said.at))
        row = {
            "id": kept.id,
            "change_id": said.change_id,
            "outcome": said.outcome.value,
            "reason": said.reason,
            "by": said.by,
            "owner": said.owner,
            "due": said.due.isoformat() if said.due else None,
            "duplicate_of": said.duplicate_of,
            "at": to_text(said.at),
        }
        self._database.insert("decision", [row])
        facts = {name: value for name, value in row.items() if name not in {"id", "at"} and value not in (None, "")}
        unit.audit("decision", str(kept.id), facts, at=said.at)
        return kept


def decision_of(row: Row) -> Decision:
    """The decision in a row of ``COLUMNS``."""
    id_, change_id, outcome, reason, by, owner, due, duplicate_of, at = row
    return Decision(
        id=id_,
        change_id=ChangeId(change_id),
        outcome=Outcome(outcome),
        reason=reason,
        by=by,
        owner=owner,
        due=date.fromisoformat(due) if due else None,
        duplicate_of=ChangeId(duplicate_of) if duplicate_of else None,
        at=to_moment(at),
    )
