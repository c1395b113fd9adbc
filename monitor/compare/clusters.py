"""Whether two Changes are sights of one event: they share an official id, soon after one another, and none contradicts.

Changes are placed in the order in which they were found, each in at most one cluster, so the clusters of a record are
the same in whatever order they are worked out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from msgspec import Struct

from monitor.model.cluster import Mark, Sighting
from monitor.model.ids import ChangeId, ClusterId

CODE_AND_DATE = "code and date"
LISTED = "listed"


class _Scheme(Struct, frozen=True, kw_only=True):
    """How an id is called, for how long one event goes on under it, and whether an item has only one such id."""

    words: str
    window: timedelta
    unique: bool


SCHEMES: Mapping[str, _Scheme] = MappingProxyType(
    {
        # Public inspection, publication, press release and transmittal of a rule lie days or weeks apart.
        "document": _Scheme(words="document", window=timedelta(days=45), unique=True),
        # A docket such as CMS-1832-P names the stage too; a correction has another.
        "docket": _Scheme(words="docket", window=timedelta(days=21), unique=False),
        "version": _Scheme(words="version", window=timedelta(days=45), unique=True),
        "coverage": _Scheme(words="coverage document", window=timedelta(days=10), unique=True),
        # FDA's list follows openFDA by months.
        "device": _Scheme(words="submission", window=timedelta(days=120), unique=True),
        "transmittal": _Scheme(words="transmittal", window=timedelta(days=45), unique=True),
        "analysis": _Scheme(words="analysis", window=timedelta(days=21), unique=True),
        # A list's new entry, and the document behind it, which may be kept from us for a while.
        LISTED: _Scheme(words="new entry", window=timedelta(days=45), unique=False),
        CODE_AND_DATE: _Scheme(words="code", window=timedelta(days=14), unique=False),
    }
)
WIDEST = max(scheme.window for scheme in SCHEMES.values())


def same_event(one: Sighting, other: Sighting) -> str | None:
    """By what the two are recognised as one event (``document 2025-13271``); None when they are not.

    Two Changes of one source are never one event. Of each side more than half of the items must be found on the other.
    """
    if one.source_id == other.source_id or one.removal is not other.removal:
        return None
    apart = abs(one.at - other.at)
    if _contradict(one, other) or not (_covers(one, other, apart) and _covers(other, one, apart)):
        return None
    shared = _shared(_all(one), _all(other), apart)
    scheme, value = min(shared, key=lambda pair: (list(SCHEMES).index(pair[0]), pair[1]))
    return f"{SCHEMES[scheme].words} {value}"


def place(new: Sighting, known: Sequence[tuple[ClusterId, Sighting]]) -> tuple[ClusterId, str] | None:
    """The cluster that ``new`` belongs to, with the grounds; None: it is the first sight of its event.

    ``known``: the members of every cluster with a mark in common. The oldest member that is the same event decides; a
    cluster that has a Change of that source already is another event of the same documents.
    """
    taken = {cluster for cluster, member in known if member.source_id == new.source_id}
    for cluster, member in sorted(known, key=lambda pair: order(pair[1].change_id)):
        if cluster not in taken and (ground := same_event(member, new)) is not None:
            return cluster, ground
    return None


def order(change_id: ChangeId) -> tuple[str, int]:
    """The order in which changes were found: by year, then by running number."""
    year, _, number = change_id.removeprefix("CH-").partition("-")
    return year, int(number) if number.isdigit() else 0


def clusters(sightings: Iterable[Sighting]) -> Mapping[ChangeId, ChangeId]:
    """Each change with the first change of its cluster, worked out at once; the order given does not matter."""
    placed: list[tuple[ClusterId, Sighting]] = []
    for one in sorted(sightings, key=lambda sighting: order(sighting.change_id)):
        found = place(one, placed)
        placed.append((found[0] if found else ClusterId(one.change_id), one))
    return {one.change_id: ChangeId(cluster) for cluster, one in placed}


def _all(one: Sighting) -> frozenset[Mark]:
    return frozenset(mark for marks in one.marks for mark in marks)


def _shared(ours: Iterable[Mark], theirs: Iterable[Mark], apart: timedelta) -> set[tuple[str, str]]:
    """The ids on both sides whose window holds both. An id that both merely name binds them only where naming it is
    what the scheme is for: two texts may speak of one third.
    """
    found = {(mark.scheme, mark.value): mark.own for mark in sorted(ours, key=lambda mark: mark.own)}
    return {
        (mark.scheme, mark.value)
        for mark in theirs
        if (mark.scheme, mark.value) in found
        and (mark.own or found[mark.scheme, mark.value] or not SCHEMES[mark.scheme].unique)
        and apart <= SCHEMES[mark.scheme].window
    }


def _covers(one: Sighting, other: Sighting, apart: timedelta) -> bool:
    theirs = _all(other)
    return 2 * sum(bool(_shared(marks, theirs, apart)) for marks in one.marks) > len(one.marks)


def _contradict(one: Sighting, other: Sighting) -> bool:
    """Whether both have ids of their own in a scheme in which an item has but one, and none in common."""
    for scheme in (name for name, held in SCHEMES.items() if held.unique):
        ours, theirs = ({m.value for m in _all(each) if m.own and m.scheme == scheme} for each in (one, other))
        if ours and theirs and not ours & theirs:
            return True
    return False
