"""One connection to the database, and the one function that opens a write transaction.

How the file is kept safe (the choice is printed by ``doctor``):

- SQLite with the WAL-reset fix: WAL, ``synchronous=FULL``, one writing connection; readers never wait.
- SQLite without it: rollback journal (TRUNCATE), ``synchronous=EXTRA``. The writer's own lock keeps out a second writer
  of ours, but not a person's ``sqlite3`` shell, and in WAL mode that shell could damage the file.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from monitor.model.errors import StoreError
from monitor.store.driver import sqlite3
from monitor.store.failures import is_busy, store_error

BUSY_TRIES = 5
Row = tuple[Any, ...]
Values = Sequence[object]
TableName = Literal[
    "change",
    "difference",
    "assessment",
    "digest",
    "hand_saved",
    "tool",
    "sighting",
    "mark",
    "decision",
    "newcomer",
    "learned_rule",
    "learned_rule_end",
    "readiness",
    "rule_text",
]
"""sqlite-utils makes a new table for a mistyped name, so only these can be named."""

_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA mmap_size=0",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
)
_WRITER_PRAGMAS = {
    "wal": ("PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=1000", "PRAGMA journal_size_limit=67108864"),
    "truncate": ("PRAGMA synchronous=EXTRA",),
}


class Database:
    """A connection whose every error is a ``StoreError``.

    Other threads wait while one reads or has a transaction open. A statement that fails inside a transaction
    spoils it: the transaction is rolled back at its end even when the caller swallowed the error.
    """

    def __init__(self, path: Path, *, mode: str) -> None:
        """``mode`` is SQLite's: ``ro``, ``rw`` or ``rwc``."""
        self.path = path
        self.writable = mode != "ro"
        self._gate = threading.RLock()
        self._spoiled: StoreError | None = None
        self._joined = False
        try:
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as fault:
            raise store_error(fault, path) from fault

    def prepare(self, journal: str | None) -> None:
        """Sets what SQLite forgets between connections; ``journal`` (``wal``, ``truncate``) only for the writer."""
        for pragma in _PRAGMAS:
            self.row(pragma)
        if journal is None:
            self.row("PRAGMA query_only=ON")
            return
        # A reader at work can keep the mode from being changed; then the mode found is the mode used.
        kept = self.row(f"PRAGMA journal_mode={journal}")
        for pragma in _WRITER_PRAGMAS.get(kept[0] if kept else journal, _WRITER_PRAGMAS["truncate"]):
            self.row(pragma)

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        with self._gate:
            try:
                return self._execute(sql, values).fetchall()
            except sqlite3.Error as fault:
                raise self._failed(fault) from fault

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """The first row, or None."""
        with self._gate:
            try:
                cursor = self._execute(sql, values)
                found: Row | None = cursor.fetchone()
                cursor.close()  # a statement left half-read would keep its read lock
            except sqlite3.Error as fault:
                raise self._failed(fault) from fault
        return found

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def write(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """Runs one writing statement; only inside ``transaction``."""
        self._must_be_open()
        try:
            return self._execute(sql, values)
        except sqlite3.Error as fault:
            raise self._failed(fault) from fault

    def written(self, sql: str, values: Values = ()) -> Row:
        """The one row that a writing statement with RETURNING wrote, as it lies there now."""
        row: Row = self.write(sql, values).fetchone()
        return row

    def added(self, sql: str, values: Values) -> Row:
        """Runs one INSERT of a table whose first column is its running number, and gives the row as it lies there now:
        ``values`` are all its other columns, in order. A RETURNING would take as long again as a small INSERT.
        """
        row = self.added_or_none(sql, values)
        if row is None:
            msg = f"nothing was inserted: {sql}"
            raise AssertionError(msg)
        return row

    def added_or_none(self, sql: str, values: Values) -> Row | None:
        """As ``added``, for an INSERT that does nothing where there is a row in its way: then None."""
        self._must_be_open()
        try:
            try:
                cursor = self.connection.execute(sql, values)
            except UnicodeEncodeError:
                values = [storable(value) for value in values]
                cursor = self.connection.execute(sql, values)
        except sqlite3.Error as fault:
            raise self._failed(fault) from fault
        return (cursor.lastrowid, *values) if cursor.rowcount else None

    def insert(self, table: TableName, rows: Sequence[Mapping[str, object]]) -> list[Row]:
        """Inserts rows that all have the same columns. Gives them as ``added`` does, for a table of which the same is
        true.
        """
        if not rows:
            return []
        columns = list(rows[0])
        places = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of our own schema
        return [self.added(sql, [row[column] for column in columns]) for row in rows]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE to COMMIT; whatever leaves the block as an exception rolls everything back."""
        with self._gate:
            self._must_be_free()
            self._run("BEGIN IMMEDIATE")
            self._spoiled = None
            try:
                yield
                self._commit()
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def joined(self) -> Iterator[None]:
        """A transaction in which calls that open one of their own (through ``own_or_joined``) take part instead."""
        with self.transaction():
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    @contextmanager
    def still(self) -> Iterator[None]:
        """One view of the file for several questions, whatever another process writes meanwhile."""
        with self._gate:
            mine = not self.connection.in_transaction
            if mine:
                self._run("BEGIN")
            try:
                yield
            finally:
                if mine:
                    self._roll_back()

    @contextmanager
    def copying(self) -> Iterator[None]:
        """In it a reader may ``VACUUM INTO`` another file, which SQLite takes for writing to this one."""
        with self._gate:
            was = self.value("PRAGMA query_only")
            self.row("PRAGMA query_only=OFF")
            try:
                yield
            finally:
                self.row(f"PRAGMA query_only={was}")

    @contextmanager
    def own_or_joined(self) -> Iterator[None]:
        """The transaction that this thread has open for joining, or one of its own."""
        with self._gate:  # asked behind the gate: it may be another thread's that is open for joining
            if self._joined:
                yield
            else:
                with self.transaction():
                    yield

    def close(self) -> None:
        self.connection.close()

    def _must_be_open(self) -> None:
        if not self.connection.in_transaction:
            raise RuntimeError("a write outside of a unit of work: open `store.unit()` first")

    def _must_be_free(self) -> None:
        if not self.writable:
            mend = "Open it for writing: use a command that checks or sends"
            raise StoreError(code="read-only", what="it was opened for reading", where=str(self.path), mend=mend)
        if self.connection.in_transaction:
            raise RuntimeError("a unit of work is already open on this connection; they do not nest")

    def _execute(self, sql: str, values: Values) -> sqlite3.Cursor:
        try:
            return self.connection.execute(sql, values)
        except UnicodeEncodeError:
            return self.connection.execute(sql, [storable(value) for value in values])

    def _commit(self) -> None:
        if self._spoiled is not None:
            raise self._spoiled
        self._run("COMMIT")

    def _run(self, sql: str) -> None:
        """BEGIN or COMMIT; waits out another connection's lock, at most ``BUSY_TRIES`` times."""
        for attempt in range(1, BUSY_TRIES + 1):
            try:
                self.connection.execute(sql)
                return
            except sqlite3.Error as fault:
                if not is_busy(fault) or attempt == BUSY_TRIES:
                    raise store_error(fault, self.path) from fault
            time.sleep(0.01 * attempt + os.getpid() % 7 / 1000)  # processes of different ids do not meet again

    def _roll_back(self) -> None:
        if self.connection.in_transaction:  # a full disk has rolled back already
            with suppress(sqlite3.Error):  # on a failing disk; the journal does it at the next opening
                self.connection.execute("ROLLBACK")

    def _failed(self, fault: sqlite3.Error) -> StoreError:
        error = store_error(fault, self.path)
        self._spoiled = error
        return error


def storable(value: object) -> object:
    """The value; a text without lone surrogates, which a hostile page can smuggle in and SQLite cannot hold."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8")
