"""The lock file beside the database: one writing process at a time, and a name to give for who it is.

A service gives way: who waits for the lock holds a second file shared, and the service that sees it begins nothing new.
"""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path

from monitor.model.errors import StoreError
from monitor.store.times import to_text

_LOOK_AGAIN_S = 0.05
_WANTED = ".wanted"
_SERVICE = " serve"

SERVICE_WAIT_S = 90.0
"""A service ends what is under way before it gives way: one page or one mail that hangs takes 60 s at most."""


def is_wanted(database: Path) -> bool:
    """Whether somebody waits for the writer's lock. Whoever cannot be heard, for want of rights, waits in vain."""
    try:
        fd = os.open(database.with_name(database.name + _WANTED), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


class WriterLock:
    """An ``flock`` on ``<database>.lock``, released by ``release`` or by the end of the process, however it ends.

    ``act``: what the holder is doing with the database, for the message; another act has another file, ``suffix``.
    """

    def __init__(self, database: Path, *, suffix: str = ".lock", act: str = "writing to it") -> None:
        self._database = database
        self._act = act
        self._path = database.with_name(database.name + suffix)
        self._fd: int | None = None

    def acquire(self, wait_s: float, *, now: datetime | None = None) -> None:
        """Waits up to ``wait_s`` seconds; a service is made to give way (unless that is 0), and is waited for up to
        ``SERVICE_WAIT_S``. Raises StoreError ``locked`` naming the holder. ``now`` signs the lock.
        """
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            mend = "Make the folder writable for this user"
            what = f"its lock file cannot be made ({fault.strerror})"
            raise StoreError(code="read-only", what=what, where=str(self._database), mend=mend) from fault
        if not self._try():
            with self._wanted() if wait_s else nullcontext():
                self._wait(wait_s)
        self._sign(now)

    def release(self) -> None:
        """The file stays: removing it would let two processes lock two different files of the same name."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _wait(self, wait_s: float) -> None:
        began = time.monotonic()
        while not self._try():
            limit_s = max(wait_s, SERVICE_WAIT_S) if wait_s and self._holder().endswith(_SERVICE) else wait_s
            if time.monotonic() - began >= limit_s:
                error = self._held()
                self.release()
                raise error
            time.sleep(_LOOK_AGAIN_S)

    @contextmanager
    def _wanted(self) -> Iterator[None]:
        """Says for so long that the lock is waited for; a process that ends, however it ends, says so no more."""
        fd: int | None = None
        with suppress(OSError):  # then the service does not hear of it, and the wait is as long as its work
            fd = os.open(self._database.with_name(self._database.name + _WANTED), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        try:
            yield
        finally:
            if fd is not None:
                os.close(fd)

    def _try(self) -> bool:
        assert self._fd is not None  # noqa: S101 - acquire has opened it
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as fault:
            mend = "Keep the database on a local disk: network file systems cannot be trusted with locks"
            what = f"its lock file cannot be locked ({fault.strerror})"
            raise StoreError(code="io", what=what, where=str(self._database), mend=mend) from fault
        return True

    def _sign(self, now: datetime | None) -> None:
        assert self._fd is not None  # noqa: S101 - acquire has opened it
        verb = next((word for word in sys.argv[1:] if word.isalpha()), "")  # no more: other words may hold addresses
        command = f"{Path(sys.argv[0]).name} {verb}".strip()
        signature = {"pid": os.getpid(), "command": command, "since": to_text(now) if now else "a moment ago"}
        with suppress(OSError):  # the disk is full: the lock holds without a name, and the database says what is wrong
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, json.dumps(signature).encode(), 0)

    def _holder(self) -> str:
        """The command of the holder; "" when it is not known."""
        try:
            return str(json.loads(self._path.read_text())["command"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _held(self) -> StoreError:
        try:
            holder = json.loads(self._path.read_text())
            who = f"process {holder['pid']} ({holder['command']}) has been {self._act} since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = f"another process is {self._act}"
        mend = "Wait until it has ended, or stop it"
        return StoreError(code="locked", what=who, where=str(self._database), mend=mend)
