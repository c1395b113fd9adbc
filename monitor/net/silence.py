"""Hosts that did not answer a moment ago: whoever asks next is told so at once, and the host is left alone a while.

A list of sixty pages on one dead host would otherwise be sixty times the wait for its name, its port or its deadline.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from monitor.net.exchange import BrokenAnswer
from monitor.net.faults import Fault

SILENT_FOR = timedelta(minutes=5)
"""So long a host is not asked again. An hourly source misses nothing by it, a restarted server is soon found."""

_AT_ONCE = frozenset({"dns", "refused", "connect-timeout", "tls"})
_SLOW = "timeout"
_SLOW_PAGES = 2
"""One page that takes too long says little of its host; a second one without an answer between them does."""


@dataclass(slots=True)
class _Met:
    code: str
    reason: str
    at: datetime
    times: int = 1


class Silence:
    """What each host (as really asked) failed with last, for as long as that counts. Safe for many threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._met: dict[str, _Met] = {}
        self._lock = Lock()

    def check(self, host: str) -> None:
        """Raises the Fault that stands for asking ``host``, when it did not answer moments ago."""
        with self._lock:
            met = self._met.get(host)
        # Absolute: a clock that was set back must not prolong the silence.
        if met is None or abs(self._now() - met.at) >= SILENT_FOR:
            return
        if met.code in _AT_ONCE or met.times >= _SLOW_PAGES:
            raise Fault(met.code, f"{host} did not answer moments ago and was not asked again: {met.reason}")

    def answered(self, host: str) -> None:
        """Ends the silence: the host spoke."""
        with self._lock:
            self._met.pop(host, None)

    def failed(self, host: str, fault: Fault) -> None:
        """Notes a request that ended without an answer. One that broke off after its head came from a host that
        lives.
        """
        if isinstance(fault, BrokenAnswer):
            self.answered(host)
        elif fault.code in _AT_ONCE or fault.code == _SLOW:
            with self._lock:
                met = self._met.get(host)
                times = met.times + 1 if met is not None and met.code == fault.code else 1
                self._met[host] = _Met(fault.code, fault.reason, self._now(), times)
