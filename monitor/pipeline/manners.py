"""How each host was treated, from the ledger: requests, conditional hits, what robots.txt and the host forbade."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.model.verdict import Check, Trigger, Verdict


class HostManners(Struct, frozen=True, kw_only=True):
    """One host over a span. ``busiest``: the most requests in one clock hour (UTC), which began at ``busiest_at``;
    ``unchanged``: answers 304; ``forbidden``: pages not asked for because robots.txt says so; ``held``: not asked for
    because the host wanted a pause; ``refused``: answers that kept us out.
    """

    host: str
    sources: int
    requests: int
    busiest: int
    busiest_at: datetime | None
    unchanged: int
    forbidden: int
    held: int
    refused: int


def manners(sources: Sequence[Source], checks: Mapping[SourceId, Sequence[Check]]) -> tuple[HostManners, ...]:
    """Every host that the sources' addresses name, by name; ``checks`` are those of the span."""
    by_host: dict[str, list[Source]] = {}
    for source in sources:
        by_host.setdefault(source.host, []).append(source)
    return tuple(
        _host(host, len(group), [c for source in group for c in checks.get(source.id, ())])
        for host, group in sorted(by_host.items())
    )


def _host(host: str, sources: int, checks: Sequence[Check]) -> HostManners:
    asked = [check for check in checks if check.trigger is not Trigger.IMPORT]
    hours: Counter[datetime] = Counter()
    for check in asked:
        hours[check.started_at.replace(minute=0, second=0, microsecond=0)] += check.requests
    busiest_at, busiest = max(hours.items(), key=lambda item: item[1], default=(None, 0))
    codes = Counter(check.ruling.code for check in asked)
    blocked = sum(check.ruling.verdict is Verdict.BLOCKED for check in asked)
    return HostManners(
        host=host,
        sources=sources,
        requests=sum(hours.values()),
        busiest=busiest,
        busiest_at=busiest_at if busiest else None,
        unchanged=sum(check.http_status == 304 for check in asked),
        forbidden=codes["robots"],
        held=codes["retry-after"],
        refused=blocked - codes["robots"] - codes["retry-after"],
    )
