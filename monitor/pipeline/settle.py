"""Settles one gathered check: what it means against the baseline, and the writing of it in one unit of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.compare.absences import carry_over, settle_absences, without_the_departed
from monitor.compare.spellings import keep_known_spellings
from monitor.compare.vetting import judge_snapshot
from monitor.compose.wording import count
from monitor.model.assessment import Assessment
from monitor.model.difference import Change
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, Sha256
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.announce import Announcer, Evidence
from monitor.pipeline.gather import SAME_BYTES, Gathered, join
from monitor.pipeline.ports import Extractor, Unit, WatchStore

if TYPE_CHECKING:
    from monitor.assess.rules import Rules

WINDOW_SLID = "window-slid"
"""The vetting's code for a window that slid past us while nobody looked. It is an alarm once; the copy that shows the
same again is accepted, since the items in between will never come back and the newer ones must be told, as found late.
"""

Assessed = tuple[Change, Assessment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One source's outcome as shown to a person."""

    source: Source
    check: Check
    changes: tuple[Assessed, ...] = ()

    @property
    def took_s(self) -> float:
        return (self.check.ended_at - self.check.started_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A check that is ready to be written. ``accept`` is the new baseline; ``reread`` is the old one, read anew from
    the
    stored bytes by a mended extractor.
    """

    gathered: Gathered
    check: Check
    state: WatchState
    accept: Snapshot | None = None
    reread: Snapshot | None = None
    absences: Mapping[RecordKey, datetime] = field(default_factory=dict)
    changes: tuple[Assessed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settler:
    """Knows the rules, the store and who announces; holds no state of its own. ``rules`` is called only
    when something changed: reading them takes longer than a quiet check.
    """

    store: WatchStore
    extractor_for: Callable[[Source], Extractor]
    rules: "Callable[[], Rules]"
    announcer: Announcer
    confirm_after: timedelta
    time_zone: ZoneInfo

    def prepare(self, gathered: Gathered, state: WatchState, trigger: Trigger) -> Prepared:
        """Everything that can be worked out before the transaction opens."""
        source, ruling, fresh = gathered.source, gathered.ruling, gathered.snapshot
        baseline = None
        if fresh is not None or (ruling is not None and ruling.verdict.verified):
            baseline = self._reread(source, state)
        reread = baseline
        if fresh is None:
            again = ruling is not None and ruling.verdict is Verdict.SAME and bool(state.absences)
            if ruling is not None and not again:
                return self._quiet(gathered, ruling, state, trigger, reread)
            fresh = self._without_the_missing(baseline, state)
        elif reread is None and not state.absences and gathered.body_sha256 == state.body_sha256:
            return self._quiet(gathered, SAME_BYTES, state, trigger, None)  # a list of several pages, all as they were
        baseline = baseline or self._baseline(state)
        found = judge_snapshot(fresh, baseline, source.contract, sliding=source.sliding)
        if found is not None and not (found.code == WINDOW_SLID and state.failures_in_row > 0):
            return self._quiet(gathered, found, state, trigger, None)
        if baseline is None:
            return self._first(gathered, fresh, state, trigger)
        return self._compared(gathered, fresh, baseline, state, trigger)

    def write(self, unit: Unit, prepared: Prepared) -> Polled:
        """Writes all of one check through ``unit``; gives its changes their ids."""
        gathered, check = prepared.gathered, prepared.check
        check_id = unit.check(check)
        kept = gathered.hand is None or check.ruling.verdict.verified
        bodies = (*gathered.pages, *gathered.evidence) if kept else ()  # a wrong file may hold anything: not kept
        capture_ids = [unit.capture(check_id, n, capture) for n, capture in enumerate(bodies)]
        if gathered.partial:
            unit.partial(check_id, gathered.partial)
        if gathered.hand is None:  # a look by hand neither ends a run of failures nor lengthens it
            _keep_health(unit, check)
        changes = self._write_content(unit, check_id, prepared, capture_ids[: len(gathered.pages)])
        facts: dict[str, object] = {
            "check": check_id,
            "verdict": check.ruling.verdict.value,
            "code": check.ruling.code,
        }
        if gathered.pages:
            facts["body_sha256"] = gathered.body_sha256
        if gathered.hand is not None:
            facts |= {"saved_by": gathered.hand.by, "taken_at": gathered.hand.taken_at}
        unit.audit("check", check.source_id, facts, at=check.ended_at)
        return Polled(source=gathered.source, check=replace(check, id=check_id), changes=changes)

    def _write_content(
        self, unit: Unit, check_id: int, prepared: Prepared, page_ids: Sequence[int]
    ) -> tuple[Assessed, ...]:
        gathered, source_id = prepared.gathered, prepared.check.source_id
        if prepared.accept is None:
            if prepared.reread is not None:
                unit.reread(check_id, source_id, prepared.reread)
            return ()
        snapshot_id = unit.accept(
            check_id, source_id, prepared.accept, gathered.body_sha256, gathered.validators, page_ids
        )
        if prepared.absences or prepared.state.absences:
            unit.absences(source_id, prepared.absences)
        return tuple(self._write_change(unit, check_id, prepared, one, snapshot_id) for one in prepared.changes)

    def _write_change(self, unit: Unit, check_id: int, prepared: Prepared, one: Assessed, snapshot_id: int) -> Assessed:
        draft, assessment = one
        change = replace(draft, id=unit.next_change_id(draft.first_changed_at.year))
        before_id, before_sha256 = self._before(prepared, change)
        unit.change(check_id, change, assessment, before_id, snapshot_id)
        facts = {"check": check_id, "news": change.news.value, "level": assessment.level.value}
        head = unit.audit("change", change.id, facts, at=prepared.check.ended_at)
        evidence = Evidence(
            check_id=check_id,
            chain_head=head,
            before_sha256=before_sha256,
            after_sha256=prepared.gathered.body_sha256,
            at=prepared.check.ended_at,
        )
        self.announcer.announce(unit, change, assessment, prepared.gathered.source, evidence)
        return change, assessment

    def _before(self, prepared: Prepared, change: Change) -> tuple[int | None, Sha256 | None]:
        """The snapshot that last showed the old state, and the hash of its bytes. A removal that this check only
        confirms begins where the items were first missed: copies accepted since then no longer hold them.
        """
        if change.first_changed_at < prepared.gathered.looked_at:
            return self.store.snapshot_before(change.source_id, change.first_changed_at) or (None, None)
        return prepared.state.snapshot_id, prepared.state.body_sha256

    def _quiet(
        self, gathered: Gathered, ruling: Ruling, state: WatchState, trigger: Trigger, reread: Snapshot | None
    ) -> Prepared:
        check = _check(gathered, ruling, trigger, None)
        return Prepared(gathered=gathered, check=check, state=state, reread=reread, absences=state.absences)

    def _first(self, gathered: Gathered, fresh: Snapshot, state: WatchState, trigger: Trigger) -> Prepared:
        """The first good copy is the baseline: there is nothing to compare it with, so nobody is told."""
        reason = (
            f"Baseline captured: {count(fresh.size, gathered.source.noun)}. Changes are told from the next check on."
        )
        ruling = Ruling(verdict=Verdict.CHANGED, code="baseline", reason=reason)
        check = _check(gathered, ruling, trigger, fresh.size)
        return Prepared(gathered=gathered, check=check, state=state, accept=fresh)

    def _compared(
        self, gathered: Gathered, fresh: Snapshot, baseline: Snapshot, state: WatchState, trigger: Trigger
    ) -> Prepared:
        source, fresh = gathered.source, keep_known_spellings(baseline, fresh)
        if source.sliding:
            effective, pending, confirmed = carry_over(baseline, fresh), {}, frozenset[RecordKey]()
        else:
            if source.leaves_after:
                baseline = without_the_departed(baseline, fresh, source.leaves_after, gathered.looked_at)
            settled = settle_absences(
                baseline,
                fresh,
                state.absences,
                now=gathered.looked_at,
                confirm_after=self.confirm_after,
                leaves_after=source.leaves_after,
            )
            effective, pending, confirmed = settled.effective, dict(settled.pending), frozenset(settled.confirmed)
        changes = self._news(gathered, baseline, effective, state, confirmed)
        return Prepared(
            gathered=gathered,
            check=_check(gathered, _ruling(source, changes, pending), trigger, effective.size),
            state=state,
            accept=effective,
            absences=pending,
            changes=changes,
        )

    def _news(
        self,
        gathered: Gathered,
        baseline: Snapshot,
        effective: Snapshot,
        state: WatchState,
        confirmed: frozenset[RecordKey],
    ) -> tuple[Assessed, ...]:
        if baseline.records == effective.records and baseline.passages == effective.passages:
            return ()
        # Imported here: comparing and judging take longer to load than a whole quiet poll takes.
        from monitor.pipeline.news import NewsDesk

        desk = NewsDesk(store=self.store, rules=self.rules(), time_zone=self.time_zone)
        return desk.changes(gathered, baseline, effective, state, confirmed)

    def _baseline(self, state: WatchState) -> Snapshot | None:
        return None if state.snapshot_id is None else self.store.snapshot(state.snapshot_id)

    def _reread(self, source: Source, state: WatchState) -> Snapshot | None:
        """The baseline read anew from its stored bytes when the extractor was mended since; so the mending tells
        nobody.

        Bytes that the mended extractor refuses leave the old reading in force.
        """
        extractor = self.extractor_for(source)
        if state.snapshot_id is None or state.extractor_version == extractor.version:
            return None
        try:
            fresh = join([extractor.extract(page, source) for page in self.store.pages(state.snapshot_id)])
        except Unreadable:
            return None
        if source.sliding or state.absences:
            return carry_over(self.store.snapshot(state.snapshot_id), fresh)
        return fresh

    def _without_the_missing(self, baseline: Snapshot | None, state: WatchState) -> Snapshot:
        """The same copy once more, as it was: without the keys we still carry because their removal is unconfirmed."""
        snapshot = baseline or self._baseline(state)
        assert snapshot is not None  # noqa: S101 - absences exist only beside a baseline
        return replace(snapshot, records=tuple(r for r in snapshot.records if r.key not in state.absences))


def _keep_health(unit: Unit, check: Check) -> None:
    if check.ruling.verdict.verified:
        unit.good(check, full_get=check.ruling.verdict is not Verdict.NOT_MODIFIED)
    else:
        unit.bad(check)


def _check(gathered: Gathered, ruling: Ruling, trigger: Trigger, items: int | None) -> Check:
    at = gathered.started_at
    return Check(
        source_id=gathered.source.id,
        slot_at=at if gathered.hand else slot_of(at, gathered.source.every),
        started_at=gathered.started_at,
        ended_at=gathered.ended_at,
        trigger=trigger,
        ruling=ruling,
        http_status=gathered.http_status,
        items=items,
        requests=gathered.requests,
        hand=gathered.hand,
    )


def slot_of(at: datetime, every: timedelta) -> datetime:
    """The start of the schedule's slot that holds ``at``. Slots tile the time since 1970 in UTC, so no daylight-saving
    change can lose or double one.
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (at - epoch) // every * every


def _ruling(source: Source, changes: Sequence[Assessed], pending: Mapping[RecordKey, datetime]) -> Ruling:
    if changes:
        reason = "; ".join(change.headline for change, _ in changes)
        return Ruling(verdict=Verdict.CHANGED, code="changed", reason=reason)
    if pending:
        reason = (
            f"{count(len(pending), source.noun)} missing from the list; a second fetch must confirm before this counts."
        )
        return Ruling(verdict=Verdict.SAME, code="removal-pending", reason=reason)
    return Ruling(verdict=Verdict.SAME, code="same-content", reason="Other bytes, the same content.")
