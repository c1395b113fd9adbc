"""Sources on their way to the workers, host by host."""

from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition

from monitor.model.source import Source

AT_ONCE = 2
"""Sources of one host in the workers' hands: one being asked, one being read. A host is asked in turn and at its own
pace, so more of them would only stand in the way of other hosts."""


class Lanes:
    """A lane for each host. ``start`` hands a source to the workers; safe to call from any thread.

    ``most``: so many sources at most are handed over and not yet ``settled``. ``heavy``: while what is finished and not
    yet settled weighs so much, ``wait_for_room`` does not return.
    """

    def __init__(self, start: Callable[[Source], None], most: int, heavy: int) -> None:
        self._start = start
        self._most = most
        self._heavy = heavy
        self._waiting: dict[str, deque[Source]] = {}
        self._running: dict[str, int] = {}
        self._unsettled = 0
        self._weight = 0
        self._closed = False
        self._held_back: list[str] = []
        self._lock = Condition()

    def add(self, sources: Iterable[Source]) -> None:
        """Puts the sources into their lanes, and starts one of each host after the other where there is room."""
        with self._lock:
            met: dict[str, None] = {}
            for source in sources:
                host = _host(source)
                met[host] = None
                self._waiting.setdefault(host, deque()).append(source)
            for host in (*met,) * AT_ONCE:
                self._start_next(host)

    def wait_for_room(self) -> bool:
        """For a worker, before the work on a source: waits until what was brought before has been settled far enough.
        False once the lanes are closed.
        """
        with self._lock:
            self._lock.wait_for(lambda: self._weight < self._heavy or self._closed)
            return not self._closed

    def finished(self, source: Source, weight: int) -> None:
        """Gives the source's room to the next of its host; what it brought waits to be settled."""
        host = _host(source)
        with self._lock:
            self._weight += weight
            self._running[host] -= 1
            self._start_next(host)

    def settled(self, count: int, weight: int) -> None:
        """So many sources, of this weight together, are done with: others may begin."""
        with self._lock:
            self._unsettled -= count
            self._weight -= weight
            self._lock.notify_all()
            hosts, self._held_back = self._held_back, []
            for host in hosts:
                self._start_next(host)

    def close(self) -> None:
        """Nothing more is started, and nobody waits."""
        with self._lock:
            self._waiting.clear()
            self._closed = True
            self._lock.notify_all()

    def _start_next(self, host: str) -> None:
        lane = self._waiting.get(host)
        if not lane or self._running.get(host, 0) >= AT_ONCE:
            return
        if self._unsettled >= self._most:
            self._held_back.append(host)
            return
        self._unsettled += 1
        self._running[host] = self._running.get(host, 0) + 1
        self._start(lane.popleft())


def _host(source: Source) -> str:
    return source.host
