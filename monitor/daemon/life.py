"""Signs of life of the service's parts: what systemd is told while there are any, and the alarm when one is missing."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.daemon.health import STALE_S, Event, Level

LOOK_S = 5.0
"""So often it is looked."""

AWAITED = ("watch", "digests", "tell")
"""The parts of which a sign of life is expected. Nothing waits for the keeping of the house, and it may take long."""


@dataclass(slots=True, kw_only=True)
class Life:
    """``tell`` takes what sd_notify(3) calls a state, ``alarm`` an event. It begins with a sign of every part."""

    tell: Callable[[str], None]
    alarm: Callable[[Event], None]
    monotonic: Callable[[], float] = time.monotonic
    _beats: dict[str, float] = field(init=False)
    _is_hung: bool = False

    def __post_init__(self) -> None:
        self._beats = dict.fromkeys(AWAITED, self.monotonic())

    def sign(self, part: str) -> None:
        """That part is at work."""
        if part in self._beats:
            self._beats[part] = self.monotonic()

    def oldest(self) -> tuple[str, float]:
        """The part that gave a sign longest ago, and how many seconds ago."""
        part, beat = min(self._beats.items(), key=lambda one: one[1])
        return part, self.monotonic() - beat

    def look(self, *, starting: bool) -> None:
        """Pings systemd's watchdog, or says once that a part hangs. ``starting``: the first look at the sources is on;
        it lasts long when many of them were never read, and systemd is asked for patience meanwhile.
        """
        part, age = self.oldest()
        if age <= STALE_S:
            self._is_hung = False
            self.tell("WATCHDOG=1" + (f"\nEXTEND_TIMEOUT_USEC={STALE_S * 1e6:.0f}" if starting else ""))
        elif not self._is_hung:
            self._is_hung = True
            words = f"No sign of life for {age:.0f} s ({part})."
            self.alarm(Event("hangs", words, Level.ERROR, {"seconds": round(age), "part": part}))
