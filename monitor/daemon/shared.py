"""One open database for all parts of the service: opened for the first that needs it, closed behind the last, so that a
person's commands get their turn between two ticks.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.store import Store


@dataclass(slots=True)
class SharedStore:
    """``open`` opens the database for writing. Its users share one connection, which lets one of them write at a time;
    each may read and write from a thread of its own.
    """

    open: "Callable[[], AbstractContextManager[Store]]"
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _opened: "AbstractContextManager[Store] | None" = None
    _store: "Store | None" = None
    _users: int = 0

    @contextmanager
    def use(self) -> "Iterator[Store]":
        """The open database. Raises StoreError when it cannot be had, as ``open`` does."""
        store = self._enter()
        try:
            yield store
        finally:
            self._leave()

    def _enter(self) -> "Store":
        with self._lock:
            if self._store is None:
                opened = self.open()
                self._store, self._opened = opened.__enter__(), opened
            self._users += 1
            return self._store

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users or self._opened is None:
                return
            opened, self._opened, self._store = self._opened, None, None
            opened.__exit__(None, None, None)
