"""SQLite's errors as ``StoreError``s: what happened to which file, and the one thing to do about it."""

from pathlib import Path

from monitor.model.errors import StoreError
from monitor.store.driver import sqlite3

_BUSY, _LOCKED, _CORRUPT = 5, 6, 11
RESTORE = (
    "Stop the monitor, move the file aside and put your newest backup in its place; "
    "`cmaa-monitor verify` then says whether the copy is whole"
)

# Primary result codes: https://www.sqlite.org/rescode.html
_BY_RESULT_CODE: dict[int, tuple[str, str, str]] = {
    _BUSY: ("locked", "another program is using the database", "Wait for it to end, or close it, and try again"),
    _LOCKED: ("locked", "another program is using the database", "Wait for it to end, or close it, and try again"),
    3: ("read-only", "access to the database is not permitted", "Run as the user who owns the file"),
    8: ("read-only", "the database cannot be written", "Make the file and its folder writable for this user"),
    10: ("io", "the disk failed while reading or writing", "Check the disk and its free space, then try again"),
    _CORRUPT: ("corrupt", "the database is damaged", RESTORE),
    13: ("full", "there is no space left for the database", "Free some disk space and try again"),
    14: ("io", "the database file cannot be opened", "Check that its folder exists and may be read by this user"),
    26: ("foreign", "the file is not a database", "Name another file; this one was left as it is"),
}
_FAULT = ("refused", "the database refused a statement", "This is a fault of the program: please report it")


def store_error(fault: sqlite3.Error, path: Path) -> StoreError:
    """Says in a person's words what SQLite said in its own."""
    number = _CORRUPT if "unsupported file format" in str(fault) else result_code(fault)
    code, what, mend = _BY_RESULT_CODE.get(number, _FAULT)
    return StoreError(code=code, what=f"{what} ({fault})", where=str(path), mend=mend)


def result_code(fault: sqlite3.Error) -> int:
    """SQLite's primary result code, 0 when the driver raised the error itself."""
    return int(getattr(fault, "sqlite_errorcode", 0)) & 0xFF


def is_busy(fault: sqlite3.Error) -> bool:
    return result_code(fault) in {_BUSY, _LOCKED}
