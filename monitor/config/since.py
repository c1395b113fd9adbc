"""``--since`` as people type it. Pure: the clock's ``now`` comes in."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.config.faults import Wrong
from monitor.config.values import parse_span
from monitor.model.errors import UsageError

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any record; and from here one can count back by any cadence without leaving the calendar."""


def parse_since(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment meant, in UTC; at the earliest the start of 1970. Raises UsageError, also for one still to come.

    ``7d`` and ``2w`` count back from ``now``. ``today``, ``yesterday``, ``last-monday`` (on a Monday the one a week
    ago) and an ISO date mean that day's local midnight. An ISO date and time without an offset is local.
    """
    wanted = text.strip().lower()
    moment = _day(wanted, now, zone) or _iso(wanted, zone) or _back(wanted, now)
    if moment is None:
        raise UsageError(f"'{text[:40]}' is not a time; write 7d, 2w, last-monday or a date such as {now.date()}")
    if moment > now:
        raise UsageError(f"'{text[:40]}' is still to come; write a time that has passed, such as 7d")
    return max(moment, _FIRST).astimezone(UTC)


def _back(text: str, now: datetime) -> datetime | None:
    try:
        return now - parse_span(text)
    except (Wrong, OverflowError):
        return None


def _day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    today = now.astimezone(zone).date()
    if text in {"today", "yesterday"}:
        return _midnight(today - timedelta(days=text == "yesterday"), zone)
    day = text.removeprefix("last-")
    if day == text or day not in _DAYS:
        return None
    back = (today.weekday() - _DAYS.index(day)) % 7 or 7
    return _midnight(today - timedelta(days=back), zone)


def _iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        if len(text) == len("2026-11-23"):
            return _midnight(date.fromisoformat(text), zone)
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
