"""Days that belong together: the two ends of a range, and a day that another one is given instead of."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from monitor.assess.days import Day

_THROUGH = re.compile(r"\s*(?:through|thru|to|until|-)\s*")
_BETWEEN = "between "
_MOVED = re.compile(
    r"\b(?:moved|changed|delayed|postponed|extended|corrected|rescheduled|push(?:ed)? back|put off|deferred|end on)\b"
)
_INSTEAD = re.compile(r"[\s,]*(?:(?:is|was|has been|be|been|now|then)\s+)*(?:\w+ed\s+)?(?:to|until|through)\s+")

_QUOTES = r"[\s:,\"'\u201c\u201d\u2018\u2019]*"
_READ = re.compile(  # as corrections have it: for "June 9, 2026" read "June 29, 2026"
    rf"{_QUOTES}(?:(?:should (?:have )?|(?:is |are )?corrected to |to )?read|and (?:add|insert)(?:ing)? in its place)"
    rf"{_QUOTES}"
)


def ranges(lower: str, days: Sequence[Day]) -> list[Day]:
    """Two days with ``through`` or ``to`` between them as one range, unless the second stands for the first."""
    joined: list[Day] = []
    for day in days:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.until is None
            and last.on < day.on
            and _goes_on(lower, last, day)
            and not is_replaced(lower, last, day)
        ):
            joined[-1] = replace(last, until=day.on, end=day.end)
        else:
            joined.append(day)
    return joined


def _goes_on(lower: str, day: Day, following: Day) -> bool:
    """Whether two days are the ends of one range: ``June 1, 2027 to June 9, 2027``, ``between ... and ...``."""
    if lower[day.start - len(_BETWEEN) : day.start] == _BETWEEN:
        return lower[day.end : following.start].strip(" ,") == "and"
    return _THROUGH.fullmatch(lower, day.end, following.start) is not None


def is_replaced(lower: str, day: Day, following: Day | None) -> bool:
    """Whether another day is given in its stead: ``moved from July 1, 2027 to October 1, 2027``."""
    if following is None:
        return False
    if _READ.fullmatch(lower, day.end, following.start):
        return True
    if not _INSTEAD.fullmatch(lower, day.end, following.start):
        return False
    return bool(_MOVED.search(lower, max(0, day.start - 60), following.start))
