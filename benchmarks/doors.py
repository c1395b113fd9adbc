"""Doors on loopback that speak plain HTTP, on a loop in a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as read, and whether whoever sent it is still there."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    is_there: Callable[[], bool]


Door = Callable[[Asked], Awaitable[bytes | None]]
"""Gives the whole answer, a part of one (then the line is cut), or None (the line is cut at once)."""


class Doors:
    """Opens doors while the block runs; at its end all are shut and whoever waits is sent away."""

    def __init__(self) -> None:
        self._visitors = 0
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="doors", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for server in self._servers:
            server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def open(self, door: Door) -> int:
        """The port at which ``door`` answers from now on."""

        async def listen() -> asyncio.Server:
            return await asyncio.start_server(lambda r, w: self._serve(door, r, w), "127.0.0.1", 0, backlog=128)

        server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def settle(self, limit_s: float = 2.0) -> None:
        """Waits until nobody is connected any more: then all that was sent has been read."""
        until = time.monotonic() + limit_s
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.003), self._loop).result(limit_s)  # lets it accept who waits
        while self._visitors and time.monotonic() < until:
            time.sleep(0.001)

    async def _serve(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._visitors += 1
        try:
            while (answer := await door(await _read(reader, writer))) is not None:
                writer.write(answer)
                await writer.drain()
                if not _is_whole(answer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone, or was killed in mid-sentence
        finally:
            self._visitors -= 1
            writer.close()


def on_the_wire(status: int, media_type: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """An answer as it is sent."""
    lines = {"Content-Length": str(len(body)), **({"Content-Type": media_type} if media_type else {}), **headers}
    if status == 304:
        del lines["Content-Length"]
    return (f"HTTP/1.1 {status} .\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n").encode() + body


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(head[0].split(" ")[1], headers, body, lambda: not (reader.at_eof() or writer.is_closing()))


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return not lengths or len(body) >= lengths[0]
