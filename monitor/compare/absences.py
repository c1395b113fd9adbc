"""Items that are missing from a copy: absence alone is not evidence, so a removal waits for a second complete fetch."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from monitor.compare.versions import successions, superseded
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot

_MOST_CARRIED = 20_000
_REMEMBERED = timedelta(days=60)


class Settled(Struct, frozen=True, kw_only=True):
    """``effective``: what we now believe, the fresh copy and the records whose removal is not confirmed yet.

    ``confirmed``: keys now believed to be removed. ``pending``: keys still in doubt and since when they are missing.
    """

    effective: Snapshot
    confirmed: tuple[RecordKey, ...]
    pending: Mapping[RecordKey, datetime]


def settle_absences(
    baseline: Snapshot,
    fresh: Snapshot,
    known: Mapping[RecordKey, datetime],
    *,
    now: datetime,
    confirm_after: timedelta,
    leaves_after: str | None = None,
) -> Settled:
    """Sorts the records missing from ``fresh``, which must be a complete, vetted copy.

    A key is confirmed when it was already missing (``known``) at least ``confirm_after`` ago; else its record is
    carried over. A version that its successor has replaced is not missing. Keys that came back, or that the baseline
    does not hold, leave no trace. Passages are not held back. A record whose day in the field ``leaves_after`` has come
    is carried over as it was: it has left the list in due time.
    """
    present = {record.key for record in fresh.records}
    followed = {*successions(baseline, fresh), *superseded(baseline, fresh)}
    absent = {r.key: r for r in baseline.records if r.key not in present and r.key not in followed}
    left = {key: r for key, r in absent.items() if _day_has_come(r, leaves_after, now)}
    missing = {key: r for key, r in absent.items() if key not in left}
    since = {key: known.get(key, now) for key in missing}
    pending = {key: at for key, at in since.items() if key not in known or now - at < confirm_after}
    return Settled(
        effective=_with(fresh, [*left.values(), *(missing[key] for key in pending)]),
        confirmed=tuple(key for key in missing if key not in pending),
        pending=pending,
    )


def without_the_departed(baseline: Snapshot, fresh: Snapshot, leaves_after: str, now: datetime) -> Snapshot:
    """``baseline`` without the records that left the list in due time so long ago that nobody asks for them again."""
    present = {record.key for record in fresh.records}
    then = now - _REMEMBERED
    kept = tuple(r for r in baseline.records if r.key in present or not _day_has_come(r, leaves_after, then))
    return baseline if len(kept) == len(baseline.records) else replace(baseline, records=kept)


def _day_has_come(record: Record, field: str | None, now: datetime) -> bool:
    """In UTC, where a day begins some hours before it does for the regulators."""
    day = record.fields.get(field, "") if field else ""
    return bool(day) and day <= now.date().isoformat()


def carry_over(baseline: Snapshot, fresh: Snapshot, *, keep: int = _MOST_CARRIED) -> Snapshot:
    """The union, for a source that shows a window of its newest items: absence means nothing there.

    The fresh records come first, then at most ``keep`` of those that slid out of the window, in the baseline's order.
    """
    present = {record.key for record in fresh.records}
    return _with(fresh, [record for record in baseline.records if record.key not in present][:keep])


def _with(snapshot: Snapshot, carried: list[Record]) -> Snapshot:
    return replace(snapshot, records=(*snapshot.records, *carried)) if carried else snapshot
