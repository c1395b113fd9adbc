"""``cmaa-monitor retention``: what may be let go of the record by the rules of sources.yaml, and letting it go."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.model.errors import UsageError
from monitor.model.retention import Surplus

if TYPE_CHECKING:
    from monitor.app import House

_NOT_SET = (
    "sources.yaml sets no retention, so everything is kept for ever. To change that write such as: "
    "retention: {unchanged: 400d, unverified: 180d}"
)


@click.command()
@click.option("--apply", "is_real", is_flag=True, help="Let it go. Without this only shows what would go, and why.")
@click.option(
    "--compact", is_flag=True, help="Then give the room back to the disk; needs as much free as the file has."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def retention(options: Options, is_real: bool, compact: bool, as_json: bool) -> int:
    """Show which stored copies `retention:` in sources.yaml would let go, or let them go (--apply).

    Only bytes of pages in which nothing was found ever go; every row and every hash stays. Copies behind changes,
    baselines, open problems and whatever else is open stay too.
    """
    house = options.house
    if compact and not is_real:
        raise UsageError("--compact gives back what --apply has let go; name both.")
    if not house.config.retention.is_set:
        raise UsageError(_NOT_SET)
    with house.reader() as store:
        now, is_demo = house.clock(store).now(), store.is_demo
        going = store.queries.surplus(house.config.retention.older_than(now))
        size = house.config.database.stat().st_size
    if is_real:
        _let_go(house, compact=compact)
    if as_json:
        body = {"demo": is_demo, "applied": is_real, "file_bytes": [size, house.config.database.stat().st_size]}
        write_json("cmaa-monitor.retention.v1", {**body, "copies": [_body(one) for one in going]})
        return 0
    write_ribbon(demo=is_demo)
    _write(options, going, size, is_real=is_real)
    return 0


def _let_go(house: "House", *, compact: bool) -> None:
    with house.writer() as store:
        now = house.clock(store).now()
        while store.let_go(house.config.retention.older_than(now), at=now):
            pass
        if compact:
            store.compact()


def _write(options: Options, going: Sequence[Surplus], size: int, *, is_real: bool) -> None:
    zone = options.house.config.time_zone
    grouped: dict[tuple[str, str], list[Surplus]] = defaultdict(list)
    for one in going:
        grouped[one.rule.value, one.source_id].append(one)
    rows = [
        (rule, source, f"{len(group):,}", _megabytes(group), *(local(at, zone) for at in _span(group)))
        for (rule, source), group in sorted(grouped.items())
    ]
    if rows:
        header = ("RULE", "SOURCE", "COPIES", "MB", "FIRST RECEIVED", "LAST RECEIVED")
        write_table(header, rows, colourful=options.colourful)
    did = "were let go" if is_real else "would go"
    print(f"{len(going):,} copies {did}, {_megabytes(going)} MB of {size / 1e6:.1f} MB. Rows and hashes stay.")
    if is_real:
        left = options.house.config.database.stat().st_size
        print(f"The file has {left / 1e6:.1f} MB now; free room in it is used again.")
    elif going:
        print("To let them go: cmaa-monitor retention --apply")


def _span(group: Sequence[Surplus]) -> tuple[datetime, datetime]:
    times = [one.received_at for one in group]
    return min(times), max(times)


def _megabytes(group: Sequence[Surplus]) -> str:
    return f"{sum(one.packed_bytes for one in group) / 1e6:.1f}"


def _body(one: Surplus) -> dict[str, object]:
    return {
        "sha256": one.sha256,
        "source": one.source_id,
        "rule": one.rule.value,
        "packed_bytes": one.packed_bytes,
        "received_at": one.received_at,
    }
