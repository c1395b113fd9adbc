"""``cmaa-monitor serve``: the service, until it is told to stop."""

import signal
import sys
from types import FrameType

import click

from monitor.cli.options import Options
from monitor.daemon import TICK_S, Tick, schedule


@click.command()
@click.option("--tick", "tick_s", type=click.FloatRange(min=1), default=TICK_S, show_default=True, metavar="SECONDS")
@click.pass_obj
def serve(options: Options, tick_s: float) -> int:
    """Check every source when it is due and send what is due, until stopped (Ctrl-C or SIGTERM).

    A tick that is under way ends first. One line on stderr for each tick that did something.
    """
    options.house.reread_rules()
    scheduler = schedule(options.house, lambda one: _tell(options, one), tick_s=tick_s)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=True)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    options.note(f"Watching {len(options.house.config.sources)} sources; a look every {tick_s:g} s. Stop with Ctrl-C.")
    scheduler.start()
    return 0


def _tell(options: Options, one: Tick) -> None:
    if one.rules:
        print(one.rules, file=sys.stderr)
    if one.trouble:
        print(one.trouble, file=sys.stderr)
    elif not one.idle:
        options.note(
            f"{one.checked} checked, {one.unverified} unverified, {one.changes} changes, "
            f"{one.digests} digests, {one.sent} sent, {one.unsent} not sent"
        )
