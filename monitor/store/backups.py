"""Backups in a folder: one a day, checked as it is made; seven days and four weeks are kept. And the way back."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from monitor.model.errors import StoreError
from monitor.store import audit, schema
from monitor.store.backup import check_file
from monitor.store.changes import ItemHash
from monitor.store.connection import Database
from monitor.store.lock import WriterLock
from monitor.store.opening import holds_database, open_writer
from monitor.store.store import Store

DAYS, WEEKS = 7, 4
_SIDES = ("-journal", "-wal", "-shm")


def back_up(store: Store, folder: Path, day: date) -> Path:
    """The backup of ``day``, made unless it is there already; it is read whole, the audit chain too. Older ones beyond
    those to keep are removed, but only when this one is sound. Raises StoreError.
    """
    to = backup_of(store, folder, day)
    if to.exists():
        return to
    _make_folder(folder)
    unfinished = to.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    store.backup(unfinished)
    _must_have_its_chain(unfinished)
    unfinished.replace(to)
    for old in surplus(backups_in(folder, store.database.path)):
        with suppress(OSError):  # it is tried again tomorrow
            old.unlink()
    return to


def backup_of(store: Store, folder: Path, day: date) -> Path:
    """Where the backup of that day lies, or would."""
    return folder / f"{store.database.path.stem}-{day.isoformat()}.db"


def backups_in(folder: Path, database: Path) -> tuple[Path, ...]:
    """The backups of ``database`` that lie there, oldest first."""
    return tuple(sorted(path for path in folder.glob(f"{database.stem}-*.db") if _day_of(path) is not None))


def surplus(backups: Sequence[Path]) -> tuple[Path, ...]:
    """Those of ``backups`` (oldest first) that need not be kept: neither of the newest ``DAYS`` nor the newest of
    one of the newest ``WEEKS`` weeks that have any.
    """
    weeks: dict[tuple[int, int], Path] = {}
    for path in backups:
        day = _day_of(path)
        assert day is not None  # noqa: S101 - `backups_in` gives no others
        weeks[day.isocalendar()[:2]] = path
    kept = {*backups[-DAYS:], *[weeks[week] for week in sorted(weeks)[-WEEKS:]]}
    return tuple(path for path in backups if path not in kept)


def restore(path: Path, backup: Path, *, now: datetime, item_sha256: ItemHash) -> Path | None:
    """Puts ``backup`` in the place of the database ``path``; returns where the old one now lies (None: there was none).

    The backup is copied and read whole before anything is touched. Raises StoreError: ``missing``, ``foreign`` (not
    ours, or a demo), ``newer``, ``corrupt``, ``locked`` (the monitor is running), ``io``.
    """
    if not holds_database(backup):
        raise StoreError(code="missing", what="there is no backup", where=str(backup), mend="Name one of your backups")
    lock = WriterLock(path)
    _make_folder(path.parent)
    lock.acquire(0.0, now=now)
    try:
        fresh = _checked_copy(backup, path)
        aside = _set_aside(path, now)
        fresh.replace(path)
    finally:
        lock.release()
    store = open_writer(path, now=now, item_sha256=item_sha256)
    try:
        with store.unit() as unit:
            unit.audit("restored", backup.name, {"set_aside": aside.name if aside else None}, at=now)
    finally:
        store.close()
    return aside


def _checked_copy(backup: Path, path: Path) -> Path:
    fresh = path.with_name(f"{path.name}.restoring")
    try:
        shutil.copyfile(backup, fresh)
        fresh.chmod(0o600)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
    except OSError as fault:
        what = f"the backup cannot be copied there ({fault.strerror})"
        raise StoreError(code="io", what=what, where=str(fresh), mend="Free some disk space and try again") from fault
    try:
        _must_have_its_chain(fresh)
        _must_be_real(fresh, backup)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _must_have_its_chain(copy: Path) -> None:
    """Raises StoreError ``corrupt`` when a page, a reference or the audit chain is broken."""
    database = Database(copy, mode="ro")
    try:
        check_file(database, quick=False)
        broken = audit.first_break(database)
    finally:
        database.close()
    if broken is not None:
        what = f"the audit chain in it is broken: {broken.what}"
        raise StoreError(code="corrupt", what=what, where=str(copy), mend="Use an older backup")


def _must_be_real(copy: Path, backup: Path) -> None:
    database = Database(copy, mode="ro")
    try:
        demo = database.row("SELECT 1 FROM meta WHERE key = 'demo'") is not None
        version = int(database.value("PRAGMA user_version"))
    finally:
        database.close()
    if demo:
        mend = "Name a backup of a real database"
        raise StoreError(code="foreign", what="this is a demo's database", where=str(backup), mend=mend)
    if version > schema.VERSION:
        what = f"it has schema {version}, this program knows up to {schema.VERSION}"
        raise StoreError(code="newer", what=what, where=str(backup), mend="Install the newer program first")


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Gives the old database another name, and what a killed writer may have left beside it: it must not be taken for
    the new one's.
    """
    if not path.exists():
        return None
    with suppress(StoreError):  # undoes what is half done in it; a damaged one is put away as it is
        Database(path, mode="rw").close()
    aside = path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    os.link(path, aside)
    for side in _SIDES:
        beside = path.with_name(path.name + side)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + side))
    return aside


def _day_of(backup: Path) -> date | None:
    try:
        return date.fromisoformat(backup.stem[-10:])
    except ValueError:
        return None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        mend = "Make it by hand, or name another place"
        raise StoreError(
            code="io", what=f"the folder cannot be made ({fault.strerror})", where=str(folder), mend=mend
        ) from fault
