"""What the service does for its own record: each night a backup and then retention, once a week a look at all of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.daemon.health import Event, Level
from monitor.model.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.app import House
    from monitor.store import Store

BACKUP_AT = time(2, 0)
VERIFY_EVERY = timedelta(days=7)
VERIFY_AGAIN = timedelta(days=1)
"""So soon when it was damaged the last time: that it was mended is to be seen."""

BACK_UP_AGAIN = timedelta(hours=1)
"""A backup that failed is tried again so soon."""


def keep_house(house: "House", store: "Store", now: datetime) -> Iterator[Event]:
    """Makes the backup of the day and verifies the record when their time has come; yields what came of it."""
    folder = house.config.service.backups
    local = now.astimezone(house.config.time_zone)
    if folder is not None and not store.is_demo and local.time() >= BACKUP_AT:
        yield from _back_up(house, store, folder, local)
    if house.config.retention.is_set and local.time() >= BACKUP_AT and not _was_today(store, local):
        yield _let_go(house, store, now)
    if _is_to_be_verified(store, now):
        yield _verify(house, store, now)


def _was_today(store: "Store", local: datetime) -> bool:
    last = store.queries.last_retention()
    return last is not None and last.astimezone(local.tzinfo).date() >= local.date()


def _let_go(house: "House", store: "Store", now: datetime) -> Event:
    """After the backup of the day, which still has what goes now."""
    gone = 0
    while some := store.let_go(house.config.retention.older_than(now), at=now):
        gone += some
    return Event("retention", f"Retention let go of {gone:,} stored copies.", fields={"copies": gone})


def _is_to_be_verified(store: "Store", now: datetime) -> bool:
    last = store.queries.last_verification()
    if last is not None:
        return now - last.at >= (VERIFY_AGAIN if last.faults else VERIFY_EVERY)
    begun = store.queries.monitoring_since()
    return begun is not None and now - begun >= VERIFY_EVERY


def _back_up(house: "House", store: "Store", folder: "Path", local: datetime) -> Iterator[Event]:
    # Imported here: most ticks make no backup.
    from monitor.store.backups import back_up, backup_of

    last, now = store.queries.last_backup(), local.astimezone(UTC)
    had_failed = last is not None and bool(last.fault)
    if backup_of(store, folder, local.date()).exists():
        if had_failed:  # a person made it since
            _note_backup(store, now, file=backup_of(store, folder, local.date()).name)
        return
    if last is not None and had_failed and timedelta() <= now - last.at < BACK_UP_AGAIN:
        return
    try:
        with _beside(house, store) as reading:
            made = back_up(reading, folder, local.date())
    except StoreError as fault:
        _note_backup(store, now, fault=str(fault))
        yield Event("backup-failed", f"The backup failed: {fault}", Level.ERROR)
        return
    _note_backup(store, now, file=made.name)
    yield Event("backup", f"Backup {made.name} made and checked.", fields={"bytes": made.stat().st_size})


def _note_backup(store: "Store", at: datetime, *, file: str = "", fault: str = "") -> None:
    """What came of it is audited, so that the problem desk sees it."""
    with store.unit() as unit:
        unit.audit("backup", file or "none", {"fault": fault}, at=at)


def _verify(house: "House", store: "Store", now: datetime) -> Event:
    """Reads all of the record; what is found is audited, so that the problem desk sees it."""
    with _beside(house, store) as reading:
        faults = reading.faults()
    with store.unit() as unit:
        unit.audit("verification", "record", {"faults": list(faults[:20]), "number": len(faults)}, at=now)
    if faults:
        return Event("verification-failed", f"The record is damaged: {faults[0]}", Level.ERROR, {"faults": len(faults)})
    return Event("verification", "The record was verified: file, chain, rows, every stored copy.")


def _beside(house: "House", store: "Store") -> "AbstractContextManager[Store]":
    """The database for long reading: by a connection of its own where a writer does not have to wait for that."""
    return house.reader() if store.readers_stand_aside else nullcontext(store)
