"""How the service is: what a tick saw, what is wrong with it now, and the events it tells."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.model.watch import WatchState
from monitor.pipeline.upkeep import ROOM

STALE_S = 180.0
"""A service that has shown no sign of life for so long hangs."""

LIMIT = 2
"""A source is beyond its limit when its last verified check is older than so many times its cadence."""


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Event(Struct, frozen=True):
    """Something that happened, in words and as fields. No field ever holds a secret or the text of a page."""

    name: str
    words: str
    level: Level = Level.INFO
    fields: Mapping[str, str | int | float | None] = field(default_factory=dict)


class Vitals(Struct, frozen=True, kw_only=True):
    """What the record said at the end of a tick. ``last_good``: when each watched source was last verified."""

    last_good: Mapping[SourceId, datetime | None] = field(default_factory=dict)
    overdue: tuple[SourceId, ...] = ()
    deliveries: Mapping[str, int] = field(default_factory=dict)
    open_problems: int = 0


class Health(Struct, frozen=True, kw_only=True):
    """How the service is now. ``beat_age_s``: since its last sign of life, None before the first tick ended;
    ``trouble``: why the last tick could not have the database, or write what it must.
    """

    beat_age_s: float | None
    trouble: str | None
    free_share: float
    vitals: Vitals

    @property
    def faults(self) -> tuple[str, ...]:
        """Each reason for which it is not ready, as a sentence; none when all is well."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[str]:
        if self.beat_age_s is None:
            yield "The first tick has not ended yet."
        elif self.beat_age_s > STALE_S:
            yield f"The last sign of life is {self.beat_age_s:.0f} s old."
        if self.trouble:
            yield f"The last tick had trouble: {self.trouble}"
        if self.free_share < ROOM:
            yield f"Only {self.free_share:.1%} of the disk is free; nothing is fetched until there is more."
        if self.vitals.overdue:
            named = ", ".join(self.vitals.overdue[:5])
            yield f"{len(self.vitals.overdue)} sources are beyond their limit: {named}."
        if dead := self.vitals.deliveries.get("dead"):
            yield f"{dead} deliveries failed for good: cmaa-monitor deliveries list."


def overdue(sources: Sequence[Source], states: Mapping[SourceId, WatchState], now: datetime) -> tuple[SourceId, ...]:
    """The sources whose last verified check is too old, or that never had one."""
    return tuple(source.id for source in sources if _is_overdue(source, states.get(source.id), now))


def _is_overdue(source: Source, state: WatchState | None, now: datetime) -> bool:
    if state is None or state.last_good_at is None:
        return True
    return now - state.last_good_at > max(LIMIT * source.every, timedelta(seconds=STALE_S))
