"""The digest's table of sources: one row a source, and one for all the quiet documents behind a list."""

from collections.abc import Iterable, Mapping, Sequence

from monitor.compose.hostile import safe_line
from monitor.compose.view import SourceRow
from monitor.compose.wording import count, moment_in_week
from monitor.model.digest import Digest, SourceCoverage
from monitor.model.ids import SourceId

NAME_LIMIT = 80
_FEW = 3
_LIST_NAME_LIMIT = 50


def source_rows(digest: Digest, limit: int) -> tuple[tuple[SourceRow, ...], int]:
    """At most ``limit`` rows, and how many sources have none.

    In the order given when all fit; otherwise the unverified lead, so that none of them is cut off. Of more than three
    documents behind one list those without news and without a lost check share a row.
    """
    groups = list(_grouped(digest.coverage))
    if len(groups) > limit:
        groups.sort(key=lambda group: all(one.verified_at_end for one in group))
    names = {one.source_id: one.source_name for one in digest.coverage}
    rows = tuple(_row(group, names, digest) for group in groups[:limit])
    return rows, sum(len(group) for group in groups[limit:])


def is_awaited(source: SourceCoverage) -> bool:
    """The result is "empty, as expected": too long a word for the table, and said in full below it."""
    return source.result == "empty, as expected"


def _grouped(coverage: Iterable[SourceCoverage]) -> Iterable[Sequence[SourceCoverage]]:
    """Each source alone, but the quiet documents of a list together, where the first of them stands."""
    groups: list[list[SourceCoverage]] = []
    behind: dict[str, list[SourceCoverage]] = {}
    for one in coverage:
        if _is_quiet(one) and _list_of(one) in behind:
            behind[_list_of(one)].append(one)
            continue
        groups.append([one])
        if _is_quiet(one):
            behind[_list_of(one)] = groups[-1]
    for group in groups:
        yield from [group] if len(group) > _FEW else [[one] for one in group]


def _list_of(source: SourceCoverage) -> str:
    """The id of the list behind which the document stands."""
    return source.source_id.partition("/")[0]


def _is_quiet(source: SourceCoverage) -> bool:
    quiet = source.verified_at_end and not (source.failed or source.not_run or source.hand_looks)
    return "/" in source.source_id and quiet and source.result != "changed"


def _row(group: Sequence[SourceCoverage], names: Mapping[SourceId, str], digest: Digest) -> SourceRow:
    if len(group) == 1:
        name, result = group[0].source_name, "none yet" if is_awaited(group[0]) else group[0].result
    else:
        parent = SourceId(_list_of(group[0]))
        words = safe_line(names.get(parent, parent), _LIST_NAME_LIMIT)
        name, result = f"{count(len(group), 'document')} behind {words}", "no news"
    oldest = min((one.last_good_at for one in group if one.last_good_at), default=None)
    period = digest.period
    return SourceRow(
        name=safe_line(name, NAME_LIMIT),
        checks=f"{sum(one.good for one in group)}/{sum(one.expected for one in group)}",
        last_good=moment_in_week(oldest, digest.time_zone, period.first_day, period.last_day) if oldest else "never",
        result=safe_line(result, 20),
    )
