"""The guarded HTTP client: fetches official pages as evidence, and hands payloads to webhooks.

Redirects are followed by hand, so that each hop is checked, counted and kept. Every expected ending is a value.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from monitor.model.capture import (
    Capture,
    FetchBlocked,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Hop,
    NotModified,
    Validators,
)
from monitor.model.ids import Sha256
from monitor.model.licence import Licence
from monitor.net.exchange import Answer, BrokenAnswer, Budget, ask
from monitor.net.faults import RETRIED, Fault
from monitor.net.guard import GuardedAdapter
from monitor.net.licences import Refusal, Tokens, fit_to_keep
from monitor.net.origins import Origins
from monitor.net.pace import Holds, Pace
from monitor.net.policy import Policy
from monitor.net.post import PostOutcome, post_once, posting
from monitor.net.robots import RobotsGate, RobotsStore
from monitor.net.silence import Silence
from monitor.net.urls import Address, check_manners, parse

_RETRIED_STATUS = frozenset({502, 503, 504})
_CONDITIONS = frozenset({"If-None-Match", "If-Modified-Since"})


class _Held(Exception):
    """A host asked to be left alone until a time that has not come."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(host)
        self.reason = f"{host} asked not to be asked before {until:%Y-%m-%d %H:%M:%S} UTC (Retry-After)"


@dataclass(slots=True)
class _Trip:
    """One fetch on its way: where it began, what it may still use, and the hops so far. ``errands`` are requests made
    for it that lead nowhere, such as for a token.
    """

    url: str
    started_at: datetime
    budget: Budget
    headers: dict[str, str]
    respect_robots: bool
    policy: Policy
    is_part: bool = False
    hops: list[Hop] = field(default_factory=list)
    errands: list[Hop] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def asked(self) -> tuple[Hop, ...]:
        """Every request made, in no order but that of their kinds."""
        return (*self.errands, *self.hops)


