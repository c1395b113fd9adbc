"""Addresses with a date in them: ``{today-400d:%Y-%m-%d}``, or one address for each week since the last good look.

A placeholder is ``{NAME SHIFT:FORM}``: the name ``today``, ``week_start`` or ``week_end``; the shift, which may be left
out, a sign, a number and ``d`` or ``w``; the form made of ``%Y``, ``%m``, ``%d`` and the signs ``- / . _``. Braces mean
nothing else in an address, and no placeholder may stand in its host. All days are those of UTC.
"""

import re
from datetime import date, timedelta
from typing import Final

MOST_WEEKS: Final = 51
"""No window reaches further back: the Coverage API answers for 51 weeks (its OpenAPI document of version 1.5)."""

FIRST_WEEKS: Final = 4
"""So many weeks make up the first look, which only sets the baseline."""

OVERLAP: Final = timedelta(weeks=2)
"""Windows begin so long before the last good look: what is dated then may have been published after it."""

_WEEK: Final = timedelta(weeks=1)
_PLACEHOLDER: Final = re.compile(
    r"\{(?P<name>today|week_start|week_end)(?:(?P<sign>[+-])(?P<count>[0-9]{1,4})(?P<unit>[dw]))?"
    r":(?P<form>(?:%[Ymd]|[-/._])+)\}"
)


def is_dated(url: str) -> bool:
    """Whether the address changes with the day."""
    return "{" in url


def is_windowed(url: str) -> bool:
    """Whether the address stands for several, one a week."""
    return any(found["name"] != "today" for found in _PLACEHOLDER.finditer(url))


def fault_of(url: str) -> str | None:
    """What is wrong with the placeholders of an address, and how to mend it; None when nothing is."""
    if is_dated(url.partition("://")[2].partition("/")[0]):
        return "a date cannot stand in the host; put it behind the first '/'"
    left = _PLACEHOLDER.sub("", url)
    if "{" in left or "}" in left:
        return "holds '{' or '}' that begin no date; write such as {today-400d:%Y-%m-%d} or {week_start:%Y%m%d}"
    if ("{week_start" in url) != ("{week_end" in url):
        return "has one end of a week only; write both {week_start:%Y%m%d} and {week_end:%Y%m%d}"
    return None


def addresses_on(url: str, today: date, since: date | None) -> tuple[str, ...]:
    """The addresses to ask on ``today``, the newest week first; ``url`` alone when it holds no placeholder.

    ``since``: the day of the last good look, None before the first. Weeks are told by their first day and the day after
    their last, end on ``today`` and follow on one another without a gap.
    """
    if not is_dated(url):
        return (url,)
    if not is_windowed(url):
        return (_filled(url, today, today),)
    ends = (today - _WEEK * past for past in range(_weeks(today, since)))
    return tuple(_filled(url, today, end) for end in ends)


def _weeks(today: date, since: date | None) -> int:
    if since is None:
        return FIRST_WEEKS
    needed = -((since - OVERLAP - today) // _WEEK)
    return min(max(needed, 1), MOST_WEEKS)


def _filled(url: str, today: date, week_end: date) -> str:
    days = {"today": today, "week_start": week_end - _WEEK, "week_end": week_end}

    def written(found: re.Match[str]) -> str:
        return (days[found["name"]] + _shift(found)).strftime(found["form"])

    return _PLACEHOLDER.sub(written, url)


def _shift(found: re.Match[str]) -> timedelta:
    days = int(found["count"] or 0) * (7 if found["unit"] == "w" else 1)
    return timedelta(days=-days if found["sign"] == "-" else days)
