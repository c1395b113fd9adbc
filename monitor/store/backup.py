"""Whole copies of the database, and whether a database is whole."""

import os
from pathlib import Path

from monitor.model.errors import StoreError
from monitor.store.connection import Database
from monitor.store.failures import RESTORE


def check_file(database: Database, *, quick: bool) -> None:
    """Raises StoreError ``corrupt`` when a page is damaged or (not ``quick``) an index or a reference does not fit."""
    found = database.value(f"PRAGMA {'quick_check' if quick else 'integrity_check'}(1)")
    if found == "ok" and not quick and (dangling := database.row("PRAGMA foreign_key_check")) is not None:
        found = f"row {dangling[1]} of {dangling[0]} refers to a missing {dangling[2]}"
    if found != "ok":
        what = f"the database is damaged ({found})"
        raise StoreError(code="corrupt", what=what, where=str(database.path), mend=RESTORE)


def copy_into(database: Database, to: Path) -> None:
    """Writes a copy readable by its owner alone, and reads it all once. A copy that fails is removed again."""
    try:
        file = os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as fault:
        mend = "Name a file that does not exist yet, in a folder you may write to"
        raise StoreError(code="io", what=f"no copy there ({fault.strerror})", where=str(to), mend=mend) from fault
    try:
        with database.copying():
            database.row("VACUUM INTO ?", [str(to)])
        os.fsync(file)
        _read_whole(to)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def _read_whole(copy: Path) -> None:
    database = Database(copy, mode="ro")
    try:
        check_file(database, quick=False)
    finally:
        database.close()
