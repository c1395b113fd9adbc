"""The unit of work: everything of one check, or of several, is written through one transaction or not at all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.model.assessment import Assessment
from monitor.model.capture import Capture, Validators
from monitor.model.difference import Change
from monitor.model.ids import ChangeId, ClusterId, ProblemId, RecordKey, Sha256, SourceId
from monitor.model.problem import Closing, Finding, SourceProblem
from monitor.model.snapshot import Snapshot
from monitor.model.verdict import Check
from monitor.model.watch import Held
from monitor.store import captures, changes, ledger, newcomers, problems, watch
from monitor.store.connection import Database, Row
from monitor.store.telling_unit import TellingUnit

if TYPE_CHECKING:
    from monitor.model.cluster import Placement, Sighting
    from monitor.model.feed import DateEntry
    from monitor.model.question import Answer
    from monitor.model.register import Settings, SettingsChange
    from monitor.model.tool import Tool

# What a poll has no use for is imported where it is written, so that the poll starts the sooner.


class StoreUnit(TellingUnit):
    """Fits the pipeline's ``Unit``. Made by ``Store.unit()``; of no use after its block has ended."""

    def __init__(self, database: Database, item_sha256: changes.ItemHash, known: frozenset[SourceId]) -> None:
        """``known``: the sources that have their row already; ``met``: those that this unit gave one."""
        self.met: set[SourceId] = set()
        self._known = known
        super().__init__(database)
        self._item_sha256 = item_sha256
        self._given: dict[int, int] = {}
        self._source_of: dict[int, SourceId] = {}
        self._snapshots: dict[int, Row] = {}

    def check(self, check: Check) -> int:
        """Writes the ledger row; returns its id, the commit sequence. A slot already taken: uses ``started_at``."""
        if check.source_id not in self._known and check.source_id not in self.met:
            ledger.know_source(self._database, check.source_id, check.started_at)
            self.met.add(check.source_id)
        row = ledger.insert_check(self._database, check)
        check_id = int(row[0])
        self._source_of[check_id] = check.source_id
        if check.hand is None:  # few have more than a row of the ledger, captures and a snapshot: theirs are read again
            self._written["check", check_id] = {"ledger": [row], "capture": []}
        return check_id

    def capture(self, check_id: int, position: int, capture: Capture) -> int:
        """Keeps one response with its bytes; returns its id."""
        row = captures.insert_capture(self._database, check_id, self._source(check_id), position, capture)
        self._note("check", check_id, capture=[row])
        return int(row[0])

    def partial(self, check_id: int, body: bytes) -> None:
        """Keeps the bytes of an incomplete answer as evidence."""
        self._written.pop(("check", check_id), None)
        captures.insert_partial(self._database, check_id, self._source(check_id), body)

    def _snapshot(
        self,
        check_id: int,
        source_id: SourceId,
        snapshot: Snapshot,
        body_sha256: Sha256,
        capture_ids: Sequence[int],
    ) -> int:
        row, behind = captures.insert_snapshot(self._database, check_id, source_id, snapshot, body_sha256, capture_ids)
        self._note("check", check_id, snapshot=[row], snapshot_capture=behind)
        self._snapshots[row[0]] = row
        return int(row[0])

    def _note(self, event: str, key: object, **rows: list[Row]) -> None:
        """Adds to the rows behind an event all of whose rows are written here."""
        if (written := self._written.get((event, key))) is not None:
            for table, new in rows.items():
                written.setdefault(table, []).extend(new)

    def _source(self, check_id: int) -> SourceId:
        """Whose check it is; of a check that this unit does not know the database refuses everything."""
        return self._source_of.get(check_id, SourceId(""))

    def accept(
        self,
        check_id: int,
        source_id: SourceId,
        snapshot: Snapshot,
        body_sha256: Sha256,
        validators: Validators,
        capture_ids: Sequence[int],
        read_as: Sha256 | None = None,
    ) -> int:
        """Makes ``snapshot`` the source's baseline; returns the snapshot's id."""
        snapshot_id = self._snapshot(check_id, source_id, snapshot, body_sha256, capture_ids)
        watch.set_baseline(
            self._database,
            source_id,
            snapshot_id=snapshot_id,
            body_sha256=body_sha256,
            validators=validators,
            extractor_version=snapshot.extractor_version,
            read_as=read_as,
        )
        return snapshot_id

    def reread(self, check_id: int, source_id: SourceId, snapshot: Snapshot, read_as: Sha256 | None = None) -> int:
        """Replaces the baseline's reading, from the same stored bytes, after extractor or entry were mended."""
        held, body_sha256 = captures.baseline_of(self._database, source_id)
        capture_ids = captures.capture_ids_of(self._database, held)
        snapshot_id = self._snapshot(check_id, source_id, snapshot, body_sha256, capture_ids)
        watch.set_reading(
            self._database,
            source_id,
            snapshot_id=snapshot_id,
            extractor_version=snapshot.extractor_version,
            read_as=read_as,
        )
        return snapshot_id

    def good(self, check: Check, *, full_get: bool) -> None:
        """Records that the source was verified at ``check.ended_at`` (ends a run of failures)."""
        watch.set_good(self._database, check, full_get=full_get)

    def bad(self, check: Check) -> None:
        """Records one more unverified check; touches neither baseline nor validators."""
        watch.set_bad(self._database, check)

    def absences(self, source_id: SourceId, missing: Mapping[RecordKey, datetime]) -> None:
        """Replaces the keys of the source that seem to be gone."""
        watch.set_absences(self._database, source_id, missing)

    def hold(self, check_id: int, source_id: SourceId, held: Held | None) -> None:
        """Keeps the copy that waits to be seen again or accepted; None: nothing waits any more."""
        if held is None:
            watch.end_hold(self._database, source_id)
        else:
            watch.set_held(self._database, source_id, held, check_id=check_id)

    def newest(self, source_id: SourceId, newest_on: date) -> None:
        """Keeps the newest date in the baseline of a source that must be fresh."""
        watch.set_newest(self._database, source_id, newest_on)

    def expect_documents(self, named_in: Mapping[SourceId, ChangeId]) -> None:
        """Keeps by which change of its list each document was named for the first time, until it is read."""
        newcomers.expect(self._database, named_in)

    def document_read(self, source_id: SourceId) -> None:
        """A document that was expected was read."""
        newcomers.was_read(self._database, source_id)

    def open_problem(self, finding: Finding, *, at: datetime) -> SourceProblem:
        """Opens a problem, told for the first time now."""
        return problems.open_problem(self._database, finding, at)

    def repeat_problem(self, problem_id: ProblemId, *, at: datetime) -> None:
        """The problem is told once more."""
        problems.repeat(self._database, problem_id, at)

    def revise_problem(self, problem_id: ProblemId, finding: Finding) -> None:
        """A host's problem concerns more sources than before."""
        problems.revise(self._database, problem_id, finding)

    def close_problem(self, problem_id: ProblemId, closing: Closing) -> None:
        problems.close(self._database, problem_id, closing)

    def keep_tools(self, kept: "Sequence[Tool]", *, by: str, reason: str, at: datetime) -> None:
        """Keeps each of the tools as it is from ``at`` on, with an entry in the audit chain."""
        from monitor.store import tools

        tools.keep(self._database, kept, by=by, reason=reason, at=at)
        for tool in kept:
            self.audit("tool", tool.id, {"by": by, "reason": reason, "is": tools.facts_of(tool)}, at=at)

    def take_out_tool(self, tool_id: str, *, by: str, reason: str, at: datetime) -> None:
        """Takes a tool out of the inventory; its history stays."""
        from monitor.store import tools

        tools.take_out(self._database, tool_id, by=by, reason=reason, at=at)
        self.audit("tool", tool_id, {"by": by, "reason": reason, "is": None}, at=at)

    def register(self, settings: "Settings", *, at: datetime) -> "SettingsChange | None":
        """Keeps what is altered in the settings since they were registered last; None when nothing is."""
        from monitor.store import register

        return register.register(self._database, settings, at)

    def next_change_id(self, year: int) -> ChangeId:
        """``CH-2026-0147``; every call gives another one."""
        last = self._given.get(year) or changes.highest_number(self._database, year)
        self._given[year] = last + 1
        return ChangeId(f"CH-{year:04d}-{last + 1:04d}")

    def change(
        self,
        check_id: int,
        change: Change,
        assessment: Assessment,
        before_snapshot_id: int | None,
        after_snapshot_id: int,
    ) -> None:
        """Keeps a change with its differences and its first assessment."""
        row, differences = changes.insert_change(
            self._database,
            check_id,
            change,
            before_snapshot_id=before_snapshot_id,
            after_snapshot_id=after_snapshot_id,
            item_sha256=self._item_sha256,
        )
        opinion = changes.insert_assessment(self._database, change.id, assessment)
        if (after := self._snapshots.get(after_snapshot_id)) is not None:
            rows = {"change": row, "difference": differences, "assessment": opinion, "snapshot": [after]}
            self._written["change", change.id] = rows

    def sightings_like(self, one: "Sighting", *, within: timedelta) -> "tuple[tuple[ClusterId, Sighting], ...]":
        """The members of every cluster in which a change seen within that time bears a mark of ``one``."""
        from monitor.store import clusters

        return clusters.sightings_like(self._database, one, within)

    def sight(self, one: "Sighting", cluster_id: ClusterId | None, ground: str) -> "Placement":
        """Keeps what the change is known by, and its place in a cluster; None: it begins one of its own."""
        from monitor.store import clusters

        return clusters.sight(self._database, one, cluster_id, ground)

    def opinions_told(self, recipient_id: str, change_ids: Sequence[ChangeId]) -> tuple[Assessment, ...]:
        """The opinions about those of the changes that are told, or to be told, to that recipient."""
        from monitor.store import clusters

        return clusters.opinions_told(self._database, recipient_id, change_ids)

    def assess(self, change_id: ChangeId, assessment: Assessment) -> None:
        """Adds a newer opinion about a change; the older ones stay."""
        changes.insert_assessment(self._database, change_id, assessment)

    def revise_calendar(self, entries: "Sequence[DateEntry]", *, at: datetime) -> int:
        """Makes the published dates what they are now; returns how many changed."""
        from monitor.store import calendar

        return calendar.revise(self._database, entries, at)

    def answer(self, answer: "Answer") -> str:
        """Keeps a person's answer to a standing question; returns its id."""
        from monitor.store import answers

        return answers.insert_answer(self._database, answer)
