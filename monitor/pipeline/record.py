"""Writes one settled check: ledger row, evidence, baseline, changes, tellings and audit entries, all in one unit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from monitor.compare.entries import read_as
from monitor.compare.holds import newest_date
from monitor.model.assessment import Assessment
from monitor.model.capture import Capture
from monitor.model.delivery import Evidence
from monitor.model.difference import Change
from monitor.model.ids import ChangeId, RecordKey, Sha256, SourceId
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Check, Verdict
from monitor.model.watch import Held, WatchState
from monitor.pipeline.announce import Announcer
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.ports import Unit, WatchStore

if TYPE_CHECKING:  # most checks find no change
    from monitor.compare.sightings import Listed

Assessed = tuple[Change, Assessment]

SKEW = timedelta(minutes=5)
"""A host's clock further from ours than this makes our times doubtful evidence."""


class Polled(Struct, frozen=True, kw_only=True):
    """One source's outcome as shown to a person."""

    source: Source
    check: Check
    changes: tuple[Assessed, ...] = ()

    @property
    def took_s(self) -> float:
        return (self.check.ended_at - self.check.started_at).total_seconds()


class Prepared(Struct, frozen=True, kw_only=True):
    """A check that is ready to be written. ``accept`` is the new baseline; ``reread`` is the old one, read anew from
    the
    stored bytes by a mended extractor. ``held``: this copy waits to be seen again or accepted. ``named_in``: this is
    the first copy of a document that came onto its list with that change.
    """

    gathered: Gathered
    check: Check
    state: WatchState
    accept: Snapshot | None = None
    reread: Snapshot | None = None
    absences: Mapping[RecordKey, datetime] = field(default_factory=dict)
    changes: tuple[Assessed, ...] = ()
    held: Held | None = None
    named_in: ChangeId | None = None


