"""The loopback world of the soak: lists that change now and then, a receiver, and the faults of both."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Self

from crash_site import SECRETS, List, Receipt, Receiver, _Asked, _on_the_wire, _read, is_signed

FORMS = ("csv", "html", "json", "links")
HANGS_S = 30.0
"""Longer than the monitor waits for a page or a receiver."""

CHANGES = 0.02
"""The share of good answers before which a list changes."""

BLOCKED = b"<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser before you continue.</p>"
PAGE_FAULTS = ("500", "no answer", "cut off", "block page")
HOOK_FAULTS = ("503", "no answer", "taken, then gone")

Door = Callable[[_Asked], Awaitable[bytes | None]]


class SoakWorld:
    """So many lists, each at a port of its own, and a receiver of two recipients; each answer fails with the chance
    ``faults``, which is 0 after ``calm``.
    """

    def __init__(self, seed: int, sources: int, faults: float) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a repeatable world, no secret
        self.faults = faults
        self.lists = tuple(List(number, FORMS[number % len(FORMS)], self._chance) for number in range(sources))
        self.receiver = Receiver()
        self.page_faults: Counter[str] = Counter()
        self.hook_faults: Counter[str] = Counter()
        self.answers = 0
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="world", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        for one in self.lists:
            one.port = self._listen(partial(self._page, one))
        self.receiver.port = self._listen(self._hook)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def calm(self) -> None:
        """From now on nothing fails and nothing changes."""
        self.faults = -1.0

    async def _page(self, one: List, asked: _Asked) -> bytes | None:
        if asked.path != "/list":
            return _on_the_wire(*await one.answer(asked))
        fault = self._fault(PAGE_FAULTS, self.page_faults)
        if fault is None and self.faults >= 0 and self._chance.random() < CHANGES:
            one.advance()
        self.answers += fault is None
        whole = _on_the_wire(*await one.answer(asked))
        match fault:
            case "500":
                return _on_the_wire(500, "text/plain", {}, b"failed")
            case "no answer":
                await asyncio.sleep(HANGS_S)
                return None
            case "cut off":
                return whole[: len(whole) // 2] if b" 304 " not in whole[:20] else None
            case "block page":
                return _on_the_wire(200, "text/html", {}, BLOCKED)
            case _:
                return whole

    async def _hook(self, asked: _Asked) -> bytes | None:
        recipient = asked.path.removeprefix("/hook/")
        fault = self._fault(HOOK_FAULTS, self.hook_faults)
        if fault == "503":
            return _on_the_wire(503, "text/plain", {}, b"away")
        if fault == "no answer":
            await asyncio.sleep(HANGS_S)
            return None
        good = is_signed(asked.headers, asked.body, SECRETS[recipient])
        webhook_id = asked.headers.get("webhook-id", "")
        self.receiver.receipts.append(
            Receipt(run=0, recipient=recipient, webhook_id=webhook_id, body=asked.body, is_signed=good)
        )
        return None if fault else _on_the_wire(200, "text/plain", {}, b"ok")

    def _fault(self, kinds: tuple[str, ...], met: Counter[str]) -> str | None:
        if self._chance.random() >= self.faults:
            return None
        fault = self._chance.choice(kinds)
        met[fault] += 1
        return fault

    def _listen(self, door: Door) -> int:
        async def listen() -> asyncio.Server:
            return await asyncio.start_server(lambda r, w: self._serve(door, r, w), "127.0.0.1", 0, backlog=128)

        server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _serve(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader, writer)) is not None:
                answer = await door(asked)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if b"\r\n\r\n" in answer and not _is_whole(answer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        finally:
            writer.close()


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return not lengths or len(body) >= lengths[0]
