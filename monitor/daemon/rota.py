"""When the parts of the service have their turns: APScheduler ticks, each part in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.daemon.health import Event, Level

if TYPE_CHECKING:
    from apscheduler.schedulers.blocking import BlockingScheduler


class _Relay(logging.Handler):
    """Passes the scheduler's errors on as events: the kind of fault and its message, no traceback. That a turn was
    skipped because the one before still ran is no error.
    """

    def __init__(self, say: Callable[[Event], None]) -> None:
        super().__init__(logging.ERROR)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        words = f"{record.getMessage()}: {type(fault).__name__}: {fault}" if fault else record.getMessage()
        self._say(Event("internal", words, Level.ERROR))


@dataclass(slots=True)
class Rota:
    """``parts`` by name: what each does in its turn, every ``every_s`` seconds and when it is woken. A part never has
    two turns at the same time; late and missed ones become one.
    """

    parts: Mapping[str, Callable[[], None]]
    every_s: float
    now: Callable[[], datetime]
    say: Callable[[Event], None]
    woken_only: frozenset[str] = frozenset()
    _scheduler: "BlockingScheduler | None" = None
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Blocks until ``end``; each part has its first turn at once."""
        # Imported here: only the service needs it.
        from apscheduler.events import EVENT_SCHEDULER_STARTED
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.blocking import BlockingScheduler

        log = logging.getLogger("apscheduler")
        log.propagate, log.handlers = False, [_Relay(self.say)]
        pools = {name: ThreadPoolExecutor(1) for name in self.parts}
        self._scheduler = BlockingScheduler(executors=pools, timezone="UTC")
        for name, part in self.parts.items():
            if name not in self.woken_only:
                self._scheduler.add_job(
                    part,
                    "interval",
                    id=name,
                    executor=name,
                    seconds=self.every_s,
                    next_run_time=self.now(),
                    coalesce=True,
                    max_instances=1,
                    misfire_grace_time=None,
                )
        self._scheduler.add_listener(self._end_if_over, EVENT_SCHEDULER_STARTED)
        self._scheduler.start()

    def wake(self, name: str) -> None:
        """Has the part take a turn at once; when it is in one, another behind it."""
        if self._scheduler is not None:
            # One may be at work and one wait behind it in the part's only thread: a third would find nothing to do.
            self._scheduler.add_job(
                self.parts[name],
                "date",
                id=f"{name}-now",
                executor=name,
                run_date=self.now(),
                replace_existing=True,
                max_instances=2,
                misfire_grace_time=None,
            )

    def end(self) -> None:
        """Begins no further turn; waits for those under way."""
        from apscheduler.schedulers import SchedulerNotRunningError

        self._over.set()
        if self._scheduler is not None:
            with suppress(SchedulerNotRunningError):  # it has not started yet, or has been ended already
                self._scheduler.shutdown(wait=True)

    def _end_if_over(self, _: object) -> None:
        """It was ended before it had begun."""
        if self._over.is_set():
            self.end()
