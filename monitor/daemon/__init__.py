"""The service: APScheduler ticks, and nothing else. What is due lives in the database, so a missed tick loses nothing.

``Service`` has four parts (``turns``) that take their turns (``rota``) on one open database (``shared``) until it is
stopped, and says how it is: over HTTP (``door``), to systemd (``notify``), to a dead man's switch (``switch``) and as
events. ``tick`` does one turn of each part in one thread.
"""

from monitor.daemon.health import Event, Health
from monitor.daemon.service import TICK_S, Service
from monitor.daemon.tick import ClockWatch, Tick
from monitor.daemon.turns import tick

__all__ = ["TICK_S", "ClockWatch", "Event", "Health", "Service", "Tick", "tick"]
