"""The service: APScheduler ticks, and nothing else. What is due lives in the database, so a missed tick loses nothing.

``tick`` does what is due, once; ``Service`` ticks until it is stopped, and says how it is: over HTTP (``door``), to
systemd (``notify``), to a dead man's switch (``switch``) and as events.
"""

from monitor.daemon.health import Event, Health
from monitor.daemon.service import TICK_S, Service
from monitor.daemon.tick import ClockWatch, Tick, tick

__all__ = ["TICK_S", "ClockWatch", "Event", "Health", "Service", "Tick", "tick"]
