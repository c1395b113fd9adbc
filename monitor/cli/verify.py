"""``cmaa-monitor verify``: the record checked against itself."""

import click

from monitor.cli.exits import Exit
from monitor.cli.options import Options


@click.command()
@click.pass_obj
def verify(options: Options) -> int:
    """Recompute the audit chain and the hash of every stored copy; name the first break."""
    with options.house.reader() as store:
        store.verify_file()
        broken = store.queries.verify_chain()
        faults = [str(damage) for damage in store.queries.verify_objects()]
        head = store.queries.chain_head()
    if broken is not None:
        faults.insert(0, str(broken))
    for fault in faults:
        print(fault)
    if faults:
        return Exit.CANNOT_RUN
    print(f"Sound: audit chain and every stored copy. Chain head {head or 'none yet'}")
    return Exit.OK
