"""The loopback world of the soak: lists that change now and then, a receiver, and the faults of both."""

import asyncio
import random
from collections import Counter
from functools import partial
from types import TracebackType
from typing import Self

from crash_site import SECRETS, List, Receipt, Receiver, is_signed
from doors import Asked, Doors, on_the_wire

FORMS = ("csv", "html", "json", "links")
HANGS_S = 30.0
"""Longer than the monitor waits for a page or a receiver."""

CHANGES = 0.02
"""The share of good answers before which a list changes."""

BLOCKED = b"<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser before you continue.</p>"
PAGE_FAULTS = ("500", "no answer", "cut off", "block page")
HOOK_FAULTS = ("503", "no answer", "taken, then gone")


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
        self._doors = Doors()

    def __enter__(self) -> Self:
        self._doors.__enter__()
        for one in self.lists:
            one.port = self._doors.open(partial(self._page, one))
        self.receiver.port = self._doors.open(self._hook)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._doors.__exit__(kind, error, at)

    def calm(self) -> None:
        """From now on nothing fails and nothing changes."""
        self.faults = -1.0

    async def _page(self, one: List, asked: Asked) -> bytes | None:
        if asked.path != "/list":
            return on_the_wire(*await one.answer(asked))
        fault = self._fault(PAGE_FAULTS, self.page_faults)
        if fault is None and self.faults >= 0 and self._chance.random() < CHANGES:
            one.advance()
        self.answers += fault is None
        whole = on_the_wire(*await one.answer(asked))
        match fault:
            case "500":
                return on_the_wire(500, "text/plain", {}, b"failed")
            case "no answer":
                await asyncio.sleep(HANGS_S)
                return None
            case "cut off":
                return whole[: len(whole) // 2] if b" 304 " not in whole[:20] else None
            case "block page":
                return on_the_wire(200, "text/html", {}, BLOCKED)
            case _:
                return whole

    async def _hook(self, asked: Asked) -> bytes | None:
        recipient = asked.path.removeprefix("/hook/")
        fault = self._fault(HOOK_FAULTS, self.hook_faults)
        if fault == "503":
            return on_the_wire(503, "text/plain", {}, b"away")
        if fault == "no answer":
            await asyncio.sleep(HANGS_S)
            return None
        good = is_signed(asked.headers, asked.body, SECRETS[recipient])
        webhook_id = asked.headers.get("webhook-id", "")
        self.receiver.receipts.append(
            Receipt(run=0, recipient=recipient, webhook_id=webhook_id, body=asked.body, is_signed=good)
        )
        return None if fault else on_the_wire(200, "text/plain", {}, b"ok")

    def _fault(self, kinds: tuple[str, ...], met: Counter[str]) -> str | None:
        if self._chance.random() >= self.faults:
            return None
        fault = self._chance.choice(kinds)
        met[fault] += 1
        return fault
