from pathlib import Path

import pytest

from monitor.model.errors import StoreError
from monitor.store import Store, schema
from monitor.store.connection import Database
from monitor.store.driver import sqlite3
from monitor.store.migrating import migrate
from tests.store.making import SOURCE, make_check, write_change

GOLDEN = Path(__file__).with_name("schema.golden.sql")
EVIDENCE = (
    "ledger", "object", "capture", "snapshot", "snapshot_capture", "change", "difference", "assessment", "audit"
)  # fmt: skip


def schema_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        " ORDER BY tbl_name, type DESC, name"
    ).fetchall()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return "".join(f"{sql};\n" for (sql,) in rows) + f"PRAGMA user_version={version};\n"


def test_the_schema_is_the_golden_one(store: Store, database: Path, update_golden: bool) -> None:
    if update_golden:
        GOLDEN.write_text(schema_of(database))
    assert schema_of(database) == GOLDEN.read_text()


def test_every_table_of_ours_is_strict(store: Store) -> None:
    loose = store.database.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0")
    assert {name for (name,) in loose} == {"sqlite_schema", "sqlite_sequence", "_sqlite_migrations"}


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_evidence_is_never_altered_or_removed(store: Store, table: str, statement: str) -> None:
    with store.unit() as unit:
        write_change(unit, 1)
    column = store.database.value("SELECT name FROM pragma_table_info(?) LIMIT 1", [table])
    sql = statement.format(table, f"{column} = {column}")
    with pytest.raises(StoreError, match="never altered") as caught, store.database.transaction():
        store.database.write(sql)
    assert caught.value.code == "refused"


def test_what_is_to_be_told_is_frozen(store: Store) -> None:
    with store.unit() as unit:
        write_change(unit, 1)
    with pytest.raises(StoreError, match="never altered"), store.database.transaction():
        store.database.write("UPDATE outbox SET payload = x'00'")
    with pytest.raises(StoreError, match="never altered"), store.database.transaction():
        store.database.write("DELETE FROM outbox")


def test_a_verdict_of_no_known_name_is_refused(store: Store) -> None:
    with store.unit() as unit:
        unit.check(make_check())
    with pytest.raises(StoreError, match="CHECK"), store.database.transaction():
        store.database.write(
            "INSERT INTO ledger (source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, requests)"
            " SELECT source_id, started_at || 'x', started_at, ended_at, trigger, 'FINE', code, reason, 1 FROM ledger"
        )


def _second(utils: object) -> None:
    assert hasattr(utils, "execute")
    utils.execute("ALTER TABLE source ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def _broken(utils: object) -> None:
    _second(utils)
    raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.usefixtures("strange")
def test_an_older_database_is_copied_aside_then_migrated(store: Store, database: Path) -> None:
    with store.unit() as unit:
        unit.check(make_check())
    migrate(store.database, {}, (*schema.MIGRATIONS, ("9999-note", _second)))
    assert store.database.value("PRAGMA user_version") == schema.VERSION + 1
    assert store.database.value("SELECT note FROM source") == ""
    backup = database.with_name(f"monitor.db.backup-v{schema.VERSION}")
    assert backup.stat().st_mode & 0o777 == 0o600
    assert schema_of(backup) == GOLDEN.read_text()
    copy = Database(backup, mode="ro")
    assert copy.value("SELECT id FROM source") == SOURCE
    copy.close()


def test_a_migration_that_fails_leaves_the_old_schema(store: Store) -> None:
    with pytest.raises(StoreError):
        migrate(store.database, {}, (*schema.MIGRATIONS, ("9999-note", _broken)))
    store.verify_file()
