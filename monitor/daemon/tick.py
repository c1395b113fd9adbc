"""One tick: opens the database, checks the due sources, closes the digests whose time has come, sends what is due,
keeps house, and lets go of the database again, so that a person's ``check`` gets its turn between two ticks. A tick
that fails is reported, and the next one tries again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from shutil import disk_usage
from typing import TYPE_CHECKING, TypeAlias

from monitor.app import House
from monitor.daemon.health import ROOM, Event, Level, Vitals, overdue
from monitor.daemon.housekeeping import keep_house
from monitor.model.delivery import Sent
from monitor.model.errors import StoreError
from monitor.model.source import Source
from monitor.model.verdict import Trigger
from monitor.pipeline.due import due_sources
from monitor.pipeline.tell import tell

if TYPE_CHECKING:
    from monitor.net.client import HttpClient
    from monitor.pipeline.deliver import Told
    from monitor.pipeline.ports import Clock
    from monitor.pipeline.record import Polled
    from monitor.store import Store

MAX_JUMP_S = 60
MISSED = timedelta(minutes=5)

_Fields: TypeAlias = dict[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What one tick did. ``trouble``: why it could do nothing, or write no feeds. ``rules``: what there is to say of
    edited rule files.
    """

    checked: int = 0
    unverified: int = 0
    changes: int = 0
    digests: int = 0
    sent: int = 0
    unsent: int = 0
    trouble: str | None = None
    rules: str | None = None
    vitals: Vitals = field(default_factory=Vitals, compare=False)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who listens to a tick: ``say`` gets its events, ``beat`` is called whenever something was committed, ``stopping``
    is asked before anything new is begun.
    """

    say: Callable[[Event], None] = lambda _: None
    beat: Callable[[], None] = lambda: None
    stopping: Callable[[], bool] = lambda: False


def tick(house: House, watch: ClockWatch | None = None, ears: Ears | None = None, *, first: bool = False) -> Tick:
    """Checks what is due and sends what is due, once. A database that cannot be had is the tick's trouble.

    ``watch``: a wall clock that jumped by over a minute since the last tick (it was set, or the machine slept) is
    audited; what is due lives in the database, so nothing else comes of it. ``first``: after a start, the time in which
    nothing was watched is named and audited.
    """
    ears = ears or Ears()
    rules = house.rulebook.reread()
    try:
        with house.writer() as store:
            clock = house.clock(store)
            jump_s = watch.jump_s(house.wall_clock.now()) if watch is not None else 0.0
            if abs(jump_s) > MAX_JUMP_S:
                with store.unit() as unit:
                    unit.audit("clock-jump", "wall clock", {"jump_s": round(jump_s)}, at=clock.now())
            return replace(_Turn(house, store, clock, ears).run(first=first), rules=rules)
    except StoreError as fault:
        return Tick(trouble=str(fault), rules=rules)


@dataclass(frozen=True)
class _BeatingClock:
    clock: "Clock"
    beat: Callable[[], None]

    def now(self) -> datetime:
        self.beat()
        return self.clock.now()


@dataclass(frozen=True)
class _Turn:
    """One tick that has the database."""

    house: House
    store: "Store"
    clock: "Clock"
    ears: Ears

    def run(self, *, first: bool) -> Tick:
        sources = self._due()
        if first:
            self._name_the_gap(sources)
        polled: tuple[Polled, ...] = ()
        told: tuple[Told, ...] = ()
        closed = 0
        with self.house.client(self.store, self.clock) as client:
            if self._has_room():
                polled = self._poll(client, sources)
            desk = self.house.problem_desk(self.store)
            desk.review(self.clock.now())
            if not self.ears.stopping():
                closed = len(self.house.periods(self.store).close_due(self.clock.now()))
                self.house.bundler(self.store).run(self.clock.now())
                told = tell(desk, self.house.deliverer(self.store, client, self._beating()), self.clock.now)
            feeds = self.house.feeds(self.store)
            trouble = feeds.write(self.clock.now()) if feeds is not None else None
            self.store.hosts.save_holds(client.holds())
        if not self.ears.stopping():
            for event in keep_house(self.house, self.store, self.clock.now()):
                self.ears.say(event)
        sent = sum(isinstance(one.outcome, Sent) for one in told)
        return Tick(
            checked=len(polled),
            unverified=sum(not one.check.ruling.verdict.verified for one in polled),
            changes=sum(len(one.changes) for one in polled),
            digests=closed,
            sent=sent,
            unsent=len(told) - sent,
            trouble=trouble,
            vitals=self._vitals(),
        )

    def _due(self) -> tuple[Source, ...]:
        wait = self.house.config.fetch.confirm_removal_after
        last = self.store.queries.last_checks()
        return due_sources(self.house.watched(self.store).sources, self.store.states(), last, self.clock.now(), wait)

    def _has_room(self) -> bool:
        free = free_share(self.house)
        if free >= ROOM:
            return True
        words = f"Only {free:.1%} of the disk is free: nothing is fetched until there is more. What is due is told."
        self.ears.say(Event("disk-full", words, Level.ERROR, {"free_share": round(free, 4)}))
        return False

    def _poll(self, client: "HttpClient", sources: tuple[Source, ...]) -> "tuple[Polled, ...]":
        poll = self.house.poll(self.store, client, self.clock, stopping=self.ears.stopping)
        return poll.run(sources, Trigger.SCHEDULE, self._checked)

    def _checked(self, polled: "Polled") -> None:
        self.ears.beat()
        check = polled.check
        verdict, code = check.ruling.verdict.value, check.ruling.code
        level = Level.INFO if check.ruling.verdict.verified else Level.WARNING
        fields: _Fields = {
            "source": check.source_id,
            "check": check.id,
            "verdict": verdict,
            "code": code,
            "seconds": round((check.ended_at - check.started_at).total_seconds(), 3),
            "items": check.items,
            "changes": len(polled.changes),
        }
        self.ears.say(Event("check", f"{check.source_id}: {verdict} ({code})", level, fields))

    def _beating(self) -> "Clock":
        """The clock, which shows a sign of life whenever it is looked at: before and after each telling."""
        return _BeatingClock(self.clock, self.ears.beat)

    def _name_the_gap(self, sources: tuple[Source, ...]) -> None:
        """Audits for how long nothing was watched, when a slot was missed meanwhile."""
        last = max((one.ended_at for one in self.store.queries.last_checks().values()), default=None)
        now = self.clock.now()
        if last is None or not sources or now - last < min(source.every for source in sources) + MISSED:
            return
        fields: _Fields = {"since": last.isoformat(), "until": now.isoformat(), "due": len(sources)}
        with self.store.unit() as unit:
            unit.audit("downtime", "service", dict(fields), at=now)
        words = (
            f"Nothing was checked from {last:%Y-%m-%d %H:%M} to {now:%Y-%m-%d %H:%M} UTC; {len(sources)} are due now."
        )
        self.ears.say(Event("downtime", words, Level.WARNING, fields))

    def _vitals(self) -> Vitals:
        states, sources = self.store.states(), self.house.watched(self.store).sources
        good = {one.id: states[one.id].last_good_at if one.id in states else None for one in sources}
        return Vitals(
            last_good=good,
            overdue=overdue(sources, states, self.clock.now()),
            deliveries={state.value: n for state, n in self.store.outbox.counts().items()},
            open_problems=len(self.store.queries.open_problems()),
        )


def free_share(house: House) -> float:
    """The share of the database's disk that is free, from 0 to 1."""
    home = next(folder for folder in house.config.database.parents if folder.exists())
    usage = disk_usage(home)
    return usage.free / usage.total if usage.total else 1.0
