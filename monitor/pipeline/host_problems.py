"""What a host does to several of its sources at once is one problem of the host, not one for each of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from monitor.compose.hosts import Cause
from monitor.compose.wording import count
from monitor.model.ids import SourceId
from monitor.model.problem import Finding, Trouble, host_place

_ITS_DOING = frozenset({Trouble.BROKEN, Trouble.BLOCKED})


def by_host(
    findings: Iterable[Finding], hosts: Mapping[SourceId, str], already: Collection[SourceId]
) -> tuple[Finding, ...]:
    """The findings, those that are the doing of one host put together.

    Two sources make a host's problem; one that is open (``already``: the places of such) lasts while one source is
    left, so that sources that come and go with a flapping host are not told each by itself. The documents behind a list
    that fails with its host are part of that.
    """
    left: list[Finding] = []
    groups: dict[SourceId, list[Finding]] = {}
    for one in findings:
        host = hosts.get(one.source_id, "")
        if one.trouble in _ITS_DOING and Cause(host=host, code=one.code).of_host:
            groups.setdefault(host_place(host), []).append(one)
        else:
            left.append(one)
    for place, group in list(groups.items()):
        if len(group) < 2 and place not in already:
            left += groups.pop(place)
    concerned = {one.source_id for group in groups.values() for one in group}
    left = [one for one in left if not (one.trouble is Trouble.DOCUMENTS and one.source_id in concerned)]
    return (*left, *(_together(place, group, hosts) for place, group in groups.items()))


def _together(place: SourceId, group: list[Finding], hosts: Mapping[SourceId, str]) -> Finding:
    """``www.ama-assn.org did not answer: 21 sources cannot be verified. <the reason of the most>``."""
    code, _ = Counter(one.code for one in group).most_common(1)[0]
    shown = next(one for one in group if one.code == code)
    words = Cause(host=hosts[shown.source_id], code=code).words
    reason = f"{words}: {count(len(group), 'source')} cannot be verified. {shown.reason}"
    return replace(
        shown,
        source_id=place,
        trouble=Trouble.HOST,
        reason=reason,
        since=min(one.since for one in group),
        sources=tuple(one.source_id for one in group),
    )


def widened(told: Finding, newest: Finding) -> Finding | None:
    """The host's problem with every source it ever concerned; None when there is none that was not told."""
    everyone = tuple(dict.fromkeys((*told.sources, *newest.sources)))
    return None if everyone == told.sources else replace(newest, sources=everyone)
