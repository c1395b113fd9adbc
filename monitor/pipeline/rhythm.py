"""Local hours as instants: when a digest is due, the span it covers, and when quiet hours end.

A local time that a change of the clocks leaves out is taken as the first moment after the gap, one that comes twice as
the first of the two.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from monitor.model.delivery import Cadence, Quiet, Rhythm

DAY = timedelta(days=1)


class Turn(Struct, frozen=True, kw_only=True):
    """One round of a rhythm, from one UTC instant to the next, with the local days it shows."""

    start_at: datetime
    end_at: datetime
    first_day: date
    last_day: date


def turn_from(rhythm: Rhythm, start_at: datetime) -> Turn:
    """The turn that begins at ``start_at`` and ends with a local midnight of the rhythm.

    It is at least half as long as usual: after a change of the day or the zone it may be longer or shorter than others.
    """
    zone = ZoneInfo(rhythm.zone)
    first = start_at.astimezone(zone).date()
    after = _boundary(rhythm, first) + _length(rhythm)
    while instant(after, time.min, zone) - start_at < _length(rhythm) / 2:
        after += _length(rhythm)
    return Turn(
        start_at=start_at,
        end_at=instant(after, time.min, zone),
        first_day=first,
        last_day=after - DAY,
    )


def due_after(rhythm: Rhythm, end_at: datetime) -> datetime:
    """When the digest of a span that ended at ``end_at`` is due: when the rhythm's hour next strikes."""
    zone = ZoneInfo(rhythm.zone)
    day = end_at.astimezone(zone).date()
    due_at = instant(day, rhythm.at, zone)
    return due_at if due_at >= end_at else instant(day + DAY, rhythm.at, zone)


def turn_at(rhythm: Rhythm, at: datetime) -> Turn:
    """The whole turn that the moment ``at`` falls into."""
    zone = ZoneInfo(rhythm.zone)
    return turn_from(rhythm, instant(_boundary(rhythm, at.astimezone(zone).date()), time.min, zone))


def _boundary(rhythm: Rhythm, day: date) -> date:
    """The last day on or before ``day`` with whose midnight a turn begins."""
    return day - timedelta(days=(day.weekday() - rhythm.weekday) % 7) if rhythm.cadence is Cadence.WEEKLY else day


def _length(rhythm: Rhythm) -> timedelta:
    return timedelta(days=7) if rhythm.cadence is Cadence.WEEKLY else DAY


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first UTC moment at which clocks in ``zone`` show that time, or have passed it."""
    local = datetime.combine(day, at, tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(moment - DAY, moment + DAY, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def after_quiet(at: datetime, quiet: Quiet | None, zone: str) -> datetime:
    """``at`` itself, or the end of the quiet hours it falls into."""
    if quiet is None:
        return at
    here = ZoneInfo(zone)
    local = at.astimezone(here)
    over_night = quiet.end <= quiet.start
    clock = local.time().replace(tzinfo=None)
    inside = (clock >= quiet.start or clock < quiet.end) if over_night else quiet.start <= clock < quiet.end
    if not inside:
        return at
    day = local.date() + (DAY if over_night and clock >= quiet.start else timedelta())
    return instant(day, quiet.end, here)
