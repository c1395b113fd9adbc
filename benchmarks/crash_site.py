"""The loopback world of the crash proof: lists that really change, and a receiver that writes down what it was told.

Both live in the process that kills, so they outlast every kill. Each edit and each new row carries a word that occurs
nowhere else (``tok-7-3``), so what was shown and what was told can be compared without any of the program's own code.

The receiver has two doors, for the two ways a kill can hurt. ``/hook/desk`` takes an event as soon as it has read it
and answers later: a sender killed in between must repeat itself, under the same id. ``/hook/archive`` takes an event
only when its sender is still there for the answer: one that was marked as sent too early is lost there.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from doors import Asked, Doors, on_the_wire

RECIPIENTS = {"desk": 0.004, "archive": 0.012}
"""Each recipient with the seconds its door takes to answer."""

ROWS = 24
TOKEN = re.compile(r"tok-\d+-\d+")
SECRETS = {name: "whsec_" + base64.b64encode(hashlib.sha256(name.encode()).digest()).decode() for name in RECIPIENTS}
_TOLERANCE_S = 300

Answer = tuple[int, str, Mapping[str, str], bytes]
Answering = Callable[[Asked], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One event as the receiver took it. ``run`` counts the runs of the program."""

    run: int
    recipient: str
    webhook_id: str
    body: bytes
    is_signed: bool

    @property
    def subject(self) -> str:
        """The id of the change or of the digest."""
        data = json.loads(self.body)["data"]
        return str(data.get("change_id") or data["digest_id"])

    @property
    def digested(self) -> tuple[str, ...]:
        """The changes that this digest names; none when it is no digest."""
        data = json.loads(self.body)["data"]
        return tuple(data["changes"]) if "digest_id" in data else ()

    @property
    def news(self) -> frozenset[str]:
        """The words this event tells for the first time: of new rows, and what edited rows say now."""
        diff = json.loads(self.body)["data"].get("diff", {"added": (), "changed": ()})
        told = [*diff["added"], *(line.split(" -> ", 1)[-1] for line in diff["changed"])]
        return frozenset(word for line in told for word in TOKEN.findall(line))


class List:
    """One watched list. ``shown`` holds every state it was ever in (row -> word), by the SHA-256 of its bytes."""

    def __init__(self, number: int, form: str, chance: random.Random) -> None:
        self.id = f"crash.{form}-{number}"
        self.form = form
        self.port = 0
        self.shown: dict[str, dict[str, str]] = {}
        self._chance = chance
        self._words = 0
        self._prefix = number
        self.rows = {f"R{n:04d}": self._word() for n in range(ROWS)}
        self._show()

    def advance(self) -> None:
        """One or two rows are edited; in one round of three a row is added."""
        for key in self._chance.sample(sorted(self.rows), self._chance.choice((1, 2))):
            self.rows[key] = self._word()
        if self._chance.random() < 1 / 3:
            self.rows[f"R{len(self.rows):04d}"] = self._word()
        self._show()

    def _word(self) -> str:
        self._words += 1
        return f"tok-{self._prefix}-{self._words}"

    def _show(self) -> None:
        self.body = _FORMS[self.form][1](self.rows)
        self.shown[hashlib.sha256(self.body).hexdigest()] = dict(self.rows)

    def entry(self) -> str:
        """This list as an entry of sources.yaml."""
        reading = _FORMS[self.form][2]
        return (
            f"  - {{id: {self.id}, name: List {self.id}, authority: CRASH, kind: {_FORMS[self.form][0]}, every: 5m,\n"
            f"     noun: row, floor: high, url: 'http://127.0.0.1:{self.port}/list', {reading}}}\n"
        )

    async def answer(self, asked: Asked) -> Answer:
        if asked.path != "/list":
            return 404, "text/plain", {}, b""
        await asyncio.sleep(self._chance.uniform(0.001, 0.08))  # so that checks are kept one after the other
        body = self.body
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.form == "json" and asked.headers.get("if-none-match") == etag:
            return 304, "", {"ETag": etag}, b""
        media_type = {"csv": "text/csv", "json": "application/json"}.get(self.form, "text/html; charset=utf-8")
        return 200, media_type, {"ETag": etag} if self.form == "json" else {}, body


def _csv(rows: Mapping[str, str]) -> bytes:
    lines = (f"{key},Algorithmic analysis {key},{word}\n" for key, word in rows.items())
    return ("Code,What,State\n" + "".join(lines)).encode()


