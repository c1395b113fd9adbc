"""Manners towards one host: one request at a time, a pause between two, and none before its Retry-After has passed."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(hours=24)
_PART_S = 0.5
"""At most so long is waited between the parts of one page, which a browser would ask for all at once."""


class _Lane:
    __slots__ = ("lock", "next_part", "next_start")

    def __init__(self) -> None:
        self.lock = Lock()
        self.next_start = 0.0
        self.next_part = 0.0


class Pace:
    """A lane for each host. ``monotonic`` and ``sleep`` are the caller's clock and its way to wait (seconds)."""

    def __init__(
        self, pace_s: float, jitter_s: float, *, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._pace_s = pace_s
        self._jitter_s = jitter_s
        self._monotonic = monotonic
        self._sleep = sleep
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)
        self._lanes_lock = Lock()

    @contextmanager
    def turn(self, host: str, *, is_part: bool = False) -> Iterator[None]:
        """Waits until the host may be asked; inside, nobody else asks it. ``is_part``: for a part of a page."""
        with self._lanes_lock:
            lane = self._lanes[host]
        with lane.lock:
            wait_s = (lane.next_part if is_part else lane.next_start) - self._monotonic()
            if wait_s > 0:
                self._sleep(wait_s)
            # Jitter keeps many installations from falling into step; nothing secret hangs on it.
            lane.next_start = self._monotonic() + self._pace_s + random.uniform(0, self._jitter_s)  # noqa: S311
            lane.next_part = self._monotonic() + min(self._pace_s, _PART_S)
            yield


class Holds:
    """Until when each host has asked to be left alone."""

    def __init__(self, holds: Mapping[str, datetime]) -> None:
        self._until = dict(holds)
        self._lock = Lock()

    def active(self, host: str, now: datetime) -> datetime | None:
        """The end of the host's hold when it has not passed."""
        until = self._until.get(host)
        return until if until and until > now else None

    def note(self, host: str, status: int, retry_after: str | None, now: datetime) -> None:
        """Holds the host when a 429 or 503 names a time; a shorter one never cuts a longer one."""
        pause = retry_pause(retry_after, now) if status in (429, 503) else None
        if pause is None:
            return
        with self._lock:
            self._until[host] = max(now + pause, self._until.get(host, now))

    def snapshot(self) -> dict[str, datetime]:
        with self._lock:
            return dict(self._until)


def retry_pause(value: str | None, now: datetime) -> timedelta | None:
    """The pause a Retry-After asks for (seconds or an HTTP date, RFC 9110 10.2.3), held between 1 s and 24 h.

    None when there is none or it cannot be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return max(_SHORTEST, timedelta(seconds=min(int(text[:9]), 86400)))
    try:
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(_LONGEST, max(_SHORTEST, at - now))
    except (ValueError, OverflowError, TypeError):
        return None
