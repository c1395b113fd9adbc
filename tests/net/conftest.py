import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.loopback import LoopbackServer

# Names that really exist and lead inside; answered here so that no test asks the world's name servers.
LEADS_INSIDE = {
    "localhost": "127.0.0.1",
    "127.0.0.1.nip.io": "127.0.0.1",
    "localtest.me": "127.0.0.1",
    "metadata.google.internal": "169.254.169.254",
}


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _names_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers and the names above resolve; every other name does not exist."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *_: Any, **kinds: Any) -> Any:
        return resolve(LEADS_INSIDE.get(host, host), port, flags=socket.AI_NUMERICHOST, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
