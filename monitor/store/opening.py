"""Opening the database: who may, what is refused, and that a refused file stays as it was, byte for byte."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.model.errors import StoreError
from monitor.store import schema
from monitor.store.backup import check_file
from monitor.store.changes import ItemHash
from monitor.store.connection import Database
from monitor.store.driver import sqlite3, wal_is_safe
from monitor.store.failures import RESTORE
from monitor.store.lock import WriterLock
from monitor.store.migrating import migrate
from monitor.store.outbox import OutboxTable
from monitor.store.store import Store
from monitor.store.times import to_text

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_VERSION_AT, _APPLICATION_AT = 60, 68  # https://www.sqlite.org/fileformat.html#the_database_header
_CHECKED_UP_TO_BYTES = 64 * 1024 * 1024


def journal_mode() -> str:
    """``wal`` where this SQLite is safe with it, else ``truncate`` (see ``connection``)."""
    return "wal" if wal_is_safe() else "truncate"


def open_writer(
    path: Path,
    *,
    now: datetime,
    item_sha256: ItemHash,
    demo: bool = False,
    create: bool = True,
    lock_wait_s: float = 10.0,
    deep: bool = False,
    journal: str | None = None,
) -> Store:
    """The database for writing: made when there is none (unless ``create`` is false), brought up to date when older.

    ``item_sha256`` must be the function whose hashes ``Store.reverted_change`` is asked with. ``deep`` reads every page
    of a large file too. Raises StoreError: ``locked`` (another writer holds it for longer than ``lock_wait_s``),
    ``missing``, ``foreign``, ``newer``, ``corrupt``, ``read-only``, ``full``, ``io``.
    """
    if not holds_database(path) and not create:
        raise _missing(path)
    _make_folder(path.parent)
    lock = WriterLock(path)
    lock.acquire(lock_wait_s, now=now)
    try:
        holds_database(path)  # looked at again: the writer we waited for may have made it
        _make_file(path)
        marks = {"created_at": to_text(now)} | ({"demo": "yes"} if demo else {})
        database = _writing(path, journal or journal_mode(), marks, now=now, deep=deep)
    except BaseException:
        lock.release()
        raise
    return Store(database, item_sha256, lock)


@contextmanager
def sole_service(path: Path, *, now: datetime) -> Iterator[None]:
    """The lock that one service holds for as long as it runs; a person's commands have their turn between its ticks.

    Raises StoreError ``locked``, naming the holder, when there is another.
    """
    _make_folder(path.parent)
    lock = WriterLock(path, suffix=".serve.lock", act="serving it")
    lock.acquire(0.0, now=now)
    try:
        yield
    finally:
        lock.release()


def open_reader(path: Path) -> Store:
    """The database for reading. Creates nothing; raises StoreError ``missing`` when there is no database yet."""
    if not holds_database(path):
        raise _missing(path)
    try:
        database = _reading(path)
    except StoreError as fault:
        if fault.code != "read-only":
            raise
        _recover(path)
        database = _reading(path)
    return Store(database, None)


def _reading(path: Path) -> Database:
    database = Database(path, mode="ro")
    try:
        database.prepare(None)
        _must_not_be_older(path, _must_know(database))
    except BaseException:
        database.close()
        raise
    return database


def _recover(path: Path) -> None:
    """A writer that was killed may leave a transaction half done in the file. A reader is not allowed to undo it, so it
    is undone here, under the writer's lock.
    """
    lock = WriterLock(path)
    lock.acquire(0.0)
    try:
        database = Database(path, mode="rw")
        try:
            _must_know(database)
        finally:
            database.close()
    finally:
        lock.release()


def _writing(path: Path, journal: str, marks: Mapping[str, str], *, now: datetime, deep: bool) -> Database:
    database = Database(path, mode="rw")
    try:
        if _must_know(database) == 0:
            # Made in rollback mode, so that the file itself says from the start whose it is, and not only its log.
            database.prepare("truncate")
            migrate(database, marks)
            database.prepare(journal)
        else:
            database.prepare(journal)
            _bring_up(database, demo="demo" in marks, deep=deep)
            OutboxTable(database).free_all(now)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up(database: Database, *, demo: bool, deep: bool) -> None:
    """Looks at an existing database before it is written to, and brings an older one up to date."""
    if deep or database.path.stat().st_size <= _CHECKED_UP_TO_BYTES:
        check_file(database, quick=True)
    if demo and database.row("SELECT 1 FROM meta WHERE key = 'demo'") is None:
        what, mend = "this is a real database; the demo does not write into one", "Give the demo a folder of its own"
        raise _refusal("foreign", database.path, what, mend)
    if database.value("PRAGMA user_version") < schema.VERSION:
        migrate(database, {})


def holds_database(path: Path) -> bool:
    """Whether there is a database; an empty file, which a writer that was killed while making it leaves, is none.

    Raises StoreError for a file that is not ours; reads its header, no more.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return False
    except OSError as fault:
        what, mend = f"it cannot be read ({fault.strerror})", "Check the path and the permissions of the file"
        raise _refusal("io", path, what, mend) from fault
    if not header:
        return False
    if not header.startswith(_MAGIC) or _number(header, _APPLICATION_AT) != schema.APPLICATION_ID:
        what, mend = "this is not a database of the monitor", f"{_UNTOUCHED}; name another one. {_IF_OURS}"
        raise _refusal("foreign", path, what, mend)
    _must_not_be_newer(path, _number(header, _VERSION_AT))
    return True


_UNTOUCHED = "The file was left as it is"
_IF_OURS = f"Should it have been one, its first page is damaged: {RESTORE[0].lower()}{RESTORE[1:]}"


def _must_know(database: Database) -> int:
    """The schema's version. A write-ahead log can be newer than the file's header, so the connection is asked too."""
    version = int(database.value("PRAGMA user_version"))
    _must_not_be_newer(database.path, version)
    return version


def _must_not_be_newer(path: Path, version: int) -> None:
    if version > schema.VERSION:
        what = f"the database has schema {version}, this program knows up to {schema.VERSION}"
        raise _refusal("newer", path, what, f"{_UNTOUCHED}; install the newer program again")


def _must_not_be_older(path: Path, version: int) -> None:
    if version < schema.VERSION:
        what = "the database was made by an older version of this program"
        raise _refusal("older", path, what, "Run `cmaa-monitor check` once; it brings the database up to date")


def _number(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 4], "big")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        what, mend = f"the folder cannot be made ({fault.strerror})", "Make it by hand, or name another place"
        raise _refusal("io", folder, what, mend) from fault


def _make_file(path: Path) -> None:
    """An empty file for its owner alone when there is none; SQLite gives its side files the same permissions."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as fault:
        what, mend = f"the file cannot be written ({fault.strerror})", "Make it and its folder writable for this user"
        raise _refusal("read-only", path, what, mend) from fault


def _missing(path: Path) -> StoreError:
    return _refusal("missing", path, "there is no database yet", "Run `cmaa-monitor check` first; it makes one")


def _refusal(code: str, path: Path, what: str, mend: str) -> StoreError:
    return StoreError(code=code, what=what, where=str(path), mend=mend)


def library_report() -> str:
    """The SQLite library in use and how the file is written with it, in words."""
    if wal_is_safe():
        return f"{sqlite3.sqlite_version}: write-ahead log, one writer, every commit on disk"
    return f"{sqlite3.sqlite_version} has the WAL-reset fault: so a rollback journal, one writer, every commit on disk"
