"""The service itself: its parts have their turns until it is stopped; it says how it is to whoever asks or listens."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.app import House
from monitor.daemon.door import Door, page
from monitor.daemon.health import STALE_S, Event, Health, Level, Vitals
from monitor.daemon.leaving import Leaving, leave_key
from monitor.daemon.life import LOOK_S, Life
from monitor.daemon.metrics import Totals, exposition
from monitor.daemon.notify import notify
from monitor.daemon.rota import Rota
from monitor.daemon.shared import SharedStore
from monitor.daemon.switch import Switch
from monitor.daemon.tick import ClockWatch, Ears, Tick, told
from monitor.daemon.turns import Turn
from monitor.model.errors import ConfigError, StoreError, UsageError
from monitor.store import free_share, is_wanted

if TYPE_CHECKING:
    from monitor.store import Store

TICK_S = 30.0
DRAIN_S = 90.0
"""A stop waits so long for what is under way. Then the process ends all the same: a kill loses nothing either."""


@dataclass(slots=True)
class Service:
    """``reopen`` reads sources.yaml anew and raises ConfigError with every fault of it. ``notify_address`` is systemd's
    NOTIFY_SOCKET.
    """

    house: House
    reopen: Callable[[], House]
    say: Callable[[Event], None]
    tick_s: float = TICK_S
    notify_address: str | None = None
    totals: Totals = field(default_factory=Totals)
    _vitals: Vitals = field(default_factory=Vitals)
    _troubles: dict[str, str] = field(default_factory=dict)
    _life: Life = field(init=False)
    _refused: dict[str, float] = field(default_factory=dict)
    _has_watched: bool = False
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _reload: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _rota: Rota | None = None
    _shared: SharedStore | None = None
    _jumps: ClockWatch = field(default_factory=lambda: ClockWatch(monotonic=time.monotonic))
    _switch: Switch | None = None

    def run(self) -> None:
        """Blocks until ``stop``. Raises UsageError when the door's port is taken, StoreError when another serves."""
        with self.house.sole_service():
            door = self._open_door()
            self._look_for_the_key()
            self._switch = Switch(post=self._post, address=self._ping_address, monotonic=time.monotonic)
            self._shared = SharedStore(lambda: self.house.writer())
            self._make_rules_ready(self._shared)
            self._rota = self._parts()
            self._life = self._new_life()
            guard = threading.Thread(target=self._guard, name="watchdog", daemon=True)
            guard.start()
            try:
                self._switch.started()
                self._rota.run()
            finally:
                self._ended.set()
                guard.join()
                if door is not None:
                    door.close()
        self.say(Event("stopped", "Stopped; nothing was left half done."))

    def stop(self) -> None:
        """Begins nothing new; ``run`` returns when what is under way has ended, at the latest ``DRAIN_S`` later."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        notify(self.notify_address, "STOPPING=1")
        limit = threading.Timer(DRAIN_S, os._exit, (0,))
        limit.daemon = True
        limit.start()
        threading.Thread(target=self._shut_down, name="stop", daemon=True).start()

    def reload(self) -> None:
        """Has sources.yaml read anew before the next turn of the watch; that one comes at once."""
        self._reload.set()
        self._wake("watch")

    def health(self) -> Health:
        """How it is now."""
        age = self._life.oldest()[1] if self._has_watched else None
        trouble = next(iter(self._troubles.values()), None)
        return Health(
            beat_age_s=age, trouble=trouble, free_share=free_share(self.house.config.database), vitals=self._vitals
        )

    def _parts(self) -> Rota:
        parts = {
            "watch": self._watch,
            "digests": lambda: self._after_watching("digests", Turn.digests),
            "tell": lambda: self._take_turn("tell", Turn.tell),
            "keep": lambda: self._after_watching("keep", Turn.keep),
            "ping": self._ping,
        }
        return Rota(parts, self.tick_s, self.house.wall_clock.now, self.say, woken_only=frozenset({"ping"}))

    def _wake(self, part: str) -> None:
        if self._rota is not None and not self._stopping.is_set():
            self._rota.wake(part)

    def _shut_down(self) -> None:
        if self._rota is not None:
            self._rota.end()

    def _watch(self) -> None:
        if self._stopping.is_set():
            return
        if self._reload.is_set():
            self._reload.clear()
            self._read_settings()
        is_first = not self._has_watched
        self._take_turn("watch", lambda turn: turn.watch(self._jumps, first=is_first))
        self._has_watched = True
        if is_first:
            notify(self.notify_address, "READY=1")
            self._wake("digests")
        self._wake("ping")

    def _make_rules_ready(self, shared: SharedStore) -> None:
        """Faulty rule files stop the start only where none were judged by before."""
        house = self.house
        try:
            with shared.use() as store:
                said = house.rulebook.make_ready(store.rule_texts, house.clock(store).now())
        except StoreError:
            return  # told by the first turn, which tries both again
        if said:
            self.say(Event("rules", said, Level.WARNING))

    def _after_watching(self, part: str, do: Callable[[Turn], Tick]) -> None:
        """After a start what was missed is looked at before a digest tells of that time."""
        if self._has_watched:
            self._take_turn(part, do)
        else:
            self._life.sign(part)

    def _take_turn(self, part: str, do: Callable[[Turn], Tick]) -> None:
        if self._stopping.is_set() or self._shared is None:
            return
        if self._has_watched and self._gives_way():  # to a person's command; what is due stays due
            self._life.sign(part)
            return
        began, house = time.monotonic(), self.house
        ears = Ears(
            say=self.say,
            beat=lambda: self._life.sign(part),
            wake=lambda: self._wake("tell"),
            stopping=self._gives_way,
        )
        try:
            with self._shared.use() as store:
                done = do(Turn(house, store, house.clock(store), ears))
        except StoreError as fault:
            done = Tick() if self._may_pass(part, fault) else Tick(trouble=str(fault))
        except ConfigError as fault:
            done = Tick(trouble=str(fault))
        else:
            self._refused.pop(part, None)
        self._life.sign(part)
        self._account(part, done, time.monotonic() - began)

    def _gives_way(self) -> bool:
        """Nothing new is begun when the service is to stop, or a person's command waits for the database."""
        return self._stopping.is_set() or is_wanted(self.house.config.database)

    def _may_pass(self, part: str, fault: StoreError) -> bool:
        """A database that another process writes to (a person's check, say) is trouble only when that lasts."""
        since = self._refused.setdefault(part, time.monotonic())
        return fault.code == "locked" and time.monotonic() - since < STALE_S

    def _account(self, part: str, done: Tick, seconds: float) -> None:
        with self._counting:
            is_news = done.trouble is not None and done.trouble not in self._troubles.values()
            self._troubles.pop(part, None)
            if done.trouble is not None:
                self._troubles[part] = done.trouble
            self._vitals = done.vitals or self._vitals
            self.totals.add(done)
            if part == "watch":
                self.totals.watched(at=self.house.wall_clock.now(), seconds=seconds)
        if done.rules:
            self.say(Event("rules", done.rules, Level.WARNING))
        if is_news and done.trouble:
            self.say(Event("tick-failed", done.trouble, Level.ERROR, {"part": part}))
        elif done.trouble is None and not done.idle:
            self.say(told(done, seconds))

    def _ping(self) -> None:
        if self._switch is not None and self._switch.ticked(good=not self.health().faults) is False:
            self.say(Event("ping-failed", "The dead man's switch did not take the ping.", Level.WARNING))

    def _read_settings(self) -> None:
        """A faulty file is said and the settings in force stay in force; so does another database."""
        notify(self.notify_address, f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            house = self.reopen()
        except ConfigError as fault:
            for problem in fault.problems:
                self.say(Event("settings-refused", str(problem), Level.ERROR))
            self.say(Event("settings-kept", "The settings from before stay in force.", Level.WARNING))
        else:
            if house.config.database != self.house.config.database:
                words = (
                    "database: cannot change while the service runs; stop it and start it anew. Nothing was changed."
                )
                self.say(Event("settings-refused", words, Level.ERROR))
            else:
                self.house = house
                self.say(Event("settings", f"Watching {len(house.config.sources)} sources from now on."))
        notify(self.notify_address, "READY=1")

    def _new_life(self) -> Life:
        def alarm(event: Event) -> None:
            self.say(event)
            self._wake("ping")

        return Life(tell=lambda state: notify(self.notify_address, state), alarm=alarm)

    def _guard(self) -> None:
        while not self._ended.is_set():
            self._life.look(starting=not self._has_watched)
            self._ended.wait(LOOK_S)

    def _look_for_the_key(self) -> None:
        mail = self.house.config.mail
        if mail and mail.public_url and leave_key(self.house) is None:
            words = f"{mail.leave_key_name} is not set or too short: mails do not offer to be stopped with one click."
            self.say(Event("no-unsubscribe-key", words, Level.WARNING))

    def _open_door(self) -> Door | None:
        listen = self.house.config.service.listen
        if listen is None:
            return None
        host, port = listen
        try:
            leaving = Leaving(lambda: self.house, self._use, self._has_left)
            return Door(
                host, port, lambda path: leaving.page(path) or page(path, self.health(), self._metrics), leaving.post
            )
        except OSError as fault:
            what = f"serve.listen: {host}:{port} cannot be opened ({fault.strerror}); name another, or 'off'."
            raise UsageError(what) from fault

    def _use(self) -> "AbstractContextManager[Store]":
        """The database for the door, which is opened before there is one."""
        if self._shared is None:
            raise StoreError("locked", "the service has only just begun", str(self.house.config.database), "Try again.")
        return self._shared.use()

    def _has_left(self, recipient_id: str) -> None:
        words = f"{recipient_id} asked for no more mail and gets none; the others are told."
        self.say(Event("unsubscribed", words, Level.WARNING, {"recipient": recipient_id}))
        self._wake("tell")

    def _metrics(self) -> str:
        return exposition(self.totals, self.health())

    def _ping_address(self) -> str | None:
        name = self.house.config.service.ping_name
        try:
            return self.house.config.secret(name) if name else None
        except ConfigError as fault:
            self.say(Event("ping-failed", str(fault), Level.WARNING))
            return None

    def _post(self, url: str, timeout_s: float) -> bool:
        with self.house.borrowed_client() as client:
            status = client.post(url, b"", {}, timeout_s=timeout_s).status
        return status is not None and 200 <= status < 300
