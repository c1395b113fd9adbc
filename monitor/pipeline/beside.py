"""What other records say of the items of a change: the newest reading of the documents behind a list that are meant to
be shown beside the list's own news (``Follow.beside``).
"""

from collections.abc import Callable, Iterator
from itertools import islice

from msgspec.structs import replace

from monitor.model.difference import Act, Change
from monitor.model.digest import Beside
from monitor.model.ids import SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Source
from monitor.model.watch import WatchState
from monitor.pipeline.ports import WatchStore
from monitor.sources.following import following

MOST = 10
"""So many at most for one change."""

Latest = Callable[[SourceId], "tuple[WatchState, Snapshot | None] | None"]
"""What is known of a source that was ever checked: its state, and its newest accepted content."""


def latest_in(store: WatchStore) -> Latest:
    """Looked up in ``store``; the states are read once, when first asked for."""
    states: dict[SourceId, WatchState] = {}

    def latest(source_id: SourceId) -> tuple[WatchState, Snapshot | None] | None:
        if not states:
            states.update(store.states())
        state = states.get(source_id)
        if state is None:
            return None
        return state, None if state.snapshot_id is None else store.snapshot(state.snapshot_id)

    return latest


def beside(change: Change, source: Source, latest: Latest) -> tuple[Beside, ...]:
    """What is on record elsewhere of the change's items, removed ones left out; of at most ``MOST`` documents.

    A document that was asked for and never had is among them, without a time; one that was never asked for is not.
    """
    shown = tuple(follow for follow in source.follow if follow.beside)
    if not shown:
        return ()
    alone = replace(source, follow=shown)
    items = (one.after for one in change.differences if one.act is not Act.REMOVED)
    found = (one for item in items if isinstance(item, Record) for one in _of(item, alone, latest))
    return tuple(islice(found, MOST))


def _of(item: Record, source: Source, latest: Latest) -> Iterator[Beside]:
    for child in following(source, [item]).children:
        known = latest(child.source.id)
        if known is None:
            continue
        state, snapshot = known
        facts = tuple(fact for record in (snapshot.records if snapshot else ()) for fact in record.fields.items())
        yield Beside(
            key=item.key,
            source_id=child.source.id,
            source_name=child.source.name,
            url=child.source.official_url,
            seen_at=state.last_seen_at if snapshot else None,
            facts=tuple((name, value) for name, value in facts if value),
        )
