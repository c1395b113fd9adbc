"""Reading from the socket under one deadline and one byte limit, however slowly or lavishly the server sends.

The timeout of a socket is per read: one byte a second would hold a thread for ever. Here every read may take only what
is left of the deadline.
"""

import io
import socket
from collections.abc import Callable
from http.client import HTTPResponse  # noqa: TID251 - the client's own ground
from time import monotonic

from monitor.net.faults import Fault

_HEAD_LIMIT = 256 * 1024
_INTERIM_LIMIT = 16
_BUFFER_BYTES = 32 * 1024
_LONGEST_LINE = 64 * 1024


class DeadlineReader(io.RawIOBase):
    """The reading end of a socket. ``deadline`` is a reading of ``time.monotonic``; ``limit`` is a number of bytes."""

    def __init__(self, sock: socket.socket, deadline: float, limit: int) -> None:
        super().__init__()
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = deadline
        self._too_many = Fault("protocol", f"the head of the answer is longer than {limit:,} bytes")
        self._left = limit
        self._dry = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        if self._dry:
            return None
        left_s = self._deadline - monotonic()
        if left_s <= 0:
            raise Fault("timeout", "the answer was not complete before the deadline")
        if self._left < 0:
            raise self._too_many
        self._sock.settimeout(left_s)
        size = self._file.readinto(buffer)
        self._left -= size or 0
        return size

    def start_body(self, limit: int) -> None:
        """The head is read; from here on ``limit`` more bytes may come, framing included."""
        self._too_many = Fault("too-large", f"more than {limit:,} bytes came over the wire")
        self._left = limit

    def run_dry(self) -> None:
        """From now on nothing is asked of the socket: only what was buffered above can still be seen."""
        self._dry = True

    def close(self) -> None:
        self._file.close()
        super().close()


class _Spout:
    """Stands in for the socket where ``http.client`` asks one for a file to read from."""

    def __init__(self, reader: DeadlineReader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader, _BUFFER_BYTES)


class DeadlineResponse(HTTPResponse):
    """``http.client``'s response, reading under a deadline, with a bounded head.

    ``on_leftover`` is called when bytes came after the end of the body: they answer nothing we asked, and the next
    request over the same connection would take them for its own answer.
    """

    def __init__(
        self,
        sock: socket.socket,
        *,
        method: str | None,
        deadline: float,
        body_limit: int,
        on_leftover: Callable[[], None],
    ) -> None:
        self._reader = DeadlineReader(sock, deadline, _HEAD_LIMIT)
        self._body_limit = body_limit
        self._on_leftover = on_leftover
        super().__init__(_Spout(self._reader), method=method)  # type: ignore[arg-type]

    def begin(self) -> None:
        super().begin()
        self._reader.start_body(self._body_limit)

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the final answer: interim ones (100, 102, 103) are passed over with their headers."""
        for _ in range(_INTERIM_LIMIT):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if status == 101:
                raise Fault("protocol", "the server switches to another protocol, which we did not ask for")
            if not 100 <= status < 200:
                return version, status, reason
            while self.fp.readline(_LONGEST_LINE) not in (b"\r\n", b"\n", b""):
                pass
        raise Fault("protocol", f"more than {_INTERIM_LIMIT} interim (1xx) answers came before the real one")

    def _close_conn(self) -> None:
        """Called by the base class at the end of the body."""
        self._reader.run_dry()
        leftover = bool(self.fp.peek(1))
        super()._close_conn()  # type: ignore[misc]
        if leftover:
            self._on_leftover()
