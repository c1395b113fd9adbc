"""A client on loopback with a memory for robots.txt and clocks that can be turned by hand."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model.capture import Capture, Fetched, FetchFailed, FetchOutcome, Validators
from monitor.model.licence import Licence
from monitor.model.watch import Robots
from monitor.net.client import HttpClient
from monitor.net.policy import Policy, nets
from tests.loopback import LoopbackServer

OFFICIAL = "https://www.fda.gov"
LOOPBACK = nets("127.0.0.0/8", "::1/128")


class MemoryRobots:
    def __init__(self, *known: Robots) -> None:
        self.known = {robots.origin: robots for robots in known}

    def load(self, origin: str) -> Robots | None:
        return self.known.get(origin)

    def save(self, robots: Robots) -> None:
        self.known[robots.origin] = robots


@dataclass
class Clock:
    """Stands still but for sleeping; notes how long was slept."""

    at: datetime = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.at.timestamp()


@dataclass(frozen=True, kw_only=True)
class Rig:
    client: HttpClient
    clock: Clock
    robots: MemoryRobots

    def fetch(
        self, path: str, *, validators: Validators | None = None, robots: bool = False, official: str = OFFICIAL
    ) -> FetchOutcome:
        return self.client.fetch(official + path, validators=validators, respect_robots=robots)

    def capture(self, path: str) -> Capture:
        outcome = self.fetch(path)
        assert isinstance(outcome, Fetched), outcome
        return outcome.capture

    def failure(self, path: str) -> FetchFailed:
        outcome = self.fetch(path)
        assert isinstance(outcome, FetchFailed), outcome
        return outcome


@contextmanager
def rig(
    server: LoopbackServer | None = None,
    *,
    origins: Mapping[str, str] | None = None,
    robots: MemoryRobots | None = None,
    holds: Mapping[str, datetime] | None = None,
    licences: Sequence[Licence] = (),
    **policy: Any,
) -> Iterator[Rig]:
    """A client that asks ``server`` for everything official of www.fda.gov, without pause unless ``policy`` says so."""
    limits: dict[str, Any] = {"pace_s": 0.0, "jitter_s": 0.0, "deadline_s": 5.0, "allow_nets": LOOPBACK} | policy
    clock = Clock()
    memory = robots or MemoryRobots()
    mapping = {"www.fda.gov": server.base} if origins is None and server else dict(origins or {})
    client = HttpClient(
        Policy(user_agent="cmaa-monitor/0.1 (+https://example.invalid/contact)", **limits),
        origins=mapping,
        robots=memory,
        now=clock.now,
        sleep=clock.sleep,
        monotonic=clock.monotonic,
        holds=holds or {},
        licences=licences,
    )
    try:
        yield Rig(client=client, clock=clock, robots=memory)
    finally:
        client.close()
