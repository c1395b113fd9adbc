"""Answers from the record what stood when: a dossier on one matter, up to a commit sequence."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from monitor.assess.ladders import Sighting, rungs_of, rungs_of_code
from monitor.assess.rules import Rules
from monitor.assess.subjects import Finder, finder_of, nearest
from monitor.model.assessment import LegalDate
from monitor.model.difference import Act
from monitor.model.ids import SourceId
from monitor.model.question import SheetRow
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Source
from monitor.model.subject import Copy, Dossier, Entered, Holding, LastLook, Moved, Naming, Rung, Subject, SubjectKind
from monitor.model.verdict import Check
from monitor.pipeline.entered import KeptChange, as_they_stood
from monitor.pipeline.versions import in_force_still, of_their_time, rungs_of_action, rungs_of_versions

# Where an item of each kind would stand if it were known: the official lists, by the beginning of their ids.
_LISTS: Mapping[SubjectKind, tuple[str, ...]] = {
    SubjectKind.LCD: ("cms.lcds", "cms.proposed-lcds", "cms.articles"),
    SubjectKind.NCD: ("cms.ncds", "cms.ncas"),
    SubjectKind.FDA: ("fda.ai-devices",),
    SubjectKind.RULE: ("federal-register",),
    SubjectKind.CPT: ("ama.", "cms."),
    SubjectKind.CMAA: ("ama.",),
    SubjectKind.APPENDIX_S: ("ama.appendix-s",),
}
_COVERAGE = ("cms.lcds", "cms.proposed-lcds", "cms.articles", "cms.ncds", "cms.ncas", "payer")


class SubjectStore(Protocol):
    """What the record is asked; ``seq`` is always a commit sequence, itself included."""

    def copies_at(self, seq: int) -> Sequence[Copy]: ...
    def first_copies(self, seq: int) -> Sequence[Copy]: ...
    def read_if_it_holds(self, copy: Copy, needles: Sequence[str]) -> Snapshot | None: ...
    def changes_holding(self, needles: Sequence[str], seq: int, *, first_opinion: bool) -> Sequence[KeptChange]: ...
    def last_own_check(self, source_id: SourceId, seq: int) -> Check | None: ...
    def last_good_look(self, source_id: SourceId, seq: int) -> datetime | None: ...
    def entered_before(self, at: datetime) -> Sequence[Entered]: ...
    def copy_of(self, snapshot_id: int) -> Copy | None: ...


class Dossiers(Struct, frozen=True, kw_only=True):
    """``sheet``: the standing questions as they stood then; asked only about CMAA."""

    store: SubjectStore
    sources: tuple[Source, ...]
    rules: Callable[[], Rules]
    sheet: Callable[[int], tuple[SheetRow, ...]]
    first_check_at: Callable[[SourceId], datetime | None]
    time_zone: ZoneInfo

    def of(self, subject: Subject, *, now: datetime, seq: int, as_of: datetime | None) -> Dossier:
        """What is known of ``subject`` up to ``seq``; with ``as_of``, as it stood then."""
        finder, at = finder_of(subject), as_of or now
        today = at.astimezone(self.time_zone).date()
        held, named = self._holdings(finder, seq)
        changes = self._changes(finder, seq, first_opinion=as_of is not None)
        if as_of is not None:
            changes = as_they_stood(changes, self.store.entered_before(as_of), self.time_zone)
            ever = self._changes(finder, sys.maxsize, first_opinion=True)
            held = tuple(of_their_time(held, changes, ever, today))
        held = (*in_force_still(changes, held, self.store.copy_of, today), *held)
        rungs, reference = self._rungs(finder, changes, held, seq, today), ""
        if subject.kind is SubjectKind.CPT and as_of is None:
            code = self.rules().codes.get(subject.number.removeprefix("DEMO-"))
            rungs = (*rungs_of_code(code, self.rules(), today), *rungs)
            reference = "; ".join(filter(None, (code.what, code.category, code.note))) if code else ""
        looks = tuple(self._looks(subject, held, named, changes, seq))
        unknown = not (held or named or changes or reference)
        return Dossier(
            subject=subject,
            at=at,
            as_of=as_of,
            seq=seq,
            watched_since=min((look.since for look in looks if look.since), default=None),
            rungs=rungs,
            held=held,
            named_in=named,
            changes=tuple(_moved(kept) for kept in changes),
            dates=_ahead(changes, today),
            looks=looks,
            sheet=self.sheet(seq) if subject.kind is SubjectKind.CMAA else (),
            reference=reference,
            nearest=self._nearest(subject, seq) if unknown and subject.number else (),
        )

    # --- what the copies hold

    def _holdings(self, finder: Finder, seq: int) -> tuple[tuple[Holding, ...], tuple[Naming, ...]]:
        held: list[Holding] = []
        named: list[Naming] = []
        for copy in self.store.copies_at(seq):
            source = self._source(copy.source_id)
            if finder.subject.kind is SubjectKind.APPENDIX_S and source and source.version:
                held.append(self._document(copy, source))
                continue
            snapshot = self.store.read_if_it_holds(copy, finder.needles)
            if snapshot is not None:
                held.extend(self._held(copy, record) for record in snapshot.records if finder.is_about(record))
                named.extend(self._named(copy, snapshot, finder))
        return tuple(held), tuple(named)

    def _held(self, copy: Copy, record: Record) -> Holding:
        return Holding(
            copy=copy,
            source_name=self._name(copy.source_id),
            key=record.key,
            label=record.label,
            fields=record.fields,
            official_url=record.url or self._url(copy.source_id),
        )

    def _document(self, copy: Copy, source: Source) -> Holding:
        return Holding(
            copy=copy,
            source_name=source.name,
            key=source.id,
            label=f"{copy.items} passages",
            fields={},
            official_url=source.official_url,
            version=source.version,
        )

    def _named(self, copy: Copy, snapshot: Snapshot, finder: Finder) -> Iterator[Naming]:
        found = [r for r in snapshot.records if not finder.is_about(r) and finder.names(_text(r))]
        items: list[tuple[str, str, str | None]] = [(r.key, r.label, r.url) for r in found]
        for passage in (p for p in snapshot.passages if finder.names(p.text)):
            items.append((" > ".join(passage.headings[-2:]), passage.text, None))
            break  # a document is named once; its passages are read in the copy
        for key, label, url in items:
            yield Naming(
                copy=copy,
                source_name=self._name(copy.source_id),
                key=key,
                label=label,
                official_url=url or self._url(copy.source_id),
                coverage=copy.source_id.startswith(_COVERAGE),
            )

    # --- what changes said

    def _changes(self, finder: Finder, seq: int, *, first_opinion: bool) -> list[KeptChange]:
        found = self.store.changes_holding(finder.needles, seq, first_opinion=first_opinion)
        return [kept for kept in found if self._bears(kept, finder)]

    def _bears(self, kept: KeptChange, finder: Finder) -> bool:
        source = self._source(kept.change.source_id)
        if finder.subject.kind is SubjectKind.APPENDIX_S and source and source.version:
            return True
        codes = finder.subject.number.removeprefix("DEMO-") in kept.assessment.codes
        items = (item for one in kept.change.differences for item in (one.before, one.after) if item is not None)
        return codes or finder.names(kept.change.headline) or any(finder.names(_text(item)) for item in items)

    def _rungs(
        self, finder: Finder, changes: Sequence[KeptChange], held: Sequence[Holding], seq: int, today: date
    ) -> tuple[Rung, ...]:
        if finder.subject.kind is SubjectKind.CPT:
            return tuple(rung for kept in changes for rung in rungs_of_action(kept))
        if finder.subject.kind is SubjectKind.APPENDIX_S:
            return tuple(rungs_of_versions(changes, self.rules(), today))
        sightings = [*self._first_sights(finder, seq, {h.copy.source_id for h in held} | _sources(changes))]
        sightings += [sight for kept in changes for sight in _sightings(kept, finder)]
        sightings.sort(key=lambda sight: sight.seen_at)
        return rungs_of(sightings, self.rules(), today) if sightings else ()

    def _first_sights(self, finder: Finder, seq: int, source_ids: set[SourceId]) -> Iterator[Sighting]:
        for copy in self.store.first_copies(seq):
            snapshot = self.store.read_if_it_holds(copy, finder.needles) if copy.source_id in source_ids else None
            for record in snapshot.records if snapshot else ():
                if finder.is_about(record):
                    yield Sighting(
                        source_id=copy.source_id,
                        record=record,
                        act=Act.ADDED,
                        seen_at=copy.accepted_at,
                        change_id=None,
                    )

    # --- how it was watched

    def _looks(
        self,
        subject: Subject,
        held: Sequence[Holding],
        named: Sequence[Naming],
        changes: Sequence[KeptChange],
        seq: int,
    ) -> Iterator[LastLook]:
        ids = {one.copy.source_id for one in held} | _sources(changes)
        if subject.kind in {SubjectKind.CPT, SubjectKind.CMAA}:
            ids |= {one.copy.source_id for one in named}
        lists = _LISTS[subject.kind]
        for source in self.sources:
            if source.id in ids or (source.id.startswith(lists) and not (ids and source.parent)):
                yield self._look(source, seq)

    def _look(self, source: Source, seq: int) -> LastLook:
        last = self.store.last_own_check(source.id, seq)
        return LastLook(
            source_id=source.id,
            source_name=source.name,
            last=last,
            good_at=self.store.last_good_look(source.id, seq) if last else None,
            since=self.first_check_at(source.id) if last else None,
        )

    def _nearest(self, subject: Subject, seq: int) -> tuple[str, ...]:
        copies = (copy for copy in self.store.copies_at(seq) if copy.source_id.startswith(_LISTS[subject.kind]))
        snapshots = (self.store.read_if_it_holds(copy, ("",)) for copy in copies if "/" not in copy.source_id)
        return nearest(subject, {r.document or r.key for s in snapshots if s for r in s.records})

    def _source(self, source_id: SourceId) -> Source | None:
        return next((source for source in self.sources if source.id == source_id), None)

    def _name(self, source_id: SourceId) -> str:
        source = self._source(source_id)
        return source.name if source else source_id

    def _url(self, source_id: SourceId) -> str:
        source = self._source(source_id)
        return source.official_url if source else ""


def _text(item: object) -> str:
    if isinstance(item, Record):
        return "\n".join((item.key, item.label, *item.fields.values()))
    return str(getattr(item, "text", ""))


def _sources(changes: Sequence[KeptChange]) -> set[SourceId]:
    return {kept.change.source_id for kept in changes}


def _sightings(kept: KeptChange, finder: Finder) -> Iterator[Sighting]:
    for one in kept.change.differences:
        record = one.before if one.act is Act.REMOVED else one.after
        if isinstance(record, Record) and finder.is_about(record):
            yield Sighting(
                source_id=kept.change.source_id,
                record=record,
                act=one.act,
                seen_at=kept.change.first_changed_at,
                change_id=kept.change.id,
            )


def _moved(kept: KeptChange) -> Moved:
    return Moved(
        change_id=kept.change.id,
        source_id=kept.change.source_id,
        headline=kept.change.headline,
        tier=kept.assessment.tier,
        first_changed_at=kept.change.first_changed_at,
        dates=kept.assessment.dates,
    )


def _ahead(changes: Sequence[KeptChange], today: date) -> tuple[LegalDate, ...]:
    """Of each item and kind only the dates of the newest change that states one."""
    newest: dict[tuple[str, str, str], tuple[str, list[LegalDate]]] = {}
    for kept in reversed(changes):
        for legal in kept.assessment.dates:
            item = (kept.change.source_id, legal.kind.value, legal.key or kept.change.id)
            by, dates = newest.setdefault(item, (kept.change.id, []))
            if by == kept.change.id:
                dates.append(legal)
    ahead = {legal for _, dates in newest.values() for legal in dates if legal.on >= today}
    return tuple(sorted(ahead, key=lambda legal: (legal.on, legal.kind)))
