"""A check that finds nothing new says since when nothing new was due, where the publisher keeps a schedule."""

from msgspec.structs import replace

from monitor.model.ids import SourceId
from monitor.model.verdict import Verdict
from monitor.pipeline.ports import WatchStore
from monitor.pipeline.record import Prepared

_NOTHING_NEW = frozenset({Verdict.SAME, Verdict.NOT_MODIFIED})


def with_schedule(prepared: Prepared, store: WatchStore) -> Prepared:
    """The check with the schedule's own words behind its reason; as it is when something changed or failed."""
    schedule, ruling = prepared.gathered.source.schedule, prepared.check.ruling
    if schedule is None or ruling.verdict not in _NOTHING_NEW:
        return prepared
    reason = f"{ruling.reason} {_words_of(schedule, store)}".strip()
    return replace(prepared, check=replace(prepared.check, ruling=replace(ruling, reason=reason)))


def _words_of(schedule: SourceId, store: WatchStore) -> str:
    """The name of the schedule's one record, which says when the data were refreshed; "" before its baseline."""
    state = store.states().get(schedule)
    if state is None or state.snapshot_id is None:
        return ""
    return " ".join(record.label for record in store.snapshot(state.snapshot_id).records[:1])
