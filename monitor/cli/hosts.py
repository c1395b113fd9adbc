"""``cmaa-monitor hosts``: how politely each host was asked, from the ledger."""

import click
from msgspec.structs import asdict

from monitor.cli.coverage import parse_span_of
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.pipeline.manners import manners


@click.command()
@click.option("--since", default="7d", show_default=True, metavar="WHEN", help="7d, 2w, last-monday or a date.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def hosts(options: Options, since: str, as_json: bool) -> int:
    """Show for each host the requests made, the busiest hour, and what robots.txt and the host itself forbade."""
    house = options.house
    zone = house.config.time_zone
    with house.reader() as store:
        span = parse_span_of(since, None, house.clock(store).now(), zone)
        found = manners(house.watched(store).sources, store.queries.coverage_rows(span.start_at, span.end_at))
        robots = store.hosts.known()
        demo = store.is_demo
    rules = {origin.partition("://")[2]: one for origin, one in robots.items()}
    if as_json:
        bodies = [
            {**asdict(one), "robots_status": rules[one.host].status if one.host in rules else None} for one in found
        ]
        write_json("cmaa-monitor.hosts.v1", {"demo": demo, "since": span.start_at, "hosts": bodies})
        return 0
    write_ribbon(demo=demo)
    rows = []
    for one in found:
        rule = rules.get(one.host)
        said = "not asked" if rule is None else f"{rule.status or 'no answer'} on {local(rule.fetched_at, zone)[:10]}"
        counts = (one.sources, one.requests, one.busiest, one.unchanged, one.forbidden, one.held, one.refused)
        rows.append((one.host, *(f"{count:,}" for count in counts), said))
    columns = ("HOST", "SOURCES", "REQUESTS", "MOST AN HOUR", "304", "ROBOTS FORBADE", "ASKED TO WAIT", "REFUSED")
    write_table((*columns, "ROBOTS.TXT"), rows, colourful=options.colourful)
    return 0
