"""robots.txt by RFC 9309: what may be asked of a host, remembered for a day."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from msgspec.structs import replace

from monitor.model.capture import Capture, FetchBlocked, Fetched, FetchFailed, FetchOutcome
from monitor.model.watch import Robots
from monitor.net.urls import Address

_FRESH_FOR = timedelta(hours=24)
# A host that could not be asked is tried again soon: a day of silence after one bad minute would be our own making.
_RETRY_AFTER = timedelta(minutes=5)
_READ_BYTES = 500 * 1024
_AGENT_FIELD = re.compile(r"\s*user[- ]?agent(?![\w-])\s*:?", re.IGNORECASE)
# RFC 9309 2.3.1.2: a robots.txt behind redirects that cannot be followed counts as one that is not there.
_LEADS_NOWHERE = frozenset({"redirect-loop", "too-many-redirects", "downgrade", "bad-url"})
_NOBODY = "User-agent: nobody-we-are"


class RobotsStore(Protocol):
    """Keeps the robots.txt of each origin (``https://www.fda.gov``) over restarts."""

    def load(self, origin: str) -> Robots | None: ...

    def save(self, robots: Robots) -> None: ...


@dataclass(slots=True)
class _Known:
    robots: Robots
    rules: Any
    tried_at: datetime


class RobotsGate:
    """Answers whether a URL may be fetched. ``fetch`` gets one robots.txt (official URL), by the client's own rules."""

    def __init__(
        self, user_agent: str, store: RobotsStore, fetch: Callable[[str], FetchOutcome], now: Callable[[], datetime]
    ) -> None:
        # The product token is what robots.txt files name; the rest of the User-Agent is for people.
        self._agent = user_agent.split("/", 1)[0].split(" ", 1)[0]
        self._store = store
        self._fetch = fetch
        self._now = now
        self._known: dict[str, _Known] = {}
        self._failed: dict[str, FetchFailed] = {}
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._locks_lock = Lock()

    def objection(self, address: Address) -> FetchBlocked | FetchFailed | None:
        """None when the URL may be asked for; otherwise the outcome to hand back."""
        began = self._now()
        known = self._rules(address.origin)
        if not isinstance(known, _Known):
            return known
        if known.robots.status is None or known.robots.status >= 500:
            why = f"{address.origin}/robots.txt answers {known.robots.status}, so nothing may be asked of it for now"
        elif known.rules is None or known.rules.can_fetch(str(address), self._agent):
            return None
        else:
            why = f"{address.origin}/robots.txt forbids {address.path[:200]} to {self._agent}"
        return FetchBlocked(code="robots", reason=why, hops=(), started_at=began, ended_at=self._now())

    def _rules(self, origin: str) -> _Known | FetchBlocked | FetchFailed:
        with self._locks_lock:
            lock = self._locks[origin]
        with lock:
            known = self._known.get(origin) or self._stored(origin)
            now = self._now()
            if known and (self._is_fresh(known.robots, now) or now - known.tried_at < _RETRY_AFTER):
                return known
            failed = self._failed.get(origin)
            if failed and now - failed.ended_at < _RETRY_AFTER:
                reason = f"it failed moments ago and was not asked for again: {failed.reason}"
                return replace(failed, reason=reason, hops=(), started_at=now, ended_at=now)
            return self._refreshed(origin, known)

    @staticmethod
    def _is_fresh(robots: Robots, now: datetime) -> bool:
        usable = robots.status is not None and robots.status < 500
        return now - robots.fetched_at < (_FRESH_FOR if usable else _RETRY_AFTER)

    def _stored(self, origin: str) -> _Known | None:
        robots = self._store.load(origin)
        if robots is None:
            return None
        known = self._known[origin] = _Known(robots, _parsed(robots, self._agent), robots.fetched_at)
        return known

    def _refreshed(self, origin: str, old: _Known | None) -> _Known | FetchBlocked | FetchFailed:
        """Asks anew. When that fails, an older copy that was good goes on holding."""
        outcome = self._fetch(f"{origin}/robots.txt")
        robots = _robots_of(origin, outcome, self._now())
        usable = robots is not None and robots.status is not None and robots.status < 500
        if old and not usable and old.robots.status is not None and old.robots.status < 500:
            old.tried_at = self._now()
            return old
        if robots is None:
            unanswered = _unanswered(outcome)
            if isinstance(unanswered, FetchFailed):
                self._failed[origin] = unanswered
            return unanswered
        self._failed.pop(origin, None)
        self._store.save(robots)
        known = self._known[origin] = _Known(robots, _parsed(robots, self._agent), robots.fetched_at)
        return known


def _robots_of(origin: str, outcome: FetchOutcome, now: datetime) -> Robots | None:
    """What the host said, or None when it said nothing. A file longer than our cap is read as far as RFC 9309 asks."""
    match outcome:
        case Fetched(capture=capture):
            return Robots(origin=origin, status=capture.status, text=_text(capture), fetched_at=now)
        case FetchFailed(code="too-large", partial=partial):
            return Robots(origin=origin, status=200, text=_decoded(partial), fetched_at=now)
        case FetchFailed(code=code, hops=hops) if code in _LEADS_NOWHERE and hops:
            return Robots(origin=origin, status=hops[-1].status, text="", fetched_at=now)
        case _:
            return None


def _text(capture: Capture) -> str:
    if capture.status != 200:
        return ""
    text = _decoded(capture.body)
    if text.lstrip()[:1] == "<" or capture.media_type == "text/html":
        return "# In place of a robots.txt an HTML page came (perhaps a block page): nothing in it forbids anything.\n"
    return text


def _decoded(body: bytes) -> str:
    return body[:_READ_BYTES].decode("utf-8-sig", errors="replace")


def _unanswered(outcome: FetchOutcome) -> FetchBlocked | FetchFailed:
    """The outcome of the robots.txt request, which stands for the one that could not be asked."""
    assert isinstance(outcome, FetchBlocked | FetchFailed)  # noqa: S101 - the other two were read above
    kind = type(outcome)
    return kind(
        code=outcome.code,
        reason=f"robots.txt: {outcome.reason}",
        hops=outcome.hops,
        started_at=outcome.started_at,
        ended_at=outcome.ended_at,
    )


def _parsed(robots: Robots, agent: str) -> Any:
    """The rules, or None when everything is allowed (4xx)."""
    if robots.status != 200:
        return None
    # protego costs start-up time that commands which fetch nothing should not pay.
    from protego import Protego

    return Protego.parse("\n".join(_ours(line, agent.lower()) for line in robots.text.splitlines()))


def _ours(line: str, agent: str) -> str:
    """Keeps the names that mean us and makes one of all the others.

    protego keeps each rule once for each agent named above it, so that a file of 15,000 agents and as many rules would
    fill the memory; and it takes any beginning of our name for us, where RFC 9309 wants the whole product token.
    """
    field = _AGENT_FIELD.match(line)
    name = line[field.end() :].split("#", 1)[0].strip() if field else "*"
    if name == "*":
        return line
    token = name.lower().split("/", 1)[0].rstrip("* ")
    return f"User-agent: {agent}" if token == agent else _NOBODY
