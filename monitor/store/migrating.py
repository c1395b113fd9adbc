"""Brings a new or an older database to the newest schema, all of it or nothing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.store.backup import check_file, copy_into
from monitor.store.connection import Database
from monitor.store.driver import sqlite3
from monitor.store.failures import store_error
from monitor.store.schema import APPLICATION_ID, MIGRATIONS

if TYPE_CHECKING:
    from monitor.store.schema import Migration


def migrate(database: Database, marks: Mapping[str, str], migrations: "Sequence[Migration]" = MIGRATIONS) -> None:
    """Brings a new or older database to the newest version, all of it or nothing; ``marks`` go into ``meta``.

    An older one is checked whole and copied aside first (``<file>.backup-v1``), and checked again afterwards.
    """
    held = database.value("PRAGMA user_version")
    if held:
        check_file(database, quick=False)
        _copy_aside(database, held)
    try:
        with database.transaction():
            _apply(database, migrations)
            for mark in marks.items():
                database.write("INSERT INTO meta (key, value) VALUES (?, ?)", mark)
    except sqlite3.Error as fault:
        raise store_error(fault, database.path) from fault
    if held:
        check_file(database, quick=False)


def _copy_aside(database: Database, held: int) -> None:
    backup = database.path.with_name(f"{database.path.name}.backup-v{held}")
    if not backup.exists():  # a migration that failed before has left it, and nothing was written since
        copy_into(database, backup)


def _apply(database: Database, migrations: "Sequence[Migration]") -> None:
    # sqlite-utils takes 0.15 s to import; only a new or an older database pays for it.
    from sqlite_utils import Database as SqliteUtils
    from sqlite_utils import Migrations

    ordered = Migrations("monitor.store")
    for name, apply in migrations:
        ordered(name=name)(apply)
    utils = SqliteUtils(database.connection, recursive_triggers=False, execute_plugins=False)
    ordered.apply(utils)
    utils.execute(f"PRAGMA application_id={APPLICATION_ID}")
    utils.execute(f"PRAGMA user_version={len(migrations)}")
