"""The baseline read anew from its stored bytes when the reader was mended or the entry edited; it tells nobody."""

from msgspec.structs import replace

from monitor.compare.absences import carry_over
from monitor.compare.entries import read_as
from monitor.compare.partial import completed
from monitor.compare.vetting import judge_snapshot
from monitor.compose.wording import count
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.pages import join
from monitor.pipeline.ports import Extractor, WatchStore


def read_anew(store: WatchStore, extractor: Extractor, source: Source, state: WatchState) -> Snapshot | Ruling | None:
    """None: it was read as it would be now, or a mended reader refuses the bytes, and the old reading stays in force.
    A ruling: the entry as it was edited finds nothing in them, or not what its contract asks for.
    """
    as_now, was_edited = read_as(source), state.read_as is not None and state.read_as != read_as(source)
    if state.snapshot_id is None or (state.extractor_version, state.read_as) == (extractor.version, as_now):
        return None
    try:
        fresh = join([extractor.extract(page, source) for page in store.pages(state.snapshot_id)])
    except Unreadable as fault:
        return _unfit(fault.code, fault.reason) if was_edited else None
    if was_edited and (found := judge_snapshot(fresh, None, source.contract, sliding=source.sliding)):
        return _unfit(found.code, found.reason)
    if fresh.partial:
        return completed(store.snapshot(state.snapshot_id), fresh)
    if source.sliding or state.absences:
        old = store.snapshot(state.snapshot_id)
        if not was_edited or {one.key for one in old.records} & {one.key for one in fresh.records}:
            return carry_over(old, fresh)
    return fresh


def said_anew(ruling: Ruling, source: Source, reread: Snapshot) -> Ruling:
    """A check that found nothing new, with what the new reading holds."""
    held = count(reread.size, source.noun)
    reason = f"{ruling.reason} The reader or the entry was changed: the stored copy was read anew and holds {held}."
    return replace(ruling, reason=reason)


def _unfit(code: str, reason: str) -> Ruling:
    words = f"The entry was edited, and the stored copy cannot be read as it says now: {reason}"
    return Ruling(verdict=Verdict.SUSPECT, code=code, reason=words)
