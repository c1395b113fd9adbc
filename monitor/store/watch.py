"""What is remembered of each source between two checks: its baseline, its health, the keys that seem to be gone."""

from collections.abc import Mapping
from datetime import date, datetime

from monitor.model.capture import Validators
from monitor.model.hand import HandSaved
from monitor.model.ids import RecordKey, Sha256, SourceId
from monitor.model.verdict import Check
from monitor.model.watch import Held, WatchState
from monitor.store import ledger
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_moment_or_none, to_text

_STATES = (
    "SELECT source_id, snapshot_id, body_sha256, etag, last_modified, validators_url, extractor_version, read_as,"
    " first_good_at, last_good_at, last_full_get_at, unverified_since, failures_in_row FROM watch"
)
_HELD = "SELECT source_id, check_id, code, content_sha256, since, looks, pages FROM held_copy"
_GOOD = (
    "INSERT INTO watch (source_id, first_good_at, last_good_at, last_full_get_at) VALUES (?1, ?2, ?2, ?3)"
    " ON CONFLICT (source_id) DO UPDATE SET first_good_at = coalesce(first_good_at, ?2), last_good_at = ?2,"
    " last_full_get_at = coalesce(?3, last_full_get_at), unverified_since = NULL, failures_in_row = 0"
)
_BAD = (
    "INSERT INTO watch (source_id, unverified_since, failures_in_row) VALUES (?1, ?2, 1) ON CONFLICT (source_id)"
    " DO UPDATE SET unverified_since = coalesce(unverified_since, ?2), failures_in_row = failures_in_row + 1"
)
_BASELINE = (
    "INSERT INTO watch (source_id, snapshot_id, body_sha256, etag, last_modified, validators_url, extractor_version,"
    " read_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id) DO UPDATE"
    " SET snapshot_id = excluded.snapshot_id,"
    " body_sha256 = excluded.body_sha256, etag = excluded.etag, last_modified = excluded.last_modified,"
    " validators_url = excluded.validators_url, extractor_version = excluded.extractor_version,"
    " read_as = excluded.read_as"
)


def states(database: Database) -> dict[SourceId, WatchState]:
    """Every source that was ever checked."""
    missing: dict[SourceId, dict[RecordKey, datetime]] = {}
    for source_id, key, since in database.rows("SELECT source_id, key, since FROM absence"):
        missing.setdefault(source_id, {})[key] = to_moment(since)
    hands = ledger.seen_by_hand(database)
    held = {row[0]: _held(row) for row in database.rows(_HELD)}
    newest = {row[0]: date.fromisoformat(row[1]) for row in database.rows("SELECT source_id, newest_on FROM newest")}
    return {
        row[0]: _state(row, missing.get(row[0], {}), hands.get(row[0]), held.get(row[0]), newest.get(row[0]))
        for row in database.rows(_STATES)
    }


def set_good(database: Database, check: Check, *, full_get: bool) -> None:
    """The source was verified at ``check.ended_at``; a run of failures is over."""
    ended_at = to_text(check.ended_at)
    database.write(_GOOD, [check.source_id, ended_at, ended_at if full_get else None])


def set_bad(database: Database, check: Check) -> None:
    """One more unverified check; the baseline and its validators stay."""
    database.write(_BAD, [check.source_id, to_text(check.started_at)])


def set_baseline(
    database: Database,
    source_id: SourceId,
    *,
    snapshot_id: int,
    body_sha256: Sha256,
    validators: Validators,
    extractor_version: int,
    read_as: Sha256 | None,
) -> None:
    held = [validators.etag, validators.last_modified, validators.url]
    database.write(_BASELINE, [source_id, snapshot_id, body_sha256, *held, extractor_version, read_as])


def set_reading(
    database: Database, source_id: SourceId, *, snapshot_id: int, extractor_version: int, read_as: Sha256 | None
) -> None:
    """The same bytes, read anew."""
    database.write(
        "UPDATE watch SET snapshot_id = ?, extractor_version = ?, read_as = ? WHERE source_id = ?",
        [snapshot_id, extractor_version, read_as, source_id],
    )


def set_absences(database: Database, source_id: SourceId, missing: Mapping[RecordKey, datetime]) -> None:
    """Replaces the keys that seem to be gone."""
    database.write("DELETE FROM absence WHERE source_id = ?", [source_id])
    for key, since in missing.items():
        database.write("INSERT INTO absence (source_id, key, since) VALUES (?, ?, ?)", [source_id, key, to_text(since)])


def set_held(database: Database, source_id: SourceId, held: Held, *, check_id: int) -> None:
    """A copy that waits, in place of any other."""
    values = [source_id, check_id, held.code, held.content_sha256, to_text(held.since), held.looks, held.pages]
    database.write("INSERT OR REPLACE INTO held_copy VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def set_newest(database: Database, source_id: SourceId, newest_on: date) -> None:
    """The newest date in the baseline."""
    database.write("INSERT OR REPLACE INTO newest VALUES (?, ?)", [source_id, newest_on.isoformat()])


def end_hold(database: Database, source_id: SourceId) -> None:
    """Nothing waits any more."""
    database.write("DELETE FROM held_copy WHERE source_id = ?", [source_id])


def _held(row: Row) -> Held:
    _, check_id, code, content, since, looks, pages = row
    return Held(code=code, content_sha256=content, since=to_moment(since), looks=looks, pages=pages, check_id=check_id)


def _state(
    row: Row,
    absences: Mapping[RecordKey, datetime],
    hand: HandSaved | None,
    held: Held | None,
    newest_on: date | None,
) -> WatchState:
    source_id, snapshot_id, body_sha256, etag, modified, url, version, read_as, *times, failures = row
    first, last, full, unverified = times
    return WatchState(
        source_id=source_id,
        snapshot_id=snapshot_id,
        body_sha256=body_sha256,
        validators=Validators(etag=etag, last_modified=modified, url=url),
        extractor_version=version,
        read_as=read_as,
        first_good_at=to_moment_or_none(first),
        last_good_at=to_moment_or_none(last),
        last_full_get_at=to_moment_or_none(full),
        unverified_since=to_moment_or_none(unverified),
        failures_in_row=failures,
        absences=absences,
        hand=hand,
        held=held,
        newest_on=newest_on,
    )
