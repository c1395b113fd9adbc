"""``cmaa-monitor verify``: the record checked against itself."""

import click

from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.cli.output import local, write_ribbon


@click.command()
@click.pass_obj
def verify(options: Options) -> int:
    """Recompute the audit chain, hold checks, changes, digests, deliveries and settings against it, and rehash every
    stored copy.

    Every fault is named; of a broken chain only the first break.
    """
    with options.house.reader() as store:
        faults = store.faults()
        head, demo, since = store.queries.chain_head(), store.is_demo, store.queries.sealed_since()
        released = store.queries.released()
    write_ribbon(demo=demo)
    for fault in faults:
        print(fault)
    for one in released:
        words = f"bytes of {one.copies:,} copies released by retention on {one.at:%Y-%m-%d}"
        print(f"Kept as hashes only: {words} under the rule “{one.rule.value}”.")
    if faults:
        return Exit.CANNOT_RUN
    print(
        "Sound: audit chain; checks, changes, digests, deliveries and settings; every stored copy."
        f" Chain head {head or 'none yet'}"
    )
    if since.older:
        begun = f"since {local(since.at, options.house.config.time_zone)}" if since.at else "from the next one on"
        print(f"Deliveries are sealed {begun}; of {since.older:,} older ones only what was to be told is guarded.")
    return Exit.OK
