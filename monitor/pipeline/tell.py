"""Telling what is due: in one go, or beside a poll that goes on. What cannot be told is a problem of which others are
told at once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread

from monitor.pipeline.deliver import Deliverer, Told
from monitor.pipeline.problems import ProblemDesk

LEAVE_S = 5.0
"""When the poll ends by an error (Ctrl-C, a full disk), what is on its way is waited for so long. A row cut off keeps
its attempt on record and is tried again under the same id."""


def tell(desk: ProblemDesk, deliverer: Deliverer, now: Callable[[], datetime]) -> tuple[Told, ...]:
    """Sends what is due. When a delivery died of it, or its receiver is gone, others are told so in the same go."""
    return deliverer.run(given_up=lambda: desk.review(now()))


@dataclass(slots=True)
class Herald:
    """Tells in a thread of its own whenever it is woken, and once more at the end. ``told`` is whole after the block
    of ``telling``.
    """

    go: Callable[[], tuple[Told, ...]]
    told: list[Told] = field(default_factory=list)
    _woken: Event = field(default_factory=Event)
    _leaving: bool = False
    _fault: BaseException | None = None

    def wake(self) -> None:
        """There may be something new to tell."""
        self._woken.set()

    def run(self) -> None:
        """The thread's work, until ``leave``."""
        leaving = False
        try:
            while not leaving:
                self._woken.wait()
                self._woken.clear()
                leaving = self._leaving
                self.told += self.go()
        except BaseException as fault:  # noqa: BLE001 - a thread has nobody to raise to; `check` gets it
            self._fault = fault

    def leave(self) -> None:
        """Ends the thread after one more telling."""
        self._leaving = True
        self._woken.set()

    def check(self) -> None:
        """Raises what ended the thread before its time."""
        if self._fault is not None:
            raise self._fault


@contextmanager
def telling(
    desk: ProblemDesk, deliverer: Callable[[Callable[[], bool]], Deliverer], now: Callable[[], datetime]
) -> Iterator[Herald]:
    """While the block runs, what it puts into the outbox is told as soon as ``wake`` says so; at its end all that is
    due. ``deliverer`` makes one that begins nothing more once the given question is answered with yes.

    A block that ends by an error has nothing more told.
    """
    broken = Event()
    sending = deliverer(broken.is_set)
    herald = Herald(lambda: tell(desk, sending, now))
    thread = Thread(target=herald.run, name="herald", daemon=True)
    thread.start()
    try:
        yield herald
    except BaseException:  # Ctrl-C too; it goes on its way below
        broken.set()
        herald.leave()
        thread.join(LEAVE_S)
        raise
    herald.leave()
    thread.join()
    herald.check()
