"""The service's own small HTTP door, on loopback unless told otherwise: ``/healthz``, ``/readyz``, ``/metrics``, and
the addresses by which recipients of mail leave.

Of a GET nothing is read but its first line, of a POST at most 4 kB; at most 16 callers at once, and each is hung up on
after 15 seconds.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from typing import Any

from monitor.daemon.health import STALE_S, Health

CALLERS = 16
PATIENCE_S = 5.0
LONGEST_S = 15.0
MAX_BODY = 4096
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Answer = tuple[int, str, str]
Pages = Callable[[str], "Answer | None"]
Posts = Callable[[str, bytes], "Answer | None"]

_NONE_SUCH: Answer = (404, "text/plain", "There are /healthz, /readyz and /metrics.\n")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Nothing on a page may load, run or be framed; its styles stand in it, as in a mail."""


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE_S
    server_version, sys_version = "cmaa-monitor", ""
    server: "Door"

    def do_GET(self) -> None:
        self._answer(self.server.pages(self.path) or _NONE_SUCH)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdecimal() or int(length[:9]) > MAX_BODY:
            self.close_connection = True
            self._answer((413, "text/plain", "That is too much, or of no stated length.\n"))
            return
        self._answer(self.server.posts(self.path, self.rfile.read(int(length))) or _NONE_SUCH)

    def _answer(self, answer: Answer) -> None:
        status, media_type, text = answer
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Callers are not logged: a probe asks every few seconds."""


class Door(ThreadingHTTPServer):
    """Serves ``pages`` (path to status, media type, text) and takes ``posts`` (path, body) in its own threads until
    ``close``. May raise OSError.
    """

    daemon_threads = True

    def __init__(self, host: str, port: int, pages: Pages, posts: Posts = lambda _path, _body: None) -> None:
        self.pages, self.posts = pages, posts
        self._free = threading.BoundedSemaphore(CALLERS)
        super().__init__((host, port), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.2}, name="door", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(PATIENCE_S)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        hang_up = threading.Timer(LONGEST_S, _hang_up, [request])
        hang_up.daemon = True
        hang_up.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            hang_up.cancel()
            self._free.release()

    def handle_error(self, request: "socket | tuple[bytes, socket]", client_address: Any) -> None:
        """A caller who hangs up in mid-sentence is no news."""


def _hang_up(caller: socket) -> None:
    """On whoever sends a byte now and then."""
    with suppress(OSError):
        caller.shutdown(SHUT_RDWR)


def page(path: str, health: Health, metrics: Callable[[], str]) -> Answer | None:
    """What the door shows at ``path``: alive or not, ready or why not, the figures."""
    match path:
        case "/healthz":
            is_alive = health.beat_age_s is None or health.beat_age_s <= STALE_S
            return (200, "text/plain", "alive\n") if is_alive else (503, "text/plain", "hangs\n")
        case "/readyz":
            faults = health.faults
            return (503, "text/plain", "\n".join(faults) + "\n") if faults else (200, "text/plain", "ready\n")
        case "/metrics":
            return 200, PROMETHEUS, metrics()
        case _:
            return None
