"""The service's own small HTTP door, on loopback unless told otherwise: ``/healthz``, ``/readyz``, ``/metrics``.

GET only, three paths, nothing read from the request but its first line; at most 16 callers at once, 5 seconds each.
"""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any

from monitor.daemon.health import STALE_S, Health

CALLERS = 16
PATIENCE_S = 5.0
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Pages = Callable[[str], "tuple[int, str, str] | None"]


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE_S
    server_version, sys_version = "cmaa-monitor", ""
    server: "Door"

    def do_GET(self) -> None:
        found = self.server.pages(self.path)
        status, media_type, text = found or (404, "text/plain", "There are /healthz, /readyz and /metrics.\n")
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Callers are not logged: a probe asks every few seconds."""


class Door(ThreadingHTTPServer):
    """Serves ``pages`` (path to status, media type, text) from its own threads until ``close``. May raise OSError."""

    daemon_threads = True

    def __init__(self, host: str, port: int, pages: Pages) -> None:
        self.pages = pages
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
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: "socket | tuple[bytes, socket]", client_address: Any) -> None:
        """A caller who hangs up in mid-sentence is no news."""


def page(path: str, health: Health, metrics: Callable[[], str]) -> tuple[int, str, str] | None:
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
