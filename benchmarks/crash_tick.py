"""The program that the crash harness kills: one tick of the service, as ``serve`` makes it, on a day of its own.

    python benchmarks/crash_tick.py [--hasty]
    python benchmarks/crash_tick.py [--hasty] --once DAY CONFIG

With ``--once`` it makes one tick and ends. Without, it reads orders from stdin, one JSON object a line, and makes each
tick in a child forked from itself, so that what is killed has not to start an interpreter first: it answers with the
child's process id, and when the child has ended with its exit code.

``config`` names the installation; ``day`` moves the clock by whole days, so that each tick has a daily digest to close.
``point`` and ``nth`` name where the child kills itself (``crash_points``). ``--hasty`` is the negative control: every
telling is marked before it is sent.
"""

import importlib
import json
import os
import pkgutil
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

from monitor.app import House, SystemClock, open_house
from monitor.daemon import tick

# What only the harness needs is imported where it needs it: a restart (--once) starts as the program itself does.

_WARM = ("assess", "channels", "compose", "formats", "net", "pipeline", "sources", "store")


def one_tick(house: House, day: int) -> int:
    """A tick ``day`` days from now; 0, or 1 and the trouble on stderr."""

    def later(_: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(days=day)

    SystemClock.now = later  # type: ignore[method-assign, assignment]
    done = tick(house)
    if done.trouble:
        print(done.trouble, file=sys.stderr)
    return int(done.trouble is not None)


def _child(house: House, order: dict[str, object]) -> None:
    words = os.open(house.config.path.with_name("words"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(words, 1)
    os.dup2(words, 2)
    code = 1
    try:
        if order.get("point"):
            from crash_points import arm

            arm(str(order["point"]), int(str(order["nth"])))
        code = one_tick(house, int(str(order["day"])))
    except Exception:  # noqa: BLE001 - whatever it is, the parent reads it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _warm(house: House, package: ModuleType) -> None:
    """Imports, reads and compiles all that a tick may need, so that no child has to."""
    from monitor.compose.environment import html_environment, text_environment
    from monitor.config import read_templates

    for name in _WARM:
        room = importlib.import_module(f"{package.__name__}.{name}")
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    assert house.rules is not None
    templates = read_templates()
    for name in templates:
        environment = html_environment(templates) if name.endswith(".html") else text_environment(templates)
        environment.get_template(name)


def _open(config: str) -> House:
    house = open_house(Path(config), dict(os.environ))
    if "--hasty" not in sys.argv:
        return house
    from mark_then_send import HastyHouse

    return HastyHouse(house.config)


def main() -> None:
    if "--once" in sys.argv:
        day, config = sys.argv[-2:]
        sys.exit(one_tick(_open(config), int(day)))
    houses: dict[str, House] = {}
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        config = order["config"]
        if config not in houses:
            houses = {config: _open(config)}
            _warm(houses[config], importlib.import_module("monitor"))
        pid = os.fork()
        if pid == 0:
            _child(houses[config], order)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
