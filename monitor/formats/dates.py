"""Dates as regulators write them, to ISO 8601. Nothing is guessed: what is no date, or an impossible one, is None."""

import re
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Final

_MONTH_NAMES: Final = "january february march april may june july august september october november december"
_MONTHS: Final = tuple(_MONTH_NAMES.split())
_SHORT_MONTHS: Final = {**{name[:3]: place for place, name in enumerate(_MONTHS, start=1)}, "sept": 9}
_ZONES_H: Final = {
    **dict.fromkeys(("GMT", "UT", "UTC", "Z", "WET"), 0),
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
}
"""Named zones of RFC 822 and its users, as hours from UTC. ``ET`` and its like depend on the season: no offset then."""

_WEEKDAY: Final = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_TIME: Final = (
    r"(?:[T,\s-]\s*(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>[A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?)?"
)
_SHAPES: Final = (
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})",
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\d{6})?",
    r"(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    r"(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]{3,9})\.?,?\s+(?P<year>\d{4}|\d{2})",
)
_IN_NAME: Final = re.compile(
    r"(?<!\d)(?:(?P<year>20\d\d)[-._]?(?P<month>[01]\d)[-._]?(?P<day>[0-3]\d)"
    r"|(?P<us_month>[01]?\d)[-._](?P<us_day>[0-3]?\d)[-._](?P<us_year>20\d\d)"
    r"|(?P<run_month>[01]\d)(?P<run_day>[0-3]\d)(?P<run_year>20\d\d))(?!\d)",
    re.ASCII,
)
_LONGEST: Final = 80
_PIVOT: Final = 69


def iso_date(text: str) -> str | None:
    """``2026-09-15`` for any of the spellings known (US numeric, ISO, compact, long English, RFC 822); else None.

    A time of day is read over: the date is the one written, in the writer's zone. Two-digit years follow POSIX: 69
    to 99 are of the last century.
    """
    moment = _moment(text)
    return moment[0].date().isoformat() if moment else None


def iso_moment(text: str) -> str | None:
    """Like ``iso_date``, with the time and the offset from UTC as far as they are written:
    ``2026-08-13T13:02:58-04:00`` for ``Thu, 13 Aug 2026 13:02:58 EDT``, ``2026-09-15T10:01:00`` without a zone.
    """
    moment = _moment(text)
    if moment is None:
        return None
    value, timed = moment
    return value.isoformat() if timed else value.date().isoformat()


def dates_in_name(name: str) -> tuple[str, ...]:
    """The dates that a file name or address carries, ISO 8601, in order: ``Eff01.01.2026``, ``-01012026``,
    ``2026-01-01``.
    """
    found = ([part for part in match.groups() if part] for match in _IN_NAME.finditer(name))
    ordered = ((parts if len(parts[0]) == 4 else [parts[2], parts[0], parts[1]]) for parts in found)
    dates = (iso_date(f"{year}-{month:0>2}-{day:0>2}") for year, month, day in ordered)
    return tuple(date for date in dates if date)


def _moment(text: str) -> tuple[datetime, bool] | None:
    """The date (with its time, when one is written) and whether one was."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    found = next((match for shape in _shapes() if (match := shape.fullmatch(text))), None)
    return _built(found.groupdict()) if found else None


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    """Compiled at first need: a poll without news reads no dates."""
    return tuple(re.compile(_WEEKDAY + shape + r"\s*" + _TIME, re.ASCII) for shape in _SHAPES)


def _built(parts: dict[str, str | None]) -> tuple[datetime, bool] | None:
    try:
        zone = _zone(parts["zone"])
        day = datetime(_year(parts["year"] or ""), _month(parts["month"] or ""), int(parts["day"] or 0), tzinfo=zone)
        if parts["hour"] is None:
            return day, False
        return day.replace(hour=_hour(parts), minute=int(parts["minute"] or 0), second=int(parts["second"] or 0)), True
    except ValueError:
        return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _month(written: str) -> int:
    """1 to 12; 0, which no date has, for a word that is no month."""
    if written.isdigit():
        return int(written)
    name = written.lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS else _SHORT_MONTHS.get(name, 0)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").lower()[:1]
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _zone(written: str | None) -> timezone | None:
    if not written:
        return None
    if written[0] in "+-":
        minutes = int(written[1:3]) * 60 + int(written[-2:])
        return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))
    hours = _ZONES_H.get(written.upper())
    return None if hours is None else timezone(timedelta(hours=hours))
