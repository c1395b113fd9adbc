"""Whether the server of a demo still stands: after it ended, a check would only fill the record with failures."""

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

PATIENCE_S = 2.0
"""The server is this machine; one that is busy still accepts a connection in that time."""

HAS_ENDED = (
    "The demo has ended, and its pages with it: there is nothing left to check. Look at its record (changes, show, "
    "coverage, status), play it again with `cmaa-monitor demo`, or begin for real with `cmaa-monitor init DIR`."
)


def has_ended(origins: Iterable[str]) -> bool:
    """Whether no address of ``origins`` (base URLs of the loopback server) takes a connection."""
    places = {(parts.hostname, parts.port) for parts in map(urlsplit, origins)}
    return not any(_accepts(host, port) for host, port in places if host and port)


def _accepts(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=PATIENCE_S).close()
    except OSError:
        return False
    return True
