"""``cmaa-monitor verify``: the record checked against itself."""

import click

from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.cli.output import write_ribbon


@click.command()
@click.pass_obj
def verify(options: Options) -> int:
    """Recompute the audit chain, hold the checks, changes and digests against it, and rehash every stored copy.

    Every fault is named; of a broken chain only the first break.
    """
    with options.house.reader() as store:
        faults = store.faults()
        head, demo = store.queries.chain_head(), store.is_demo
    write_ribbon(demo=demo)
    for fault in faults:
        print(fault)
    if faults:
        return Exit.CANNOT_RUN
    print(f"Sound: audit chain, checks, changes and digests, every stored copy. Chain head {head or 'none yet'}")
    return Exit.OK
