"""Feeds and calendar as files in a folder, for programs that ask by themselves: feed readers, calendars, web servers.

Each file is written whole beside the old one and then takes its place; one that would be the same is left alone.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Struct

from monitor.model.assessment import Assessment, Tier
from monitor.model.delivery import Voice
from monitor.model.difference import Change
from monitor.model.digest import DatedChange
from monitor.model.feed import CalendarEvent, DateEntry, FeedEntry
from monitor.model.ids import ChangeId
from monitor.model.source import Source
from monitor.pipeline.dated import Thing, thing_of, worth_a_calendar

NEWEST = 200
"""So many changes stand in a feed."""


class FeedUnit(Protocol):
    def revise_calendar(self, entries: Sequence[DateEntry], *, at: datetime) -> int:
        """Makes the published dates what they are now; returns how many changed."""


class FeedRecord(Protocol):
    def newest_changes(self, limit: int) -> Sequence[tuple[Change, Assessment]]: ...
    def dated_changes(self) -> Sequence[DatedChange]: ...
    def undone_changes(self) -> frozenset[ChangeId]: ...
    def calendar(self) -> tuple[CalendarEvent, ...]: ...
    def marker(self) -> str: ...
    def begun_at(self) -> datetime: ...


class FeedStore(Protocol):
    def unit(self) -> AbstractContextManager[FeedUnit]: ...


class Feeds(Struct, frozen=True, kw_only=True):
    """Writes ``changes.atom``, ``changes.json`` and ``dates.ics`` into ``folder``."""

    store: FeedStore
    record: FeedRecord
    sources: Sequence[Source]
    voice: Voice
    folder: Path

    def write(self, now: datetime) -> str | None:
        """Brings the files up to date; returns why they could not be, None when they say what they should."""
        try:
            for name, body in self._files(now).items():
                _replace(self.folder / name, body)
        except OSError as fault:
            return f"The feeds in {self.folder} could not be written: {fault.strerror}."
        return None

    def _files(self, now: datetime) -> dict[str, bytes]:
        # Imported here: without `feeds:` nobody needs them.
        from monitor.compose.calendar import calendar_file
        from monitor.compose.feeds import atom_feed, json_feed

        home = uuid5(NAMESPACE_URL, f"urn:cmaa-monitor:{self.record.marker()}")
        dates = self._dates(home)
        if {entry.uid: entry for entry in dates} != self._published():
            with self.store.unit() as unit:
                unit.revise_calendar(dates, at=now)
        entries, demo = self._entries(home), self.voice.demo
        return {
            "changes.atom": atom_feed(entries, feed_id=home.urn, begun_at=self.record.begun_at(), demo=demo),
            "changes.json": json_feed(entries, demo=demo),
            "dates.ics": calendar_file(self.record.calendar(), demo=demo),
        }

    def _published(self) -> Mapping[str, DateEntry]:
        return {event.entry.uid: event.entry for event in self.record.calendar() if not event.cancelled}

    def _entries(self, home: UUID) -> list[FeedEntry]:
        from monitor.compose.feed_entries import feed_entry

        found = self.record.newest_changes(NEWEST)
        by_id = {source.id: source for source in self.sources}
        undone = {change.reverts: change for change, _ in reversed(found) if change.reverts is not None}
        return [
            feed_entry(home, change, opinion, by_id.get(change.source_id), undone.get(change.id), self.voice)
            for change, opinion in found
            if opinion.tier is not Tier.NOISE
        ]

    def _dates(self, home: UUID) -> list[DateEntry]:
        """Of each thing that has dates, those that the newest change told of, unless that was taken back whole."""
        from monitor.compose.feed_entries import date_entry

        told_by: dict[Thing, ChangeId] = {}
        places: dict[Thing, int] = {}
        entries = []
        for one in worth_a_calendar(self.record.dated_changes(), self.record.undone_changes()):
            thing = thing_of(one)
            if told_by.setdefault(thing, one.change_id) != one.change_id:
                continue
            places[thing] = places.get(thing, 0) + 1
            uid = uuid5(home, "\x00".join((*thing, str(places[thing]))))
            entries.append(date_entry(uid, one, self.voice))
        return entries


def _replace(path: Path, body: bytes) -> None:
    """Puts ``body`` in the file's place, whole or not at all; a file that says so already is left alone."""
    try:
        if path.read_bytes() == body:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
