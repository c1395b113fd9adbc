"""Days written without a year under a heading that names month and year: ``February 2027 Panel meeting``, then
``requests are accepted until March 19``.

The year is the one that puts the day within five months of the heading's. A heading of a year alone says nothing: the
comments on a rule of 2027 close in 2026.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from monitor.assess.days import DAY, MONTH, TO, YEAR, Day, spelled

_HEADING_CHARS = 160
_GOES_ON = frozenset(".;,")
_NEAR = timedelta(days=153)
_HEADS = re.compile(rf"{MONTH}(?:\s+{DAY}(?:{TO}(?:{MONTH}\s+)?{DAY})?,?)?\s+(?P<year>{YEAR})\b")
_BARE = re.compile(
    rf"(?<![\w/-])(?P<m1>{MONTH})\s+(?P<d1>{DAY})(?:{TO}(?:(?P<m2>{MONTH})\s+)?(?P<d2>{DAY}))?\b"
    rf"(?!,?\s*{YEAR})(?![\d/%$]|[.,]\d|\s*{TO}(?:{MONTH}\s+)?\d)"
)


_Heading = tuple[int, int, date]
"""Where a line begins and ends, and the middle of the month it names."""


def headed_days(lower: str, days: Sequence[Day], months: Sequence[int]) -> Iterator[Day]:
    """The days without a year that stand below such a heading, in text order; ``days``: those that have theirs,
    ``months``: where else names of months stand.
    """
    bare = [found for found in (_BARE.match(lower, at) for at in months) if found] if months and "\n" in lower else []
    if not bare:
        return
    named = sorted((*months, *(day.start for day in days)))
    headings = [heading for heading in (_heading(lower, at) for at in named) if heading]
    for found in bare:
        above = next((heading for heading in reversed(headings) if heading[1] < found.start()), None)
        if above:
            yield from _read(found, above)


def _heading(lower: str, at: int) -> _Heading | None:
    head = _HEADS.match(lower, at)
    if head is None:
        return None
    start, end = lower.rfind("\n", 0, at) + 1, lower.find("\n", at)
    if end < 0 or end - start > _HEADING_CHARS or lower[start:end].rstrip()[-1:] in _GOES_ON:
        return None
    middle = spelled(head["year"], head[0].split()[0], "15")
    return (start, end, middle) if middle else None


def _read(bare: re.Match[str], heading: _Heading) -> Iterator[Day]:
    start, end, middle = heading
    for year in (middle.year - 1, middle.year, middle.year + 1):
        on = spelled(str(year), bare["m1"], bare["d1"])
        until = spelled(str(year), bare["m2"] or bare["m1"], bare["d2"]) if bare["d2"] else None
        if on is None or abs(on - middle) > _NEAR or (until and until < on):
            continue
        yield Day(on=on, until=until, start=bare.start(), end=bare.end(), heading=(start, end))