class HttpClient:
    """Safe for many threads; asks a host one thing at a time. Times are aware and UTC.

    ``origins``: official host to the base URL it is really asked at (a base that is no URL raises ``ValueError``).
    ``licences``: those the operator has accepted. ``robots`` keeps robots.txt over restarts. ``sleep`` and
    ``monotonic`` serve the pace and the age of tokens: deadlines of sockets run on the machine's own clock. ``holds``:
    hosts that asked to be left alone, from ``holds()`` of an earlier run.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        origins: Mapping[str, str],
        robots: RobotsStore,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        holds: Mapping[str, datetime] = {},
        licences: Sequence[Licence] = (),
    ) -> None:
        self._policy = policy
        self._posting = posting(policy)
        self._now = now
        self._sleep = sleep
        try:
            self._origins = Origins(origins)
        except Fault as fault:
            raise ValueError(f"origins: {fault.reason}") from fault
        self._adapter = GuardedAdapter(policy)
        self._pace = Pace(policy.pace_s, policy.jitter_s, monotonic=monotonic, sleep=sleep)
        self._holds = Holds(holds)
        self._silence = Silence(now)
        self._robots = RobotsGate(policy.user_agent, robots, self._fetch_robots, now)
        self._tokens = Tokens(licences, self._fetch_token, monotonic)

    def fetch(
        self,
        url: str,
        *,
        validators: Validators | None,
        respect_robots: bool,
        max_body_bytes: int | None = None,
        is_part: bool = False,
    ) -> FetchOutcome:
        """Fetches an official URL. Never raises for anything a server, a network or a URL can do. ``max_body_bytes``
        lowers the policy's limit for this fetch. ``is_part``: of a page that is being put together; parts follow one
        another at a shorter pace.
        """
        policy = self._policy.no_larger_than(max_body_bytes)
        budget, headers = Budget(policy.deadline_s), self._headers(url, validators)
        trip = _Trip(url, self._now(), budget, headers, respect_robots, policy, is_part)
        try:
            return self._follow(trip, parse(url))
        except Fault as fault:
            return FetchFailed(
                code=fault.code,
                reason=fault.reason,
                hops=trip.asked,
                started_at=trip.started_at,
                ended_at=self._now(),
                partial=fault.partial,
            )
        except _Held as held:
            return FetchBlocked(
                code="retry-after",
                reason=held.reason,
                hops=trip.asked,
                started_at=trip.started_at,
                ended_at=self._now(),
            )
        except Refusal as refusal:
            asked = (*trip.asked, *refusal.outcome.hops)
            return replace(refusal.outcome, hops=asked, started_at=trip.started_at)

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> PostOutcome:
        """Sends ``body`` once. ``timeout_s`` is for the whole exchange. Redirects are answers, not followed."""
        try:
            address = self._checked(parse(url))
        except Fault as fault:
            return PostOutcome(status=None, code=fault.code, reason=fault.reason)
        return post_once(self._adapter, self._posting, address, body, headers, timeout_s=timeout_s, now=self._now())

    def holds(self) -> dict[str, datetime]:
        """Until when each host (as really asked) wants to be left alone; passed times included."""
        return self._holds.snapshot()

    def close(self) -> None:
        """Closes idle connections."""
        self._adapter.close()

    def _headers(self, url: str, validators: Validators | None) -> dict[str, str]:
        """The request's headers; validators that came from another URL say nothing about this one."""
        headers = {"User-Agent": self._policy.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        if validators is None or validators.url not in (None, url):
            return headers
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        elif validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return headers

    def _fetch_robots(self, url: str) -> FetchOutcome:
        return self.fetch(url, validators=None, respect_robots=False)

    def _fetch_token(self, url: str, respect_robots: bool) -> FetchOutcome:
        return self.fetch(url, validators=None, respect_robots=respect_robots)

    def _checked(self, official: Address) -> Address:
        """The address really to be asked, when asking it is allowed."""
        if not self._origins.maps(official):
            check_manners(official, self._policy)
        return self._origins.real(official)

    def _follow(self, trip: _Trip, official: Address) -> FetchOutcome:
        """Asks, and follows redirects, until an answer is final."""
        while True:
            real = self._checked(official)
            if trip.respect_robots and (objection := self._robots.objection(official)):
                return replace(objection, hops=(*trip.asked, *objection.hops), started_at=trip.started_at)
            trip.seen.add(str(official))
            answer = self._ask_as_licensed(trip, official, real)
            trip.hops.append(Hop(url=str(real), status=answer.status, peer=answer.peer))
            if answer.location is None:
                return self._final(trip, official, answer)
            official = self._next(trip, official, answer.location)

    def _next(self, trip: _Trip, official: Address, location: str) -> Address:
        """The next hop, or a Fault when it must not be taken."""
        target = self._origins.redirected(official, location)
        if official.scheme == "https" and target.scheme == "http":
            raise Fault("downgrade", f"{official} redirects to plain http ({str(target)[:200]}); not followed")
        if str(target) in trip.seen:
            raise Fault("redirect-loop", f"{official} redirects back to {str(target)[:200]}")
        if len(trip.hops) > self._policy.max_redirects:
            raise Fault("too-many-redirects", f"more than {self._policy.max_redirects} redirects from {trip.url[:200]}")
        return target

    def _ask_as_licensed(self, trip: _Trip, official: Address, real: Address) -> Answer:
        """Asks with the token of the licence the address lies behind, if one was accepted; renews it once at need."""
        licence = self._tokens.licence_for(official)
        if licence is None:
            return self._ask_with_retries(trip, real, trip.headers)
        try:
            answer, secret = self._ask_with_token(trip, licence, real)
            if self._tokens.renewable(licence, answer, secret):
                trip.errands.append(Hop(url=str(real), status=answer.status, peer=answer.peer))
                answer, secret = self._ask_with_token(trip, licence, real)
        except Fault as fault:
            fault.partial = b""  # what came of a broken answer cannot be made fit to keep
            raise
        return fit_to_keep(answer, licence, secret)

    def _ask_with_token(self, trip: _Trip, licence: Licence, real: Address) -> tuple[Answer, str]:
        secret, hops = self._tokens.token(licence, respect_robots=trip.respect_robots)
        trip.errands += hops
        return self._ask_with_retries(trip, real, trip.headers | {"Authorization": f"Bearer {secret}"}), secret

    def _ask_with_retries(self, trip: _Trip, real: Address, headers: Mapping[str, str]) -> Answer:
        """Asks a host that is not known to be silent, and notes whether it spoke."""
        self._silence.check(real.netloc)
        try:
            answer = self._ask_patiently(trip, real, headers)
        except Fault as fault:
            self._silence.failed(real.netloc, fault)
            raise
        self._silence.answered(real.netloc)
        return answer

    def _ask_patiently(self, trip: _Trip, real: Address, headers: Mapping[str, str]) -> Answer:
        """Tries again after a failed connection and after 502, 503 and 504, unless the host named a time to wait."""
        for tries_left in range(self._policy.retries, -1, -1):
            try:
                answer = self._ask(trip, real, headers)
            except BrokenAnswer as fault:
                trip.hops.append(Hop(url=str(real), status=fault.status, peer=fault.peer))
                raise
            except Fault as fault:
                if fault.code not in RETRIED or not tries_left:
                    raise
            else:
                asked_to_wait = self._holds.active(real.netloc, self._now())
                if answer.status not in _RETRIED_STATUS or asked_to_wait or not tries_left:
                    return answer
            self._sleep(self._policy.backoff_s * 2 ** (self._policy.retries - tries_left))
        raise AssertionError("the last try returns or raises")

    def _ask(self, trip: _Trip, real: Address, headers: Mapping[str, str]) -> Answer:
        with self._pace.turn(real.netloc, is_part=trip.is_part):
            # Asked here and not earlier: another thread may have been told to wait while this one stood in line.
            if until := self._holds.active(real.netloc, self._now()):
                raise _Held(real.netloc, until)
            try:
                answer = ask(self._adapter, trip.policy, trip.budget, real, headers)
            except BrokenAnswer as fault:
                self._holds.note(real.netloc, fault.status, fault.retry_after, self._now())
                raise
            self._holds.note(real.netloc, answer.status, answer.header("retry-after"), self._now())
            return answer

    def _final(self, trip: _Trip, official: Address, answer: Answer) -> Fetched | NotModified:
        hops = trip.asked
        if answer.status == 304:
            if not trip.headers.keys() & _CONDITIONS:
                raise Fault("protocol", f"{official} answers 304 (not modified) to a request that compares nothing")
            return NotModified(hops=hops, started_at=trip.started_at, ended_at=self._now())
        capture = Capture(
            official_url=trip.url,
            final_url=str(official),
            hops=hops,
            status=answer.status,
            headers=answer.headers,
            body=answer.body.content,
            sha256=Sha256(hashlib.sha256(answer.body.content).hexdigest()),
            wire_bytes=answer.body.wire_bytes,
            started_at=trip.started_at,
            ended_at=self._now(),
            tls_version=answer.tls_version,
            certificate_sha256=answer.certificate_sha256,
        )
        return Fetched(capture=capture)
