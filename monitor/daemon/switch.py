"""The dead man's switch: a ping after each good tick, in the style of Healthchecks (``/start``, plain, ``/fail``).

Whoever waits for the pings raises the alarm when they stay away, for whatever reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

TRIES = 3
TIMEOUT_S = 10.0
EVERY_S = 60.0


@dataclass(slots=True)
class Switch:
    """``post`` sends to an address and says whether that was taken; ``address`` is a secret, None: no switch."""

    post: Callable[[str, float], bool]
    address: Callable[[], str | None]
    monotonic: Callable[[], float]
    _last: tuple[str, float] | None = field(default=None)

    def started(self) -> bool | None:
        """Says that the service has started; None when there is no switch."""
        return self._ping("/start")

    def ticked(self, *, good: bool) -> bool | None:
        """Pings after a tick that has committed, at most once a minute and when it turned; None: not yet time.

        A service that is not well says ``/fail`` once, and then keeps silent.
        """
        kind = "" if good else "/fail"
        if (
            self._last is not None
            and self._last[0] == kind
            and (not good or self.monotonic() - self._last[1] < EVERY_S)
        ):
            return None
        taken = self._ping(kind)
        if taken:
            self._last = kind, self.monotonic()
        return taken

    def _ping(self, kind: str) -> bool | None:
        address = self.address()
        if not address:
            return None
        return any(self.post(address.rstrip("/") + kind, TIMEOUT_S) for _ in range(TRIES))
