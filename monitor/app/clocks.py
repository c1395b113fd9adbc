"""The one place that looks at the clock, and the clock that only a demo database has."""

from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import Struct


class SystemClock(Struct, frozen=True):
    """The wall clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the one clock


@dataclass(slots=True)
class DemoClock:
    """A clock that stands where it was set; exists only beside a demo database."""

    at: datetime

    def now(self) -> datetime:
        return self.at
