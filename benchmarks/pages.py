"""The loopback pages both programs are timed on: 9 KB each, a menu and a table of 60 code rows, known to differ or not.

The server is its own process on bare asyncio, so that it costs the programs under test as little of the machine as it
can.
Page ``/p/7`` changes one cell with each round in which its number is even; ``/round/3`` sets the round; ``/hook`` takes
what the programs tell and ``/told`` gives back how often it was called.
"""

import asyncio
import multiprocessing
import socket
import urllib.request
from dataclasses import dataclass
from multiprocessing.connection import Connection

HOSTS = 10
_MENU = "".join(f'<li><a href="/menu/{n}">Menu entry {n}</a></li>' for n in range(60))
_ROWS = 60


@dataclass
class _Site:
    round: int = 0
    told: int = 0
    delay_s: float = 0.0


def page(number: int, changed: int) -> bytes:
    """One page; ``changed`` counts how often its marked cell has been edited."""
    rows = "".join(
        f"<tr><td>{number:04d}{row:02d}T</td><td>Algorithmic analysis number {row} of page {number}</td>"
        f"<td>{'edited ' + str(changed) if row == 30 and changed else 'Panel'}</td><td>2027-01-01</td></tr>"
        for row in range(_ROWS)
    )
    head = "<tr><th>Code</th><th>What</th><th>State</th><th>Effective</th></tr>"
    return (
        f"<!DOCTYPE html><html><head><title>Page {number}</title></head><body><nav><ul>{_MENU}</ul></nav>"
        f'<main><div id="content"><table>{head}{rows}</table></div></main></body></html>'
    ).encode()


class _Server(asyncio.Protocol):
    def __init__(self, site: _Site) -> None:
        self.site = site
        self.pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while (end := self.pending.find(b"\r\n\r\n")) >= 0:
            head = self.pending[:end]
            length = _content_length(head)
            if len(self.pending) < end + 4 + length:
                return
            self.pending = self.pending[end + 4 + length :]
            self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, path: str) -> None:
        body = self._body(path)
        status = b"404 Not Found" if body is None else b"200 OK"
        kind = b"text/html; charset=utf-8" if path.startswith("/p/") else b"text/plain"
        body = body or b""
        head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))
        if self.site.delay_s and path.startswith("/p/"):
            asyncio.get_running_loop().call_later(self.site.delay_s, self.transport.write, head + body)
        else:
            self.transport.write(head + body)

    def _body(self, path: str) -> bytes | None:
        parts = path.strip("/").split("/")
        match parts:
            case ["p", number]:
                return page(int(number), self.site.round if int(number) % 2 == 0 else 0)
            case ["round", number]:
                self.site.round = int(number)
                return b"ok"
            case ["delay", milliseconds]:
                self.site.delay_s = int(milliseconds) / 1000
                return b"ok"
            case ["hook"]:
                self.site.told += 1
                return b"ok"
            case ["told"]:
                return str(self.site.told).encode()
        return None


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


async def _serve(pipe: Connection) -> None:
    site = _Site()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Server(site), "0.0.0.0", 0, backlog=512, family=socket.AF_INET)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _main(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


class Pages:
    """The server process; ``url(n)`` spreads the pages over ten loopback hosts."""

    def __enter__(self) -> "Pages":
        ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_main, args=(theirs,), daemon=True)
        self._process.start()
        self.port = int(ours.recv())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    def url(self, number: int) -> str:
        return f"http://127.0.0.{number % HOSTS + 1}:{self.port}/p/{number}"

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def ask(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            text: str = answer.read().decode()
        return text
