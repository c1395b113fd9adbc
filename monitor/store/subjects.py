"""What was held about a matter at some point of the record: copies, changes and checks up to a commit sequence."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from monitor.model.assessment import DateKind
from monitor.model.ids import ChangeId, SourceId
from monitor.model.snapshot import Snapshot
from monitor.model.subject import Copy, Entered
from monitor.model.verdict import Check, Trigger
from monitor.store import ledger
from monitor.store.changes import StoredChange, stored_changes
from monitor.store.codec import from_json
from monitor.store.connection import Database
from monitor.store.objects import read_object
from monitor.store.times import to_moment, to_text

_OWN: Final = f"trigger <> '{Trigger.IMPORT}'"


class Subjects:
    """Fits the pipeline's ``SubjectStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seq_known_by(self, at: datetime) -> int:
        """The newest commit sequence of which nothing was learned at ``at`` or later; 0 when nothing was known yet.

        A copy saved by hand bears the day it was saved and not the day it was filed, so it is placed by its neighbours.
        """
        sql = f"SELECT min(id) FROM ledger WHERE ended_at >= ? AND {_OWN}"  # noqa: S608
        later = self._database.value(sql, [to_text(at)])
        return int(later) - 1 if later else int(self._database.value("SELECT max(id) FROM ledger") or 0)

    def copies_at(self, seq: int) -> tuple[Copy, ...]:
        """Each source's newest accepted copy of that time."""
        return self._copies("SELECT max(id) FROM snapshot WHERE check_id <= ? GROUP BY source_id", seq)

    def first_copies(self, seq: int) -> tuple[Copy, ...]:
        """Each source's very first accepted copy, where it had one by then."""
        return self._copies("SELECT min(id) FROM snapshot WHERE check_id <= ? GROUP BY source_id", seq)

    def copy_of(self, snapshot_id: int) -> Copy | None:
        """The copy that a snapshot was made of."""
        return next(iter(self._copies("SELECT id FROM snapshot WHERE id = ?", snapshot_id)), None)

    def _copies(self, which: str, value: int) -> tuple[Copy, ...]:
        found = self._database.rows(
            "SELECT s.source_id, s.id, s.check_id, s.body_sha256, l.ended_at, s.items FROM snapshot AS s"  # noqa: S608
            " JOIN ledger AS l ON l.id = s.check_id WHERE s.id IN"
            f" ({which}) ORDER BY s.source_id",
            [value],
        )
        return tuple(
            Copy(
                source_id=source_id,
                snapshot_id=snapshot_id,
                check_id=check_id,
                body_sha256=body_sha256,
                accepted_at=to_moment(ended_at),
                items=items,
            )
            for source_id, snapshot_id, check_id, body_sha256, ended_at, items in found
        )

    def read_if_it_holds(self, copy: Copy, needles: Sequence[str]) -> Snapshot | None:
        """The copy's content; None when none of the words (lower case ASCII) is in it anywhere."""
        sha256 = self._database.value("SELECT content_sha256 FROM snapshot WHERE id = ?", [copy.snapshot_id])
        content = read_object(self._database, sha256)
        lowered = content.lower()
        return from_json(Snapshot, content) if any(one.encode() in lowered for one in needles) else None

    def changes_holding(self, needles: Sequence[str], seq: int, *, first_opinion: bool) -> tuple[StoredChange, ...]:
        """The changes up to ``seq`` in whose items or assessment one of the words stands, oldest first.

        ``first_opinion``: with the assessment made when the change was found, for later ones were not known then.
        """
        texts = "lower(d.key || ' ' || d.label || ' ' || coalesce(d.before, '') || ' ' || coalesce(d.after, ''))"
        held = " OR ".join(f"instr({texts}, ?)" for _ in needles)
        said = " OR ".join("instr(lower(a.content), ?)" for _ in needles)
        item = f"EXISTS (SELECT 1 FROM difference AS d WHERE d.change_id = c.id AND ({held}))"  # noqa: S608
        where = f"c.check_id <= ? AND ({said} OR {item})"
        return stored_changes(
            self._database, where, [seq, *needles, *needles], "c.check_id, c.number", first_opinion=first_opinion
        )

    def entered_before(self, at: datetime) -> tuple[Entered, ...]:
        """Every date that a person had entered or taken back before ``at``, oldest first."""
        events = "event IN ('date-entered', 'date-withdrawn')"
        sql = f"SELECT subject, at, facts FROM audit WHERE {events} AND at < ? ORDER BY seq"  # noqa: S608
        return tuple(_entered(*row) for row in self._database.rows(sql, [to_text(at)]))

    def last_own_check(self, source_id: SourceId, seq: int) -> Check | None:
        """The newest check, up to ``seq``, that asked the source itself."""
        where = f"source_id = ? AND ledger.id <= ? AND {_OWN} ORDER BY started_at DESC, ledger.id DESC LIMIT 1"
        found = ledger.checks(self._database, where, [source_id, seq])
        return found[0] if found else None

    def last_good_look(self, source_id: SourceId, seq: int) -> datetime | None:
        """When the newest verified check up to ``seq`` ended."""
        where = (
            f"source_id = ? AND ledger.id <= ? AND {_OWN} AND verdict IN ('CHANGED', 'SAME', 'NOT_MODIFIED')"
            " ORDER BY started_at DESC, ledger.id DESC LIMIT 1"
        )
        found = ledger.checks(self._database, where, [source_id, seq])
        return found[0].ended_at if found else None


def _entered(change_id: ChangeId, at: str, facts: str) -> Entered:
    told = json.loads(facts)
    return Entered(
        change_id=change_id,
        at=to_moment(at),
        kind=DateKind(told["kind"]),
        key=told["item"],
        on=date.fromisoformat(told["on"]) if told.get("on") else None,
        clock=told.get("clock"),
        by=told["by"],
        reason=told["reason"],
    )
