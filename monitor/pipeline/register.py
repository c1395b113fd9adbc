"""Who was watched when: the register of settings beside the settings in force."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from monitor.model.digest import WatchTurn
from monitor.model.ids import SourceId
from monitor.model.register import Alteration, Watching
from monitor.model.source import Source
from monitor.pipeline.coverage import Span


class RegisterStore(Protocol):
    """What the register is asked."""

    def watchings(self) -> Sequence[Watching]: ...
    def edited_since(self, at: datetime) -> Collection[SourceId]:
        """The sources of which the register has another entry since ``at``."""

    def entry_at(self, source_id: SourceId, at: datetime) -> Source | None:
        """The source as the settings described it just before ``at``; None for one that was never in them."""


class Stretch(Struct, frozen=True, kw_only=True):
    """A source as it was, and the part of a span in which it was watched. ``watching`` None: the register does not say
    so yet, such as of a source that was set only just now.
    """

    source: Source
    span: Span
    watching: Watching | None = None


class Register(Struct, frozen=True, kw_only=True):
    """``sources``: all that is set now, documents behind lists among them; ``family``: a source that is no longer set,
    with the documents that were behind it.
    """

    store: RegisterStore
    sources: tuple[Source, ...]
    family: Callable[[Source], tuple[Source, ...]] = lambda source: (source,)

    def stretches(self, span: Span) -> tuple[Stretch, ...]:
        """Everyone who was watched within ``span``: those set now, in their order, then those watched no more. One that
        was set only after it is not among them.
        """
        watchings = self.store.watchings()
        return (*self._still(watchings, span), *self._no_more(watchings, span))

    def turns(self, span: Span) -> tuple[WatchTurn, ...]:
        """When watching a source began or stopped within ``span``, in order."""
        return tuple(sorted(self._turns(span), key=lambda turn: (turn.at, turn.source_id)))

    def ended(self, source_id: SourceId) -> datetime | None:
        """Since when the source is no longer watched; None for one that is, and for one that never was."""
        mine = [one for one in self.store.watchings() if one.source_id == _listed(source_id)]
        ends = [one.until_at for one in mine if one.until_at is not None]
        return max(ends) if ends and len(ends) == len(mine) else None

    def _still(self, watchings: Sequence[Watching], span: Span) -> Iterator[Stretch]:
        current = {one.source_id: one for one in watchings if one.until_at is None}
        edited = self.store.edited_since(span.end_at)
        for source in self.sources:
            watching = current.get(_listed(source.id))
            if watching is None:
                yield Stretch(source=source, span=span)
            elif watching.overlaps(span.start_at, span.end_at):
                entry = self.store.entry_at(source.id, span.end_at) if source.id in edited else None
                yield Stretch(source=entry or source, span=_part(span, watching), watching=watching)

    def _no_more(self, watchings: Sequence[Watching], span: Span) -> Iterator[Stretch]:
        for one in watchings:
            if one.until_at is not None and one.overlaps(span.start_at, span.end_at):
                entry = self.store.entry_at(one.source_id, min(one.until_at, span.end_at))
                for source in self.family(entry) if entry else ():
                    yield Stretch(source=source, span=_part(span, one), watching=one)

    def _turns(self, span: Span) -> Iterator[WatchTurn]:
        for one in self.store.watchings():
            for at, alteration in ((one.from_at, Alteration.ADDED), (one.until_at, Alteration.REMOVED)):
                if at is not None and span.start_at <= at < span.end_at:
                    entry = self.store.entry_at(one.source_id, one.until_at or span.end_at)
                    name = entry.name if entry else one.source_id
                    yield WatchTurn(source_id=one.source_id, source_name=name, at=at, alteration=alteration)


def _listed(source_id: SourceId) -> SourceId:
    """The id under which the settings know it: a document goes by its list."""
    return SourceId(source_id.split("/", 1)[0])


def _part(span: Span, watching: Watching) -> Span:
    return Span(
        start_at=max(span.start_at, watching.from_at or span.start_at),
        end_at=min(span.end_at, watching.until_at or span.end_at),
    )
