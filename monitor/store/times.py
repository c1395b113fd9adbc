"""Times in the database: UTC, fixed width, so that text order is time order (``2026-11-24T13:00:00.000000Z``)."""

from datetime import UTC, datetime
from functools import lru_cache


def to_text(moment: datetime) -> str:
    """Raises ValueError for a time without a zone: nobody could say later which instant was meant."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a time zone cannot be stored: {moment!r}")
    return _utc_text(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=256)  # one check writes the same few times into several tables
def _utc_text(moment: datetime) -> str:
    """Only for UTC: elsewhere the two passes of a repeated hour are equal as keys and are different instants."""
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def to_text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else to_text(moment)


def to_moment(text: str) -> datetime:
    """The aware UTC time that ``to_text`` wrote."""
    return datetime.fromisoformat(text)


def to_moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
