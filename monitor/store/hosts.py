"""What hosts have asked of us: their robots.txt, and until when to leave them alone."""

from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from monitor.model.watch import Robots
from monitor.store.connection import Database
from monitor.store.times import to_moment, to_text


class Hosts:
    """Used by the fetching threads at any time. What they save is written with the next unit of work, or at the close:
    a robots.txt that a crash loses is simply fetched again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._known: dict[str, Robots] | None = None
        self._unsaved: dict[str, Robots] = {}

    def load(self, origin: str) -> Robots | None:
        """The robots.txt of ``https://host`` as last saved."""
        known = self._remembered()
        with self._lock:
            return known.get(origin)

    def known(self) -> dict[str, Robots]:
        """Every robots.txt as last saved, by origin (``https://host``)."""
        return self._read()

    def save(self, robots: Robots) -> None:
        known = self._remembered()
        with self._lock:
            known[robots.origin] = self._unsaved[robots.origin] = robots

    def holds(self) -> dict[str, datetime]:
        """Until when each host asked to be left alone."""
        return {host: to_moment(until) for host, until in self._database.rows("SELECT host, until FROM hold")}

    def save_holds(self, holds: Mapping[str, datetime]) -> None:
        """Replaces the holds; nothing is written when they are as they were."""
        if dict(holds) == self.holds():
            return
        with self._database.transaction():
            self._database.write("DELETE FROM hold")
            for host, until in holds.items():
                self._database.write("INSERT INTO hold (host, until) VALUES (?, ?)", [host, to_text(until)])

    def flush(self) -> None:
        """Writes what was saved, inside the caller's transaction."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        for robots in unsaved.values():
            self._database.write(
                "INSERT INTO robots (origin, status, text, fetched_at) VALUES (?, ?, ?, ?) ON CONFLICT (origin)"
                " DO UPDATE SET status = excluded.status, text = excluded.text, fetched_at = excluded.fetched_at",
                [robots.origin, robots.status, robots.text, to_text(robots.fetched_at)],
            )

    @property
    def has_unsaved(self) -> bool:
        return bool(self._unsaved)

    def _remembered(self) -> dict[str, Robots]:
        """Read at the first need; never while ``_lock`` is held, for whoever writes a unit of work holds the database
        while it waits for that lock.
        """
        known = self._known
        if known is None:
            known = self._read()
            with self._lock:
                if self._known is not None:  # another thread was sooner
                    known = self._known
                self._known = known
        return known

    def _read(self) -> dict[str, Robots]:
        rows = self._database.rows("SELECT origin, status, text, fetched_at FROM robots")
        return {
            origin: Robots(origin=origin, status=status, text=text, fetched_at=to_moment(fetched_at))
            for origin, status, text, fetched_at in rows
        }
