"""Puts the house together: names the concrete parts, owns the clock, and hands the pipeline what it needs."""

from monitor.app.clocks import DemoClock, SystemClock
from monitor.app.house import House, open_house
from monitor.app.register import register_settings
from monitor.app.settings import in_full, known_sources, plain_http_hosts, user_agent, voice

__all__ = [
    "DemoClock",
    "House",
    "SystemClock",
    "in_full",
    "known_sources",
    "open_house",
    "plain_http_hosts",
    "register_settings",
    "user_agent",
    "voice",
]
