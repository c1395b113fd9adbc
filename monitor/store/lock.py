"""The lock file beside the database: one writing process at a time, and a name to give for who it is."""

import fcntl
import json
import os
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from monitor.model.errors import StoreError
from monitor.store.times import to_text

_LOOK_AGAIN_S = 0.05


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
        """Waits up to ``wait_s`` seconds; raises StoreError ``locked`` naming the holder. ``now`` signs the lock."""
        try:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            mend = "Make the folder writable for this user"
            what = f"its lock file cannot be made ({fault.strerror})"
            raise StoreError(code="read-only", what=what, where=str(self._database), mend=mend) from fault
        deadline = time.monotonic() + wait_s
        while not self._try():
            if time.monotonic() >= deadline:
                error = self._held()
                self.release()
                raise error
            time.sleep(_LOOK_AGAIN_S)
        self._sign(now)

    def release(self) -> None:
        """The file stays: removing it would let two processes lock two different files of the same name."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

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

    def _held(self) -> StoreError:
        try:
            holder = json.loads(self._path.read_text())
            who = f"process {holder['pid']} ({holder['command']}) has been {self._act} since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = f"another process is {self._act}"
        mend = "Wait until it has ended, or stop it"
        return StoreError(code="locked", what=who, where=str(self._database), mend=mend)
