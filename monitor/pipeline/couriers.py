"""Sending side by side: each in a thread that carries nothing else, so that who hangs keeps nobody else waiting."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

Load = TypeVar("Load")
Report = TypeVar("Report")


class Couriers(Generic[Load, Report]):
    """Carries loads by ``carry``. Only the carrying leaves the caller's thread. Whoever is back takes the next load."""

    def __init__(self, carry: Callable[[Load], Report]) -> None:
        self._carry = carry
        self._back: SimpleQueue[Report | BaseException] = SimpleQueue()
        self._loads: SimpleQueue[tuple[Load] | None] = SimpleQueue()
        self._hired = 0
        self.away = 0
        """How many loads are on their way."""

    def send(self, load: Load) -> None:
        self.away += 1
        self._loads.put((load,))
        if self._hired < self.away:
            self._hired += 1
            # A daemon: whoever stops the program does not wait for a receiver that hangs.
            Thread(target=self._run, daemon=True, name="courier").start()

    def close(self) -> None:
        """Nothing more is to be carried: each courier goes, once he is back."""
        for _ in range(self._hired):
            self._loads.put(None)

    def back(self, wait_s: float | None) -> list[Report]:
        """Waits for one report, ``wait_s`` seconds at most, and returns it with those that came meanwhile. Raises what
        a carrying raised, after the reports before it have been returned.
        """
        reports: list[Report] = []
        while True:
            try:
                came = self._back.get(block=not reports, timeout=wait_s)
            except Empty:
                return reports
            if isinstance(came, BaseException):
                if not reports:
                    raise came
                self._back.put(came)
                return reports
            self.away -= 1
            reports.append(came)

    def _run(self) -> None:
        while (next_one := self._loads.get()) is not None:
            try:
                self._back.put(self._carry(*next_one))
            except BaseException as fault:  # noqa: BLE001 - a thread has nobody to raise to; the caller gets it in `back`
                self._back.put(fault)
