"""A list and the documents behind it: who is watched now, and who is asked after whom in one run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from monitor.model.ids import SourceId
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.watch import WatchState
from monitor.pipeline.ports import WatchStore
from monitor.sources.following import Child, following


class Watched(Struct, frozen=True, kw_only=True):
    """``sources``: those configured, each followed by the documents behind it, as the newest accepted copy of the list
    names them. ``left_out``: for each list that has such, a sentence why documents that were meant are not watched.
    """

    sources: tuple[Source, ...]
    left_out: tuple[tuple[SourceId, str], ...] = ()


def watched(
    configured: Iterable[Source], states: Mapping[SourceId, WatchState], read: Callable[[int], Snapshot]
) -> Watched:
    """Everyone in the family. ``read`` gives a stored snapshot by its id; only lists that follow something are read."""
    sources: list[Source] = []
    left_out: list[tuple[SourceId, str]] = []
    open_sources = list(configured)[::-1]
    while open_sources:
        source = open_sources.pop()
        sources.append(source)
        state = states.get(source.id)
        if source.follow and state and state.snapshot_id is not None:
            found = following(source, read(state.snapshot_id).records)
            open_sources += [child.source for child in reversed(found.children)]
            left_out += [(source.id, why) for why in found.left_out]
    return Watched(sources=tuple(sources), left_out=tuple(left_out))


def with_documents(chosen: Iterable[Source], everyone: Sequence[Source]) -> tuple[Source, ...]:
    """Those chosen, each once, each followed by the documents behind it."""
    found: dict[SourceId, Source] = {}
    for source in chosen:
        found[source.id] = source
        found |= {one.id: one for one in everyone if one.id.startswith(f"{source.id}/")}
    return tuple(found.values())


def list_of(source_id: SourceId, sources: Iterable[Source]) -> Source | None:
    """The configured list behind which a document was once watched that no longer is."""
    return next((one for one in sources if source_id.startswith(f"{one.id}/")), None)


class Plan:
    """In which order one run asks: a schedule before what it tells of, and a list before its documents, for its newest
    copy says which they are and where.

    A document whose record is new or changed is asked in the same run; one whose record is gone is no longer asked.
    """

    def __init__(self, sources: Sequence[Source], store: WatchStore) -> None:
        self._store = store
        self._place: dict[SourceId, tuple[int, ...]] = {one.id: (place,) for place, one in enumerate(sources)}
        self._behind: dict[SourceId, list[Source]] = {}
        self.first: tuple[Source, ...] = tuple(self._sorted(sources))

    def _sorted(self, sources: Iterable[Source]) -> Iterator[Source]:
        """The sources that wait for nobody; the others are put behind their lists."""
        for source in sources:
            before = source.parent if source.parent in self._place else source.schedule
            if before is not None and before in self._place:
                self._behind.setdefault(before, []).append(source)
            else:
                yield source

    def after(self, source: Source, accepted: Snapshot | None, state: WatchState) -> tuple[Source, ...]:
        """Whom to ask now that ``source`` is settled.

        ``accepted``: its new content, None when nothing new was accepted; ``state``: what was known before this run.
        """
        waiting = self._behind.pop(source.id, [])
        if not source.follow or accepted is None:
            return tuple(waiting)
        known = {child.source.id: child for child in self._before(source, state)}
        due = {one.id for one in waiting if one.parent == source.id}
        now = [
            child.source
            for child in following(source, accepted.records).children
            if child.source.id in due or (child.source.id not in self._place and known.get(child.source.id) != child)
        ]
        for number, one in enumerate(now):
            self._place.setdefault(one.id, (*self._place[source.id], number))
        return (*(one for one in waiting if one.parent != source.id), *now)

    def _before(self, source: Source, state: WatchState) -> tuple[Child, ...]:
        if state.snapshot_id is None:
            return ()
        return following(source, self._store.snapshot(state.snapshot_id).records).children

    def place(self, source: Source) -> tuple[int, ...]:
        """Sorts outcomes: as the sources were given, documents that joined on the way right behind their lists."""
        return self._place[source.id]
