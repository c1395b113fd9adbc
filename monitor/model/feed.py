"""What other programs may read at any time: changes as entries of a feed, dates as entries of a calendar."""

from datetime import date, datetime

from msgspec import Struct


class FeedEntry(Struct, frozen=True, kw_only=True):
    """One change. ``id`` never changes; ``updated`` does when the change is corrected. All texts are safe to show."""

    id: str
    title: str
    text: str
    url: str | None
    published: datetime
    updated: datetime
    tags: tuple[str, ...]


class DateEntry(Struct, frozen=True, kw_only=True):
    """One date as it stands now. ``uid`` stays the same when the day moves."""

    uid: str
    on: date
    summary: str
    text: str
    url: str | None


class CalendarEvent(Struct, frozen=True, kw_only=True):
    """A date as it was published last: ``sequence`` counts its revisions, the last ``at``; one that is no more is
    cancelled and stays.
    """

    entry: DateEntry
    sequence: int
    at: datetime
    cancelled: bool
