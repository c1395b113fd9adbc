"""Which sources a scheduled run must check now."""

from datetime import datetime, timedelta

from monitor.model.source import Source
from monitor.model.watch import WatchState
from monitor.pipeline.settle import slot_of

FIRST_RETRY = timedelta(minutes=15)
"""Wait after a first failure; doubled with each further one, never longer than the source's own cadence. A host that
blocks us is thereby asked ever more rarely: asking again soon would prolong the block."""


def is_due(
    source: Source, state: WatchState, last_check_at: datetime | None, now: datetime, confirm_after: timedelta
) -> bool:
    """True when the current slot holds no verified check, a retry's wait is over, or a removal waits to be
    confirmed.
    """
    if last_check_at is None:
        return True
    if state.failures_in_row:
        wait = min(FIRST_RETRY * (1 << min(state.failures_in_row - 1, 12)), source.every)
        return now - last_check_at >= wait
    if any(now - since >= confirm_after for since in state.absences.values()):
        return True
    return slot_of(last_check_at, source.every) < slot_of(now, source.every)
