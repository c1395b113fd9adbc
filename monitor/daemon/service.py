"""The service itself: ticks until it is stopped, and says how it is to whoever asks or listens."""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.app import House
from monitor.daemon.door import Door, page
from monitor.daemon.health import STALE_S, Event, Health, Level, Vitals
from monitor.daemon.metrics import Totals, exposition
from monitor.daemon.notify import notify
from monitor.daemon.switch import Switch
from monitor.daemon.tick import ClockWatch, Ears, Tick, free_share, tick
from monitor.model.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from apscheduler.schedulers.blocking import BlockingScheduler

TICK_S = 30.0
DRAIN_S = 90.0
"""A stop waits so long for what is under way. Then the process ends all the same: a kill loses nothing either."""

_LOOK_S = 5.0


class _Relay(logging.Handler):
    """Passes the scheduler's errors on as events: the kind of fault and its message, no traceback. That a tick was
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
    _trouble: str | None = None
    _beat: float | None = None
    _hung: bool = False
    _reload: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _scheduler: "BlockingScheduler | None" = None
    _watch: ClockWatch = field(default_factory=lambda: ClockWatch(monotonic=time.monotonic))
    _switch: Switch | None = None

    def run(self) -> None:
        """Blocks until ``stop``. Raises UsageError when the door's port is taken, StoreError when another serves."""
        with self.house.sole_service():
            self.house.rulebook.reread()
            door = self._open_door()
            self._switch = Switch(post=self._post, address=self._ping_address, monotonic=time.monotonic)
            guard = threading.Thread(target=self._guard, name="watchdog", daemon=True)
            guard.start()
            try:
                self._switch.started()
                self._schedule().start()
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
        """Has sources.yaml read anew before the next tick; that one comes at once."""
        self._reload.set()
        if self._scheduler is not None:
            self._scheduler.modify_job("tick", next_run_time=self.house.wall_clock.now())

    def health(self) -> Health:
        """How it is now."""
        age = None if self._beat is None else time.monotonic() - self._beat
        return Health(beat_age_s=age, trouble=self._trouble, free_share=free_share(self.house), vitals=self._vitals)

    def _schedule(self) -> "BlockingScheduler":
        """Late and missed ticks run once (``coalesce``, no grace limit), never two side by side."""
        # Imported here: only the service needs it.
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.blocking import BlockingScheduler

        log = logging.getLogger("apscheduler")
        log.propagate, log.handlers = False, [_Relay(self.say)]
        self._scheduler = BlockingScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        self._scheduler.add_job(
            self._tick,
            "interval",
            id="tick",
            seconds=self.tick_s,
            next_run_time=self.house.wall_clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        return self._scheduler

    def _shut_down(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)

    def _tick(self) -> None:
        if self._stopping.is_set():
            return
        if self._reload.is_set():
            self._reload.clear()
            self._read_settings()
        began = time.monotonic()
        is_first = self._beat is None
        ears = Ears(say=self.say, beat=self._alive, stopping=self._stopping.is_set)
        done = tick(self.house, self._watch, ears, first=is_first)
        seconds = time.monotonic() - began
        self._alive()
        self._trouble = done.trouble
        if done.trouble is None or done.vitals.last_good:
            self._vitals = done.vitals
        self.totals.add(done, at=self.house.wall_clock.now(), seconds=seconds)
        self._tell(done, seconds)
        if is_first:
            notify(self.notify_address, "READY=1")
        if self._switch is not None and self._switch.ticked(good=not self.health().faults) is False:
            self.say(Event("ping-failed", "The dead man's switch did not take the ping.", Level.WARNING))

    def _tell(self, done: Tick, seconds: float) -> None:
        if done.rules:
            self.say(Event("rules", done.rules, Level.WARNING))
        if done.trouble:
            self.say(Event("tick-failed", done.trouble, Level.ERROR))
        elif done.checked or done.digests or done.sent or done.unsent:
            words = (
                f"{done.checked} checked, {done.unverified} unverified, {done.changes} changes, "
                f"{done.digests} digests, {done.sent} sent, {done.unsent} not sent"
            )
            counts = {"checked": done.checked, "unverified": done.unverified, "changes": done.changes}
            counts |= {"digests": done.digests, "sent": done.sent, "unsent": done.unsent}
            self.say(Event("tick", words, fields={**counts, "seconds": round(seconds, 3)}))

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

    def _alive(self) -> None:
        self._beat = time.monotonic()

    def _guard(self) -> None:
        """Pings systemd's watchdog while the ticking thread shows signs of life; alarms when it does not."""
        born = time.monotonic()
        while not self._ended.wait(_LOOK_S):
            age = time.monotonic() - (self._beat or born)
            if age <= STALE_S:
                self._hung = False
                notify(self.notify_address, "WATCHDOG=1")
            elif not self._hung:
                self._hung = True
                self.say(Event("hangs", f"No sign of life for {age:.0f} s.", Level.ERROR, {"seconds": round(age)}))
                if self._switch is not None:
                    self._switch.ticked(good=False)

    def _open_door(self) -> Door | None:
        listen = self.house.config.service.listen
        if listen is None:
            return None
        host, port = listen
        try:
            return Door(host, port, lambda path: page(path, self.health(), self._metrics))
        except OSError as fault:
            what = f"serve.listen: {host}:{port} cannot be opened ({fault.strerror}); name another, or 'off'."
            raise UsageError(what) from fault

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
