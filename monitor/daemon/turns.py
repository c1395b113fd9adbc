"""The four parts of the service, each with a thread of its own so that none waits for another: watching the sources,
closing digests, telling, keeping house. What is due lives in the database; a turn does it, and ends.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from monitor.app import register_settings
from monitor.daemon.health import Event, Level, Vitals, overdue
from monitor.daemon.housekeeping import keep_house
from monitor.daemon.tick import ClockWatch, Ears, Tick
from monitor.model.delivery import Sent
from monitor.model.errors import StoreError
from monitor.model.source import Source
from monitor.model.verdict import Trigger
from monitor.pipeline.due import due_sources
from monitor.pipeline.tell import tell
from monitor.pipeline.upkeep import ROOM
from monitor.store import free_share

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.net.client import HttpClient
    from monitor.pipeline.ports import Clock
    from monitor.pipeline.record import Polled
    from monitor.store import Store

MAX_JUMP_S = 60
MISSED = timedelta(minutes=5)

_Fields: TypeAlias = dict[str, str | int | float | None]


class _BeatingClock(Struct, frozen=True):
    clock: "Clock"
    beat: Callable[[], None]

    def now(self) -> datetime:
        self.beat()
        return self.clock.now()


class Turn(Struct, frozen=True):
    """One turn of a part, with the open database."""

    house: "House"
    store: "Store"
    clock: "Clock"
    ears: Ears

    def watch(self, jumps: ClockWatch | None = None, *, first: bool = False) -> Tick:
        """Checks the sources that are due, and reviews the problems.

        ``jumps``: a wall clock that jumped by over a minute since the last turn (it was set, or the machine slept) is
        audited; what is due lives in the database, so nothing else comes of it. ``first``: after a start, the time in
        which nothing was watched is named and audited.
        """
        self._notice_a_jump(jumps)
        rules = self.house.rulebook.make_ready(self.store.rule_texts, self.clock.now())
        register_settings(self.house, self.store, self.clock.now())
        sources = self._due()
        if first:
            self._name_the_gap(sources)
        polled: tuple[Polled, ...] = ()
        with self.house.client(self.store, self.clock) as client:
            if self._has_room():
                polled = self._poll(client, sources)
            self.house.problem_desk(self.store).review(self.clock.now())
            self.store.hosts.save_holds(client.holds())
        if polled:
            self.ears.wake()
        return Tick(
            checked=len(polled),
            unverified=sum(not one.check.ruling.verdict.verified for one in polled),
            changes=sum(len(one.changes) for one in polled),
            vitals=self._vitals(),
            rules=rules,
        )

    def digests(self) -> Tick:
        """Closes the periods and bundles whose time has come, and writes the feeds."""
        closed = len(self.house.periods(self.store).close_due(self.clock.now()))
        bundled = self.house.bundler(self.store).run(self.clock.now())
        if closed or bundled:
            self.ears.wake()
        feeds = self.house.feeds(self.store)
        trouble = feeds.write(self.clock.now()) if feeds is not None else None
        return Tick(digests=closed, trouble=trouble)

    def tell(self) -> Tick:
        """Sends what is due; a turn lasts as long as somebody's receiver is waited for, and sends to others meanwhile
        what becomes due.
        """
        with self.house.client(self.store, self.clock) as client:
            clock = _BeatingClock(self.clock, self.ears.beat)  # a sign of life before and after each telling
            desk = self.house.problem_desk(self.store)
            desk.review(self.clock.now())
            deliverer = self.house.deliverer(self.store, client, clock, stopping=self.ears.stopping)
            told = tell(desk, deliverer, self.clock.now)
        sent = sum(isinstance(one.outcome, Sent) for one in told)
        return Tick(sent=sent, unsent=len(told) - sent, vitals=self._vitals() if told else None)

    def keep(self) -> Tick:
        """Makes the backup of the day and reads all of the record when their time has come."""
        for event in keep_house(self.house, self.store, self.clock.now()):
            self.ears.say(event)
        return Tick()

    def _notice_a_jump(self, jumps: ClockWatch | None) -> None:
        jump_s = jumps.jump_s(self.house.wall_clock.now()) if jumps is not None else 0.0
        if abs(jump_s) > MAX_JUMP_S:
            with self.store.unit() as unit:
                unit.audit("clock-jump", "wall clock", {"jump_s": round(jump_s)}, at=self.clock.now())

    def _due(self) -> tuple[Source, ...]:
        wait = self.house.config.fetch.confirm_removal_after
        last = self.store.queries.last_checks()
        return due_sources(self.house.watched(self.store).sources, self.store.states(), last, self.clock.now(), wait)

    def _has_room(self) -> bool:
        free = free_share(self.house.config.database)
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
        if polled.changes:
            self.ears.wake()
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


def tick(house: "House", jumps: ClockWatch | None = None, ears: Ears | None = None, *, first: bool = False) -> Tick:
    """All four parts once, one after the other in one thread. A database that cannot be had is the tick's trouble.

    ``jumps`` and ``first``: see ``Turn.watch``.
    """
    ears = ears or Ears()
    try:
        with house.writer() as store:
            turn = Turn(house, store, house.clock(store), ears)
            done = turn.watch(jumps, first=first)
            for part in (turn.digests, turn.tell, turn.keep):
                if not ears.stopping():
                    done += part()
            return done
    except StoreError as fault:
        return Tick(trouble=str(fault))