class Recorder(Struct, frozen=True, kw_only=True):
    """The one place where what a check found is written down."""

    store: WatchStore
    announcer: Announcer

    def write(self, unit: Unit, prepared: Prepared) -> Polled:
        """Writes all of one check through ``unit``; gives its changes their ids."""
        gathered, check = prepared.gathered, prepared.check
        self._note_the_host(unit, prepared)
        check_id = unit.check(check)
        kept = gathered.hand is None or check.ruling.verdict.verified
        bodies = (*gathered.pages, *gathered.evidence) if kept else ()  # a wrong file may hold anything: not kept
        capture_ids = [unit.capture(check_id, n, capture) for n, capture in enumerate(bodies)]
        if gathered.partial:
            unit.partial(check_id, gathered.partial)
        if gathered.hand is None:  # a look by hand neither ends a run of failures nor lengthens it
            _keep_health(unit, check)
        if prepared.held is not None or (prepared.state.held is not None and check.ruling.verdict.verified):
            unit.hold(check_id, check.source_id, prepared.held)
        changes = self._write_content(unit, check_id, prepared, capture_ids[: len(gathered.pages)])
        facts: dict[str, object] = {
            "check": check_id,
            "verdict": check.ruling.verdict.value,
            "code": check.ruling.code,
        }
        if gathered.pages:
            facts["body_sha256"] = gathered.body_sha256
        if gathered.rendered_by is not None:
            facts["rendered_by"] = gathered.rendered_by
        if gathered.hand is not None:
            facts |= {"saved_by": gathered.hand.by, "taken_at": gathered.hand.taken_at}
        unit.audit("check", check.source_id, facts, at=check.ended_at)
        return Polled(source=gathered.source, check=replace(check, id=check_id), changes=changes)

    def _note_the_host(self, unit: Unit, prepared: Prepared) -> None:
        """Audits a certificate that is not the one shown before, and a clock that differs from ours."""
        for page in prepared.gathered.pages[:1]:
            if page.certificate_sha256 is not None:
                known = self.store.last_certificate(prepared.check.source_id)
                if known is not None and known != page.certificate_sha256:
                    facts: dict[str, object] = {"was": known, "is": page.certificate_sha256}
                    unit.audit("certificate", prepared.check.source_id, facts, at=prepared.check.ended_at)
            skew = clock_skew(page)
            if skew is not None and abs(skew) > SKEW and not self.announcer.voice.demo:
                facts = {"host_minus_ours_s": round(skew.total_seconds()), "url": page.final_url}
                unit.audit("clock-skew", prepared.check.source_id, facts, at=prepared.check.ended_at)

    def _write_content(
        self, unit: Unit, check_id: int, prepared: Prepared, page_ids: Sequence[int]
    ) -> tuple[Assessed, ...]:
        gathered, source_id = prepared.gathered, prepared.check.source_id
        if prepared.accept is None:
            if prepared.reread is not None:
                unit.reread(check_id, source_id, prepared.reread, read_as(gathered.source))
            return ()
        snapshot_id = unit.accept(
            check_id,
            source_id,
            prepared.accept,
            gathered.body_sha256,
            gathered.validators,
            page_ids,
            read_as(gathered.source),
        )
        if gathered.source.contract.fresh_within is not None:
            newest = newest_date(prepared.accept, until=gathered.seen_at.date().isoformat())
            if newest is not None:
                unit.newest(source_id, date.fromisoformat(newest))
        if prepared.absences or prepared.state.absences:
            unit.absences(source_id, prepared.absences)
        named = self._named_first(prepared)
        written = tuple(
            self._write_change(unit, check_id, prepared, one, snapshot_id, _listed(prepared, named))
            for one in prepared.changes
        )
        self._expect(unit, prepared, named, written)
        return written

    def _named_first(self, prepared: Prepared) -> Mapping[SourceId, RecordKey]:
        """The documents that the changes of a list name for the first time, with the item that names each."""
        source, accepted = prepared.gathered.source, prepared.accept
        if accepted is None or not source.follow or not prepared.changes or prepared.named_in is not None:
            return {}
        from monitor.pipeline.newcomers import named_first

        return dict(named_first(source, accepted, prepared.changes, self.store.states()))

    def _expect(
        self, unit: Unit, prepared: Prepared, named: Mapping[SourceId, RecordKey], written: Sequence[Assessed]
    ) -> None:
        """Notes which documents are new, so that their first copies are judged; and that this one was read."""
        change_of = {one.key: change.id for change, _ in written for one in change.differences}
        unit.expect_documents({source_id: change_of[key] for source_id, key in named.items()})
        if prepared.named_in is None:
            return
        unit.document_read(prepared.check.source_id)
        if prepared.accept is not None and prepared.gathered.source.follow:
            from monitor.pipeline.newcomers import behind_newcomer

            named_in = written[0][0].id if written else prepared.named_in
            behind = behind_newcomer(prepared.gathered.source, prepared.accept, self.store.states())
            unit.expect_documents(dict.fromkeys(behind, named_in))

    def _write_change(
        self, unit: Unit, check_id: int, prepared: Prepared, one: Assessed, snapshot_id: int, listed: "Listed"
    ) -> Assessed:
        # Imported here: most checks find no change.
        from monitor.pipeline.clusters import place_in_cluster

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
        seen = place_in_cluster(unit, change, assessment, at=prepared.check.ended_at, listed=listed)
        self.announcer.announce(unit, change, assessment, prepared.gathered.source, evidence, seen)
        return change, assessment

    def _before(self, prepared: Prepared, change: Change) -> tuple[int | None, Sha256 | None]:
        """The snapshot that last showed the old state, and the hash of its bytes. A removal that this check only
        confirms begins where the items were first missed: copies accepted since then no longer hold them.
        """
        if change.first_changed_at < prepared.gathered.looked_at:
            return self.store.snapshot_before(change.source_id, change.first_changed_at) or (None, None)
        return prepared.state.snapshot_id, prepared.state.body_sha256


def _listed(prepared: Prepared, named: Mapping[SourceId, RecordKey]) -> "Listed":
    """By what the items of a list and the document behind it are known to be one event."""
    if prepared.named_in is not None:
        own = (prepared.check.source_id,)
        return {one.key: own for change, _ in prepared.changes for one in change.differences}
    found: dict[RecordKey, list[SourceId]] = {}
    for source_id, key in named.items():
        found.setdefault(key, []).append(source_id)
    return found


def _keep_health(unit: Unit, check: Check) -> None:
    if check.ruling.verdict.verified:
        unit.good(check, full_get=check.ruling.verdict is not Verdict.NOT_MODIFIED)
    else:
        unit.bad(check)


def clock_skew(page: Capture) -> timedelta | None:
    """The host's clock minus ours, a cache's age taken off; None when the answer names no usable time."""
    said = _said(page.header("date") or "")
    if said is None:
        return None
    age = (page.header("age") or "0").strip()
    held = timedelta(seconds=int(age[:9])) if age.isascii() and age.isdigit() else timedelta()
    return said + held - page.ended_at


@lru_cache(maxsize=64)  # the answers of one poll come within a few seconds
def _said(date: str) -> datetime | None:
    """The time that a Date header names; None when it names none, or none with a zone."""
    try:
        said = parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    return None if said.tzinfo is None else said
