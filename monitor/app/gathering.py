"""The hands of a poll as this installation has them: the one HTTP client and, for pages that need it, a browser."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from monitor.app.settings import user_agent
from monitor.config import Config
from monitor.model.errors import ConfigError, Problem

if TYPE_CHECKING:  # heavy; imported where it is needed
    from monitor.net.client import HttpClient
    from monitor.pipeline.gather import Gatherer
    from monitor.pipeline.ports import Fetcher


def gatherer(
    config: Config, client: "HttpClient", now: Callable[[], datetime], *, with_browser: bool = True
) -> "Gatherer":
    """Raises ConfigError, with the line of each entry that asks for a browser, when none can be had."""
    from monitor.pipeline.gather import Gatherer

    renderer = _renderer(config, client, now) if with_browser and config.browsers else None
    return Gatherer(fetcher=client, renderer=renderer, now=now, full_get_every=config.fetch.full_get_every)


def browser_faults(config: Config) -> tuple[Problem, ...]:
    """For each entry that asks for a browser why it cannot have one; none where it can."""
    if not config.browsers:
        return ()
    from monitor.net.chromium import browser_ailment

    ailment = browser_ailment(config.fetch.chromium)
    if ailment is None:
        return ()
    return tuple(replace(place, what=f"asks for a browser, and {ailment}") for place in config.browsers)


def browser_told(config: Config) -> str:
    """The browser at hand, in words."""
    import os

    from monitor.net.chromium import chromium_version, find_chromium

    path = find_chromium(config.fetch.chromium)
    told = f"{chromium_version(path) or 'does not run'} ({path})" if path else "none"
    unboxed = "; as root it runs without its own sandbox, so run the service as a user" if os.geteuid() == 0 else ""
    return f"{told}{unboxed}"


def _renderer(config: Config, client: "HttpClient", now: Callable[[], datetime]) -> "Fetcher":
    faults = browser_faults(config)
    if faults:
        raise ConfigError(faults)
    from monitor.net.chromium import Chromium, find_chromium
    from monitor.net.rendering import RenderingClient

    path = find_chromium(config.fetch.chromium)
    assert path is not None  # noqa: S101 - browser_faults has looked
    chromium = Chromium(path=path, user_agent=user_agent(config.contact))
    return RenderingClient(client=client, chromium=chromium, now=now, most_dom=config.fetch.max_body_bytes)
