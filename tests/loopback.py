"""A web server on loopback that can be made to behave badly; used by the tests of every room.

    with LoopbackServer() as server:
        server.set("/list.csv", Response(body=b"a,b\\n", media_type="text/csv"))
        server.set("/flaky", [Response(status=503), Response(body=b"now well")])   # one after the other, the last stays
        server.set("/echo", lambda request: Response(body=request.body))
        client.fetch(server.url("/list.csv"), ...)
        assert server.paths() == ["/list.csv"]

A path that is not set answers 404 (so does /robots.txt: everything is allowed). POSTs are answered by the same routes
and logged with their bodies. Routes may be changed while the server runs.
"""

import gzip
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from msgspec import Struct
from msgspec import field as member


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as received. ``path`` has its query; header names are lower case; ``at`` is ``time.monotonic``."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


class Response(Struct, frozen=True, kw_only=True):
    """One answer. Times are seconds, sizes bytes.

    - ``gzip``: the body is sent gzip-packed (whatever the request asks for).
    - ``chunked``: sent in chunks instead of with a Content-Length.
    - ``length``: the Content-Length to claim; None claims the true one, -1 claims none and closes at the end.
    - ``etag``, ``last_modified``: sent, and a request that names the same gets 304.
    - ``delay_s``: pause before the first byte. ``drip_s``: pause after each byte of the body (of ``raw``, when set).
    - ``cut_at``: the connection is closed after so many bytes of the (packed, framed) body. ``reset``: closed by RST.
    - ``close``: Connection: close after this answer. ``version``: of the status line.
    - ``raw``: sent as it stands in place of everything else; then the connection is closed.
    - ``after``: bytes sent behind the body, that belong to no answer.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = member(default_factory=dict)
    media_type: str | None = "text/html; charset=utf-8"
    gzip: bool = False
    chunked: bool = False
    length: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    delay_s: float = 0.0
    drip_s: float = 0.0
    cut_at: int | None = None
    reset: bool = False
    close: bool = False
    version: str = "HTTP/1.1"
    raw: bytes | None = None
    after: bytes = b""


Route = Response | Sequence[Response] | Callable[[Request], Response]


class LoopbackServer:
    """Serves from entering the ``with`` block to leaving it. ``context`` makes it speak TLS."""

    def __init__(self, host: str = "127.0.0.1", *, context: ssl.SSLContext | None = None) -> None:
        self._routes: dict[str, Route] = {}
        self._turns: dict[str, int] = {}
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._context = context
        self._server = _Server((host, 0), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))
        self.connections = 0
        """How many connections were accepted."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            for sock in self._sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def base(self) -> str:
        """``http://127.0.0.1:port`` (https with a context), without a slash at its end."""
        scheme = "https" if self._context else "http"
        host = "localhost" if self._context else "127.0.0.1"
        return f"{scheme}://{host}:{self.port}"

    def url(self, path: str) -> str:
        return self.base + path

    def set(self, path: str, route: Route) -> None:
        """From now on ``path`` (with its query, or without one for any query) answers so; a sequence starts anew."""
        with self._lock:
            self._routes[path] = route
            self._turns[path] = 0

    def forget(self) -> None:
        """Empties the log of requests."""
        with self._lock:
            self._requests.clear()

    @property
    def requests(self) -> tuple[Request, ...]:
        with self._lock:
            return tuple(self._requests)

    def paths(self) -> list[str]:
        """The paths asked for, in order, robots.txt left out."""
        return [request.path for request in self.requests if not request.path.endswith("/robots.txt")]

    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def answer(self, request: Request) -> Response:
        """Logs the request and finds its answer."""
        with self._lock:
            self._requests.append(request)
            path = request.path if request.path in self._routes else request.path.split("?", 1)[0]
            route = self._routes.get(path, Response(status=404, body=b"not here"))
            if isinstance(route, Sequence):
                turn = self._turns[path]
                self._turns[path] = turn + 1
                route = route[min(turn, len(route) - 1)]
        response = route if isinstance(route, Response) else route(request)
        return response if not _unchanged(request, response) else _not_modified(response)

    def enter(self, sock: socket.socket) -> socket.socket:
        """A new connection: wrapped in TLS when the server speaks it."""
        ready = self._context.wrap_socket(sock, server_side=True) if self._context else sock
        with self._lock:
            self.connections += 1
            self._sockets.add(ready)
        return ready

    def leave(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(sock)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type["_Handler"], owner: LoopbackServer) -> None:
        self.owner = owner
        super().__init__(address, handler)


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with suppress(OSError, ValueError):
            sock = self.request = self.server.owner.enter(self.request)
            with sock.makefile("rb") as stream:
                while (request := _read(stream)) and _write(sock, request, self.server.owner.answer(request)):
                    pass

    def finish(self) -> None:
        self.server.owner.leave(self.request)
        self.request.close()


def _read(stream: object) -> Request | None:
    readline: Callable[[], bytes] = stream.readline  # type: ignore[attr-defined]
    words = readline().decode("latin-1").split()
    if len(words) != 3:
        return None
    headers: dict[str, str] = {}
    while line := readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body: bytes = stream.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined]
    return Request(method=words[0], path=words[1], headers=headers, body=body, at=monotonic())


def _unchanged(request: Request, response: Response) -> bool:
    asked = request.headers
    if "if-none-match" in asked:
        return response.etag is not None and asked["if-none-match"] == response.etag
    return response.last_modified is not None and asked.get("if-modified-since") == response.last_modified


def _not_modified(response: Response) -> Response:
    return Response(status=304, etag=response.etag, last_modified=response.last_modified, media_type=None)


def _write(sock: socket.socket, request: Request, response: Response) -> bool:
    """Sends the answer; True when the connection may stay open."""
    sleep(response.delay_s)
    if response.raw is not None:
        _send(sock, response.raw, response.drip_s)
        return _end(sock, response)
    body = _framed(response)
    head = _head(request, response, body)
    sent = body if response.cut_at is None else body[: response.cut_at]
    if response.drip_s:
        sock.sendall(head)
        _send(sock, sent, response.drip_s)
    else:
        sock.sendall(head + sent + response.after)
    if response.close or response.reset or response.cut_at is not None or response.length == -1:
        return _end(sock, response)
    return True


def _send(sock: socket.socket, data: bytes, drip_s: float) -> None:
    step = 1 if drip_s else max(1, len(data))
    for at in range(0, len(data), step):
        sock.sendall(data[at : at + step])
        sleep(drip_s)


def _framed(response: Response) -> bytes:
    body = gzip.compress(response.body, mtime=0) if response.gzip else response.body
    if not response.chunked:
        return body
    pieces = [body[at : at + 4096] for at in range(0, len(body), 4096)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _head(request: Request, response: Response, body: bytes) -> bytes:
    lines = dict(response.headers)
    optional = {"Content-Type": response.media_type, "ETag": response.etag, "Last-Modified": response.last_modified}
    lines |= {name: value for name, value in optional.items() if value is not None}
    if response.gzip:
        lines["Content-Encoding"] = "gzip"
    if response.chunked:
        lines["Transfer-Encoding"] = "chunked"
    elif response.length != -1 and response.status not in (204, 304):
        lines["Content-Length"] = str(len(body) if response.length is None else response.length)
    if response.close:
        lines["Connection"] = "close"
    status = response.status
    reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "?"
    head = f"{response.version} {status} {reason}\r\n" + "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    return head.encode("latin-1") + b"\r\n"


def _end(sock: socket.socket, response: Response) -> bool:
    if response.reset:
        # Lingering for no time at all makes the kernel send RST in place of FIN.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False
