"""The service: APScheduler ticks, and nothing else. What is due lives in the database, so a missed tick loses nothing.

Each tick opens the database, checks the due sources, closes the digest's period when its time has come, sends what is
due, and lets go of the database again, so that a person's ``check`` gets its turn between two ticks. A tick that fails
is reported, and the next one tries again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.app import House
from monitor.model.delivery import Sent
from monitor.model.errors import StoreError
from monitor.model.verdict import Trigger
from monitor.pipeline.due import due_sources
from monitor.pipeline.tell import tell

if TYPE_CHECKING:
    from apscheduler.schedulers.blocking import BlockingScheduler

TICK_S = 30
MAX_JUMP_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What one tick did.

    ``trouble``: why it could do nothing, when that was so. ``rules``: what there is to say of edited rule files.
    """

    checked: int = 0
    unverified: int = 0
    changes: int = 0
    digests: int = 0
    sent: int = 0
    unsent: int = 0
    trouble: str | None = None
    rules: str | None = None

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.checked or self.digests or self.sent or self.unsent or self.trouble or self.rules)


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


def tick(house: House, watch: ClockWatch | None = None) -> Tick:
    """Checks what is due and sends what is due, once. A database that cannot be had is the tick's trouble.

    ``watch``: a wall clock that jumped by over a minute since the last tick (it was set, or the machine slept) is
    audited; what is due lives in the database, so nothing else comes of it.
    """
    rules = house.reread_rules()
    try:
        with house.writer() as store:
            clock = house.clock(store)
            jump_s = watch.jump_s(house.wall_clock.now()) if watch is not None else 0.0
            if abs(jump_s) > MAX_JUMP_S:
                with store.unit() as unit:
                    unit.audit("clock-jump", "wall clock", {"jump_s": round(jump_s)}, at=clock.now())
            wait = house.config.fetch.confirm_removal_after
            last = store.queries.last_checks()
            sources = due_sources(house.watched(store).sources, store.states(), last, clock.now(), wait)
            with house.client(store, clock) as client:
                polled = house.poll(store, client, clock).run(sources, Trigger.SCHEDULE)
                desk = house.problem_desk(store)
                desk.review(clock.now())
                closed = house.periods(store).close_due(clock.now())
                house.bundler(store).run(clock.now())
                told = tell(desk, house.deliverer(store, client, clock), clock.now)
                feeds = house.feeds(store)
                trouble = feeds.write(clock.now()) if feeds is not None else None
                store.hosts.save_holds(client.holds())
    except StoreError as fault:
        return Tick(trouble=str(fault), rules=rules)
    sent = sum(isinstance(one.outcome, Sent) for one in told)
    return Tick(
        rules=rules,
        checked=len(polled),
        unverified=sum(not one.check.ruling.verdict.verified for one in polled),
        changes=sum(len(one.changes) for one in polled),
        digests=len(closed),
        sent=sent,
        unsent=len(told) - sent,
        trouble=trouble,
    )


def schedule(house: House, on_tick: Callable[[Tick], None], *, tick_s: float = TICK_S) -> "BlockingScheduler":
    """A scheduler that ticks at once and then every ``tick_s`` seconds; ``start()`` blocks until ``shutdown()``.

    Late and missed ticks run once (``coalesce``, no grace limit), never two side by side.
    """
    # Imported here: only the service needs it.
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.blocking import BlockingScheduler

    watch = ClockWatch(monotonic=time.monotonic)
    scheduler = BlockingScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
    scheduler.add_job(
        lambda: on_tick(tick(house, watch)),
        "interval",
        seconds=tick_s,
        next_run_time=house.wall_clock.now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    return scheduler
