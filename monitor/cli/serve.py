"""``cmaa-monitor serve``: the service, until it is told to stop."""

import json
import signal
import sys
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

import click

from monitor.app import SystemClock
from monitor.cli.options import Options
from monitor.daemon import TICK_S, Event, Service
from monitor.daemon.health import Level

if TYPE_CHECKING:
    from monitor.app import House


@click.command()
@click.option("--tick", "tick_s", type=click.FloatRange(min=1), default=TICK_S, show_default=True, metavar="SECONDS")
@click.option("--log", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def serve(options: Options, tick_s: float, form: str) -> int:
    """Check every source when it is due and send what is due, until stopped (Ctrl-C or SIGTERM).

    What is under way ends first, within 90 seconds. SIGHUP reads sources.yaml anew; a faulty one is refused and the
    settings from before stay in force. Events go to stderr: one line for each tick that did something, or with
    `--log json` one object for each event, each check among them.
    """
    say = _as_json if form == "json" else _as_text(options)
    service = Service(
        house=options.house,
        reopen=lambda: _reopened(options),
        say=say,
        tick_s=tick_s,
        notify_address=options.env.get("NOTIFY_SOCKET"),
    )
    signal.signal(signal.SIGTERM, lambda *_: service.stop())
    signal.signal(signal.SIGINT, lambda *_: service.stop())
    signal.signal(signal.SIGHUP, lambda *_: service.reload())
    listen = options.house.config.service.listen
    door = f" http://{listen[0]}:{listen[1]}/readyz tells how it is." if listen else ""
    number = len(options.house.config.sources)
    words = f"Watching {number} sources; a look every {tick_s:g} s.{door} Stop with Ctrl-C."
    say(Event("started", words, fields={"sources": number, "tick_s": tick_s}))
    service.run()
    return 0


def _reopened(options: Options) -> "House":
    from monitor.app import open_house
    from monitor.config import find_config

    return open_house(find_config(options.config, options.env), options.env)


def _as_json(event: Event) -> None:
    at = SystemClock().now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = {"at": at, "level": event.level.value, "event": event.name, "words": event.words, **event.fields}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()


def _as_text(options: Options) -> Callable[[Event], None]:
    """Checks one by one are left to the JSON form; with ``--quiet`` only what is wrong is said."""

    def say(event: Event) -> None:
        if event.level is Level.ERROR or event.name == "downtime":
            print(event.words, file=sys.stderr, flush=True)
        elif event.name != "check":
            options.note(event.words)

    return say
