"""Dates that cannot be: a day that the calendar lacks, or one far outside of the source's time."""

import re
from datetime import date, timedelta

from monitor.model.snapshot import Record, Snapshot

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LIKE_A_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", re.ASCII)
_SAMPLE = 200
_FIRST_YEAR = 1900


def odd_dates(snapshot: Snapshot, baseline: Snapshot | None, today: date, ahead: timedelta) -> list[str]:
    """``key: value`` of each date that appears for the first time and cannot be right: 31/02, year 1, or more than
    ``ahead`` after ``today``. What the baseline holds already was believed once and does not count.
    """
    known = {record.key: record.fields for record in baseline.records} if baseline is not None else {}
    latest = (today + ahead).isoformat()
    odd = [
        (record.key, name, value)
        for record in snapshot.records
        if (before := known.get(record.key)) != record.fields
        for name, value in record.fields.items()
        if value and _is_odd(value, latest) and (before is None or before.get(name) != value)
    ]
    if not odd:
        return []  # so it nearly always is, and the fields need not be looked through for dates
    model = baseline if baseline is not None and baseline.records else snapshot
    fields = _date_fields(model.records[:_SAMPLE])
    return [f"{key[:40]}: {value[:30]}" for key, name, value in odd if name in fields]


def _date_fields(records: tuple[Record, ...]) -> frozenset[str]:
    """The fields of which most values are ISO dates."""
    filled: dict[str, list[bool]] = {}
    for record in records:
        for name, value in record.fields.items():
            if value:
                filled.setdefault(name, []).append(_ISO.match(value) is not None)
    return frozenset(name for name, dated in filled.items() if sum(dated) * 2 > len(dated))


def _is_odd(value: str, latest: str) -> bool:
    if _ISO.match(value):
        return not f"{_FIRST_YEAR}-01-01" <= value[:10] <= latest or not _exists(value[:10])
    return _LIKE_A_DATE.match(value) is not None


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
