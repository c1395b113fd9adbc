"""Tokens of licences the operator has accepted: fetched when one is needed, kept in memory, sent to their origin only.

A token is a secret that proves an acceptance. It goes into one request header and nowhere else: not into hops, kept
headers or bodies, reasons or logs.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from msgspec.structs import replace

from monitor.model.capture import FetchBlocked, Fetched, FetchFailed, FetchOutcome, Hop, NotModified
from monitor.model.licence import Licence
from monitor.net.exchange import Answer
from monitor.net.faults import Fault
from monitor.net.urls import Address

_SPARE_S = 300.0  # a token is not used in the last minutes of its life: the answer must still arrive
_YOUNG_S = 60.0  # a token refused so soon after it was given would be refused anew
_TOKEN = re.compile(r"[!-~]{8,8000}")
_NAMES = ("Token", "token")  # the specification says token, clients report Token
_REFUSED = frozenset({401, 403})


class Refusal(Exception):
    """No token could be had: ``outcome`` says why, as the outcome of the fetch that needed it."""

    def __init__(self, outcome: FetchBlocked | FetchFailed) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class _Held:
    secret: str = field(repr=False)
    since_s: float


class Tokens:
    """Safe for many threads. ``fetch(url, respect_robots)`` asks without a token; ``monotonic`` gives seconds."""

    def __init__(
        self,
        licences: Sequence[Licence],
        fetch: Callable[[str, bool], FetchOutcome],
        monotonic: Callable[[], float],
    ) -> None:
        self._licences = tuple(licences)
        self._fetch = fetch
        self._monotonic = monotonic
        self._held: dict[str, _Held] = {}
        self._lock = Lock()

    def licence_for(self, address: Address) -> Licence | None:
        """The accepted licence that the official address lies behind."""
        return next((one for one in self._licences if one.covers(str(address))), None)

    def token(self, licence: Licence, *, respect_robots: bool) -> tuple[str, tuple[Hop, ...]]:
        """A token that still lives, and the requests that it took. Raises Refusal."""
        with self._lock:
            held = self._held.get(licence.id)
            if held and self._age_s(held) < licence.lifetime_s - _SPARE_S:
                return held.secret, ()
            secret, hops = self._ask(licence, respect_robots)
            self._held[licence.id] = _Held(secret, self._monotonic())
            return secret, hops

    def renewable(self, licence: Licence, answer: Answer, secret: str) -> bool:
        """Whether the answer may mean that this token has died early; if so, it is forgotten."""
        if answer.status not in _REFUSED:
            return False
        with self._lock:
            held = self._held.get(licence.id)
            if held is None or held.secret != secret:
                return True  # another thread has renewed it meanwhile
            if self._age_s(held) < _YOUNG_S:
                return False
            del self._held[licence.id]
            return True

    def _age_s(self, held: _Held) -> float:
        return self._monotonic() - held.since_s

    def _ask(self, licence: Licence, respect_robots: bool) -> tuple[str, tuple[Hop, ...]]:
        outcome = self._fetch(licence.token_url, respect_robots)
        if isinstance(outcome, NotModified):
            raise Fault("licence", f"{licence.token_url} answered 304 instead of a token")
        if not isinstance(outcome, Fetched):
            raise Refusal(_told(outcome, licence))
        found = _read_token(outcome.capture.body) if outcome.capture.status == 200 else None
        if found is None:
            raise Fault("licence", f"{licence.token_url} gave no token (status {outcome.capture.status})")
        return found, outcome.capture.hops


def _told(outcome: FetchBlocked | FetchFailed, licence: Licence) -> FetchBlocked | FetchFailed:
    """Why there is no token. The bytes of a broken answer might hold half of one: they are not kept."""
    outcome = replace(outcome, reason=f"no token of the {licence.id} licence: {outcome.reason}")
    return replace(outcome, partial=b"") if isinstance(outcome, FetchFailed) else outcome


def _read_token(body: bytes) -> str | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    data = answer.get("data") if isinstance(answer, dict) else None
    row = data[0] if isinstance(data, list) and data else data
    found = next((row[name] for name in _NAMES if row.get(name)), None) if isinstance(row, dict) else None
    return found if isinstance(found, str) and _TOKEN.fullmatch(found) else None


def fit_to_keep(answer: Answer, licence: Licence, secret: str) -> Answer:
    """The answer as it may be kept: with the licence's ``withheld`` members emptied, which a header of our own tells.

    Raises Fault for an answer that repeats the token: nothing of it is kept.
    """
    texts = [answer.location or "", *(value for _, value in answer.headers)]
    if secret.encode() in answer.body.content or any(secret in text for text in texts):
        raise Fault("licence", "the answer repeats the licence token; nothing of it was kept")
    content = _emptied(answer.body.content, licence.withheld)
    if content == answer.body.content:
        return answer
    mark = ("x-cmaa-withheld", ", ".join(licence.withheld))
    return replace(answer, body=replace(answer.body, content=content), headers=(*answer.headers, mark))


def _emptied(body: bytes, members: Sequence[str]) -> bytes:
    """The JSON text with the string values of these members empty, and not a byte of the rest touched."""
    names = b"|".join(re.escape(name.encode()) for name in members)
    if not names:
        return body
    return re.sub(rb'("(?:' + names + rb')"\s*:\s*)"(?:[^"\\]|\\.)*"', rb'\1""', body, flags=re.DOTALL)
