"""The way out: the one HTTP client, with what it may reach from this installation."""

import time
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING

from monitor.app.clocks import SystemClock
from monitor.app.settings import plain_http_hosts, user_agent
from monitor.config import Config
from monitor.model.watch import Robots
from monitor.store import Store

if TYPE_CHECKING:  # heavy; imported where it is needed
    from monitor.net.client import HttpClient
    from monitor.net.policy import Policy

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
"""All that a demo may reach."""


def remembering_client(config: Config, store: Store, now: Callable[[], datetime]) -> "HttpClient":
    """What hosts asked of it (robots.txt, Retry-After) is kept in the store."""
    from monitor.net.client import HttpClient

    return HttpClient(
        _policy(config, is_demo=store.is_demo),
        origins=config.origins,
        robots=store.hosts,
        now=now,
        sleep=time.sleep,
        monotonic=time.monotonic,
        licences=config.licences,
        holds=store.hosts.holds(),
    )


def forgetful_client(config: Config, *, is_demo: bool) -> "HttpClient":
    """For a dry run: it remembers nothing, and reaches no more than the installation's own would."""
    from monitor.net.client import HttpClient

    return HttpClient(
        _policy(config, is_demo=is_demo),
        origins=config.origins,
        robots=_Forgetful(),
        now=SystemClock().now,
        sleep=time.sleep,
        monotonic=time.monotonic,
        licences=config.licences,
    )


def _policy(config: Config, *, is_demo: bool) -> "Policy":
    from monitor.net.policy import Policy

    fetch = config.fetch
    loopback = LOOPBACK if is_demo else ()
    return Policy(
        user_agent=user_agent(config.contact),
        deadline_s=fetch.deadline_s,
        max_body_bytes=fetch.max_body_bytes,
        pace_s=fetch.pace_s,
        jitter_s=min(1.0, fetch.pace_s),
        retries=fetch.retries,
        allow_nets=(*map(ip_network, fetch.allow_nets), *loopback),
        only_nets=loopback,
        allow_http_hosts=plain_http_hosts(config),
    )


class _Forgetful:
    """Robots rules for one run only."""

    def __init__(self) -> None:
        self._known: dict[str, Robots] = {}

    def load(self, origin: str) -> Robots | None:
        return self._known.get(origin)

    def save(self, robots: Robots) -> None:
        self._known[robots.origin] = robots
