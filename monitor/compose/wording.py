"""How dates, times, spans and counts are worded. English month and day names, whatever the machine's locale."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.model.assessment import DateKind

DEMO_RIBBON = "*** DEMO - INVENTED EVENTS - NOT REGULATORY NEWS ***"
"""Stands above everything that is rendered from a demo database."""

HEADLINE_LIMIT = 90
"""Characters of a Change's headline that are shown."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# Readers in the United States write the zone without standard or daylight.
_ZONE_NAMES = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Los_Angeles": "PT",
}


_KINDS = {
    DateKind.COMMENT_CLOSES: "comments close",
    DateKind.DECISION_DUE: "decision is due",
    DateKind.EFFECTIVE: "takes effect",
    DateKind.NOTICE_STARTS: "notice period starts",
    DateKind.NOTICE_ENDS: "notice period ends",
    DateKind.RETIREMENT: "is retired",
}


def kind_words(kind: DateKind) -> str:
    """``comments close``, ``takes effect``: what happens on such a date."""
    return _KINDS.get(kind, kind.value)


def day(on: date) -> str:
    """``Nov 18, 2026``."""
    return f"{short_day(on)}, {on.year}"


def short_day(on: date) -> str:
    """``Nov 18``."""
    return f"{_MONTHS[on.month - 1]} {on.day}"


def weekday(on: date) -> str:
    """``Wed Nov 18``."""
    return f"{_DAYS[on.weekday()]} {short_day(on)}"


def local_day(at: datetime, time_zone: str) -> date:
    """The calendar day of a moment in that zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def clock_time(at: datetime, time_zone: str) -> str:
    """``7:04 AM ET``."""
    local = at.astimezone(ZoneInfo(time_zone))
    half = "AM" if local.hour < 12 else "PM"
    return f"{local.hour % 12 or 12}:{local.minute:02d} {half} {_zone_name(local, time_zone)}"


def moment(at: datetime, time_zone: str) -> str:
    """``Wed Nov 18, 2026, 7:04 AM ET``."""
    on = local_day(at, time_zone)
    return f"{weekday(on)}, {on.year}, {clock_time(at, time_zone)}"


def stamp(at: datetime, time_zone: str) -> str:
    """``Nov 18, 2026, 7:04 AM ET``."""
    return f"{day(local_day(at, time_zone))}, {clock_time(at, time_zone)}"


def moment_in_week(at: datetime, time_zone: str, first: date, last: date) -> str:
    """``Sun 7:04 AM ET`` inside the week from ``first`` to ``last``, the full date outside it."""
    on = local_day(at, time_zone)
    if first <= on <= last and (last - first).days < 7:
        return f"{_DAYS[on.weekday()]} {clock_time(at, time_zone)}"
    return day(on)


def span(first: date, last: date) -> str:
    """``Mon Nov 16 to Sun Nov 22, 2026``."""
    year = f", {first.year}" if first.year != last.year else ""
    return f"{weekday(first)}{year} to {weekday(last)}, {last.year}"


def duration(seconds: float) -> str:
    """``24 h 03 min``."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:,} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def count(number: int, noun: str) -> str:
    """``1 item``, ``2,061 items``, ``2 policies``."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The regular English plural; ``analysis`` and its like become ``analyses``."""
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return noun[:-1] + "ies"
    if noun.endswith("sis"):
        return noun[:-2] + "es"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def in_words(number: int) -> str:
    """``two``; figures above ten."""
    return _NUMBERS[number] if 0 <= number <= 10 else f"{number:,}"


def listed(names: Iterable[str], limit: int) -> str:
    """``a, b and 3 more``."""
    kept = list(names)
    if len(kept) <= limit:
        return ", ".join(kept)
    return f"{', '.join(kept[:limit])} and {len(kept) - limit} more"


def capital(sentence: str) -> str:
    """The first letter in upper case, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def sentence(text: str) -> str:
    """Ended by a full stop unless it already has an end."""
    return text if text.endswith((".", "!", "?", "\u2026", '."', '?"')) else f"{text}."


def _zone_name(local: datetime, time_zone: str) -> str:
    if time_zone in _ZONE_NAMES:
        return _ZONE_NAMES[time_zone]
    name = local.tzname() or time_zone
    # Zones without letters are called "+03" by the database.
    return f"UTC{name}" if name[:1] in {"+", "-"} else name
