"""``--taken-at`` as people type it: the moment a copy was saved, by the clock on their wall."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model.errors import UsageError

_FIRST_YEAR, _LAST_YEAR = 2000, 9000

_FORM = (
    "write 2026-11-20T14:05-06:00, '2026-11-20 14:05 America/Chicago', or '2026-11-20 14:05' for the time zone of"
    " sources.yaml"
)


def parse_taken_at(text: str, zone: tzinfo) -> datetime:
    """The moment meant, in UTC. ISO 8601 with an offset or ``Z``; a local time with an IANA zone behind it; or a local
    time, which is then one of ``zone``. Raises UsageError for anything else, a date without a time included, and for a
    local time that the clocks skip or show twice.
    """
    words = text.strip().split(" ")
    named = _zone(words[-1]) if len(words) > 1 else None
    written = " ".join(words[:-1] if named else words)
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError:
        moment = None
    if moment is None or len(written) <= len("2026-11-20") or (named and moment.tzinfo):
        raise UsageError(f"--taken-at '{text[:60]}' is not a moment; {_FORM}")
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise UsageError(f"--taken-at '{text[:60]}' cannot be right: the year is {moment.year}; {_FORM}")
    return (moment if moment.tzinfo else _local(moment, named or zone)).astimezone(UTC)


def _zone(name: str) -> tzinfo | None:
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return ZoneInfo(name) if "/" in name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _local(moment: datetime, zone: tzinfo) -> datetime:
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise UsageError(
            f"--taken-at: in {zone} the clocks were changed about {moment:%Y-%m-%d %H:%M}, so that is not one moment;"
            " write it with its offset, such as 2026-11-01T01:30-05:00"
        )
    return first