def _html(rows: Mapping[str, str]) -> bytes:
    cells = "".join(f"<tr><td>{k}</td><td>Algorithmic analysis {k}</td><td>{w}</td></tr>" for k, w in rows.items())
    head = "<tr><th>Code</th><th>What</th><th>State</th></tr>"
    return f"<!DOCTYPE html><title>A list</title><div id=content><table>{head}{cells}</table></div>".encode()


def _json(rows: Mapping[str, str]) -> bytes:
    data = [{"code": key, "what": f"Algorithmic analysis {key}", "state": word} for key, word in rows.items()]
    return json.dumps({"data": data}).encode()


def _links(rows: Mapping[str, str]) -> bytes:
    items = "".join(f'<li><a href="/doc/{key}.pdf">Algorithmic analysis {word}</a></li>' for key, word in rows.items())
    return f"<!DOCTYPE html><title>An index</title><main><h2>Documents</h2><ul>{items}</ul></main>".encode()


_TABLE = "key: Code, label: State"
_FORMS: dict[str, tuple[str, Callable[[Mapping[str, str]], bytes], str]] = {
    "csv": ("table", _csv, _TABLE),
    "html": ("table", _html, f"selector: '#content', {_TABLE}"),
    "json": ("json", _json, "rows: data, key: code, label: state"),
    "links": ("links", _links, "selector: main, link_pattern: /doc/"),
}


@dataclass
class Receiver:
    """Writes down every event it takes, with whether its signature is good."""

    run: int = 0
    day: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    hung_up: int = 0
    port: int = 0

    def entries(self) -> str:
        """The recipients as entries of sources.yaml."""
        return "".join(
            f"  - {{id: {name}, channel: webhook, url: 'http://127.0.0.1:{self.port}/hook/{name}',\n"
            f"     secret: CRASH_{name.upper()}_SECRET, tiers: [act, review, fyi], digest: daily}}\n"
            for name in RECIPIENTS
        )

    async def answer(self, asked: Asked) -> Answer | None:
        recipient = asked.path.removeprefix("/hook/")
        receipt = Receipt(
            run=self.run,
            recipient=recipient,
            webhook_id=asked.headers.get("webhook-id", ""),
            body=asked.body,
            is_signed=is_signed(asked.headers, asked.body, SECRETS[recipient], days_ahead=self.day),
        )
        if recipient == "desk":
            self.receipts.append(receipt)
        await asyncio.sleep(RECIPIENTS[recipient])
        if not asked.is_there():
            self.hung_up += 1
            return None
        if recipient == "archive":
            self.receipts.append(receipt)
        return 200, "text/plain", {}, b"ok"


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, *, days_ahead: int = 0) -> bool:
    """Whether the headers sign the body as Standard Webhooks 1.0.0 asks; written without the sender's library. The
    sender's clock may be whole days ahead.
    """
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(time.time() + 86_400 * days_ahead - int(stamp)) > _TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = b".".join((headers.get("webhook-id", "").encode(), stamp.encode(), body))
    due = "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    return any(hmac.compare_digest(due, given) for given in headers.get("webhook-signature", "").split(" "))


class World:
    """Up to four lists, each at a port of its own so that they are asked side by side; a receiver; all on loopback."""

    def __init__(self, seed: int, *, moves_the_clock: bool, lists: int = 4) -> None:
        """``moves_the_clock``: each run of the program is a day after the one before."""
        self.moves_the_clock = moves_the_clock
        chance = random.Random(seed)  # noqa: S311 - a repeatable series, no secret
        forms = ("csv", "html", "json", "links")
        self.lists = tuple(List(number, form, chance) for number, form in enumerate(forms[:lists]))
        self.receiver = Receiver()
        self.first_request_at: float | None = None
        self._doors = Doors()

    def __enter__(self) -> Self:
        self._doors.__enter__()
        for one in self.lists:
            one.port = self._open(one.answer)
        self.receiver.port = self._open(self.receiver.answer)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.settle()
        self._doors.__exit__(kind, error, at)

    def begin_run(self) -> None:
        """Another run of the program: the lists move on, and its first request will be timed."""
        for one in self.lists:
            one.advance()
        self.stand_still()

    def stand_still(self) -> None:
        """Another run of the program, over the lists as they are."""
        self.first_request_at = None
        self.receiver.run += 1
        self.receiver.day += self.moves_the_clock

    def settle(self) -> None:
        """Waits until nobody is connected any more: then all that was sent has been written down."""
        self._doors.settle()

    def _open(self, answer: Answering) -> int:
        async def door(asked: Asked) -> bytes | None:
            self.first_request_at = self.first_request_at or time.perf_counter()
            given = await answer(asked)
            return None if given is None else on_the_wire(*given)

        return self._doors.open(door)
