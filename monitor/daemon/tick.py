"""What a tick did, and who listens to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from monitor.daemon.health import Event, Vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What one tick did, or one part of it. ``trouble``: why it could do nothing, or write no feeds. ``rules``: what
    there is to say of edited rule files. ``vitals``: what the record said afterwards, when that was asked.
    """

    checked: int = 0
    unverified: int = 0
    changes: int = 0
    digests: int = 0
    sent: int = 0
    unsent: int = 0
    trouble: str | None = None
    rules: str | None = None
    vitals: Vitals | None = field(default=None, compare=False)

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.checked or self.digests or self.sent or self.unsent or self.trouble or self.rules)

    def __add__(self, later: "Tick") -> "Tick":
        return Tick(
            checked=self.checked + later.checked,
            unverified=self.unverified + later.unverified,
            changes=self.changes + later.changes,
            digests=self.digests + later.digests,
            sent=self.sent + later.sent,
            unsent=self.unsent + later.unsent,
            trouble=self.trouble or later.trouble,
            rules=self.rules or later.rules,
            vitals=later.vitals or self.vitals,
        )


@dataclass(slots=True)
class ClockWatch:
    """Compares the wall clock with the machine's own count of seconds from one tick to the next."""

    monotonic: Callable[[], float]
    last: tuple[datetime, float] | None = None

    def jump_s(self, now: datetime) -> float:
        """By how many seconds the wall clock moved against the count since the last call; 0 at the first."""
        counted = self.monotonic()
        before, self.last = self.last, (now, counted)
        return 0.0 if before is None else (now - before[0]).total_seconds() - (counted - before[1])


class Ears(Struct, frozen=True, kw_only=True):
    """Who listens to a tick: ``say`` gets its events, ``beat`` is called whenever something was committed, ``wake``
    when there may be something new to tell, ``stopping`` is asked before anything new is begun.
    """

    say: Callable[[Event], None] = lambda _: None
    beat: Callable[[], None] = lambda: None
    wake: Callable[[], None] = lambda: None
    stopping: Callable[[], bool] = lambda: False


def told(done: Tick, seconds: float) -> Event:
    """What a turn did, as an event: only what it did, so that the parts can be told apart."""
    counts = {
        "checked": done.checked,
        "unverified": done.unverified,
        "changes": done.changes,
        "digests": done.digests,
        "sent": done.sent,
        "unsent": done.unsent,
    }
    words = {"unsent": "not sent"}
    watched = f"{done.checked} checked, {done.unverified} unverified, {done.changes} changes" if done.checked else ""
    rest = [f"{counts[name]} {words.get(name, name)}" for name in ("digests", "sent", "unsent") if counts[name]]
    return Event(
        "tick", ", ".join([watched, *rest] if watched else rest), fields={**counts, "seconds": round(seconds, 3)}
    )
