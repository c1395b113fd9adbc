"""What people said of the house's own readiness: rows that are only ever added; the newest of a step counts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from monitor.model.readiness import Reach, StepSaid
from monitor.store.connection import Database, Row
from monitor.store.numbering import next_id
from monitor.store.times import to_moment, to_text

if TYPE_CHECKING:
    from monitor.store.unit import StoreUnit

_SAID: Final = (
    "SELECT id, subject, step, reach, on_day, by, note, at FROM readiness WHERE ?1 IS NULL OR at < ?1 ORDER BY number"
)


class ReadinessLog:
    """Reads and keeps it; keeping needs a writer's store."""

    def __init__(self, database: Database, unit: "Callable[[], AbstractContextManager[StoreUnit]]") -> None:
        self._database = database
        self._unit = unit

    def said(self, before: datetime | None = None) -> tuple[StepSaid, ...]:
        """All of it, oldest first; or only what was said before that moment."""
        moment = None if before is None else to_text(before)
        return tuple(_said(row) for row in self._database.rows(_SAID, [moment]))

    def keep(self, said: StepSaid) -> StepSaid:
        """Keeps it, with an entry in the audit chain; returns it with its id."""
        with self._unit() as unit:
            kept = replace(said, id=next_id(self._database, "readiness", "RD", said.at))
            row = {
                "id": kept.id,
                "subject": said.subject,
                "step": said.step,
                "reach": said.reach.value,
                "on_day": said.on.isoformat(),
                "by": said.by,
                "note": said.note,
                "at": to_text(said.at),
            }
            self._database.insert("readiness", [row])
            facts = {name: value for name, value in row.items() if name not in {"id", "at"}}
            unit.audit("readiness", str(kept.id), facts, at=said.at)
        return kept


def _said(row: Row) -> StepSaid:
    id_, subject, step, reach, on, by, note, at = row
    return StepSaid(
        id=id_,
        subject=subject,
        step=step,
        reach=Reach(reach),
        on=date.fromisoformat(on),
        by=by,
        note=note,
        at=to_moment(at),
    )
