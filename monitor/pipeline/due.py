"""Which sources a scheduled run must check now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.model.verdict import Check
from monitor.model.watch import WatchState
from monitor.pipeline.rulings import slot_of

FIRST_RETRY = timedelta(minutes=15)
"""Wait after a first failure; doubled with each further one, never longer than the source's own cadence. A host that
blocks us is thereby asked ever more rarely: asking again soon would prolong the block."""


def is_due(
    source: Source, state: WatchState, last_check_at: datetime | None, now: datetime, confirm_after: timedelta
) -> bool:
    """True when the current slot holds no verified check, a retry's wait is over, a removal waits to be
    confirmed, or a held copy to be looked at again: after a third of ``confirm_after`` and when it is over.
    """
    if last_check_at is None:
        return True
    if state.held is not None and any(
        last_check_at < look <= now for look in (state.held.since + confirm_after / 3, state.held.since + confirm_after)
    ):
        return True
    has_new_slot = slot_of(last_check_at, source.every) < slot_of(now, source.every)
    if state.failures_in_row:
        wait = min(FIRST_RETRY * (1 << min(state.failures_in_row - 1, 12)), source.every)
        # Each try begins a little late; were the slot's end not looked at, the sum would skip a slot some day.
        is_ending = slot_of(now, source.every) + source.every - now <= source.every / 5
        return now - last_check_at >= wait or (has_new_slot and is_ending)
    if any(now - since >= confirm_after for since in state.absences.values()):
        return True
    return has_new_slot


def due_sources(
    sources: Sequence[Source],
    states: Mapping[SourceId, WatchState],
    last_checks: Mapping[SourceId, Check],
    now: datetime,
    confirm_after: timedelta,
) -> tuple[Source, ...]:
    """Those of ``sources`` that are due now, in the given order."""
    return tuple(
        source
        for source in sources
        if is_due(
            source,
            states.get(source.id) or WatchState(source_id=source.id),
            last_checks[source.id].started_at if source.id in last_checks else None,
            now,
            confirm_after,
        )
    )
