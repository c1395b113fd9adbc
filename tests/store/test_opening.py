import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.model.errors import StoreError
from monitor.store import Store, open_reader
from monitor.store.connection import Database
from monitor.store.driver import sqlite3, wal_is_safe
from monitor.store.opening import journal_mode
from tests.store.conftest import Opener
from tests.store.making import SOURCE, make_check, write_change
from tests.store.refusing import refusal
from tests.store.writer import CHECKOUT, open_again


def test_a_new_database_is_for_its_owner_alone(database: Path) -> None:
    open_again(database).close()
    assert database.stat().st_mode & 0o777 == 0o600
    assert database.with_name("monitor.db.lock").stat().st_mode & 0o777 == 0o600


def test_a_reader_creates_nothing(database: Path) -> None:
    with pytest.raises(StoreError, match="no database yet") as caught:
        open_reader(database)
    assert caught.value.code == "missing"
    assert not database.parent.exists()
    assert refusal(database, create=False).code == "missing"
    assert not database.parent.exists()


def test_a_reader_writes_nothing(store: Store) -> None:
    reader = open_reader(store.database.path)
    with pytest.raises(StoreError) as caught, reader.unit():
        pass
    assert caught.value.code == "read-only"
    with pytest.raises(StoreError):
        reader.database.rows("DELETE FROM meta")
    assert reader.states() == {}
    reader.close()


@pytest.mark.usefixtures("strange")
@pytest.mark.parametrize("content", [b"a note, not a database\n" * 9, b"SQLite format 3\x00" + bytes(84), b"x"])
def test_a_file_of_another_program_is_refused_and_left_as_it_was(database: Path, content: bytes) -> None:
    database.parent.mkdir()
    database.write_bytes(content)
    assert refusal(database).code == "foreign"
    with pytest.raises(StoreError, match="not a database of the monitor"):
        open_reader(database)
    assert database.read_bytes() == content
    assert [one.name for one in database.parent.iterdir()] == [database.name]


@pytest.mark.usefixtures("strange")
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_foreign_or_newer_database_is_refused_and_left_as_it_was(database: Path, journal: str) -> None:
    database.parent.mkdir()
    for pragma, code in (("application_id=7", "foreign"), ("application_id=0x434D4141", "newer")):
        connection = sqlite3.connect(database)
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA user_version=99")
        connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
        connection.close()
        before = database.read_bytes()
        assert refusal(database).code == code
        with pytest.raises(StoreError):
            open_reader(database)
        assert database.read_bytes() == before


@pytest.mark.usefixtures("strange")
def test_a_newer_schema_that_only_the_write_ahead_log_knows_is_refused(database: Path) -> None:
    open_again(database, journal="wal").close()
    newer = sqlite3.connect(database, isolation_level=None)
    newer.execute("PRAGMA user_version=99")
    before = database.read_bytes()
    assert refusal(database).code == "newer"
    assert database.read_bytes() == before
    newer.close()


def test_the_demo_does_not_write_into_a_real_database(store: Store, database: Path) -> None:
    store.close()
    assert "real database" in refusal(database, demo=True).what


@pytest.mark.usefixtures("strange")
def test_a_damaged_page_is_found_at_opening(reopen: Opener, database: Path) -> None:
    store = reopen()
    with store.unit() as unit:
        for number in range(30):
            write_change(unit, number, number)
    root = store.database.value("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger'")
    size = store.database.value("PRAGMA page_size")
    store.close()
    with database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)
    fault = refusal(database)
    assert fault.code == "corrupt"
    assert "backup" in fault.mend


@pytest.mark.usefixtures("strange")
def test_every_flipped_byte_of_the_first_page_is_refused_or_harmless(reopen: Opener, database: Path) -> None:
    """No flip in the file's header makes anything but a clear refusal, or a database that still reads."""
    reopen().close()
    whole = database.read_bytes()
    for at in range(100):
        database.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        assert _opened(database) in {"opened", "corrupt", "foreign", "newer", "read-only"}, at


def _opened(database: Path) -> str:
    try:
        store = open_again(database)
    except StoreError as fault:
        return fault.code
    store.verify_file()
    store.close()
    return "opened"


def test_a_truncated_file_is_found_at_opening(reopen: Opener, database: Path) -> None:
    reopen().close()
    whole = database.read_bytes()
    database.write_bytes(whole[: len(whole) // 2])
    assert refusal(database).code == "corrupt"
    database.write_bytes(whole)


@pytest.mark.usefixtures("strange")
def test_a_damaged_write_ahead_log_loses_only_what_it_held(tmp_path: Path) -> None:
    """After a crash the log may be gone (copied without it, say): then the file is as at its last checkpoint."""
    database = tmp_path / "a.db"
    store = open_again(database, journal="wal")
    with store.unit() as unit:
        unit.check(make_check())
    store.database.row("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.unit() as unit:
        unit.check(make_check(1))
    assert len((tmp_path / "a.db-wal").read_bytes()) > 0
    (tmp_path / "b.db").write_bytes(database.read_bytes())
    store.close()
    copy = open_again(tmp_path / "b.db", journal="wal")
    assert copy.queries.counts().checks == 1
    copy.verify_file()
    copy.close()


@pytest.mark.parametrize("journal", ["wal", "truncate"])
def test_a_reader_sees_what_the_writer_committed_and_nothing_before(tmp_path: Path, journal: str) -> None:
    store = open_again(tmp_path / "a.db", journal=journal)
    assert store.database.value("PRAGMA journal_mode") == journal
    reader = open_reader(tmp_path / "a.db")
    with store.unit() as unit:
        write_change(unit, 1)
        assert reader.queries.counts().checks == 0
    assert reader.queries.counts().checks == 1
    reader.close()
    store.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_file_that_may_not_be_written_is_said_to_be_so(reopen: Opener, database: Path, tmp_path: Path) -> None:
    reopen().close()
    for folder in (tmp_path, *tmp_path.parents):
        if os.access(folder, os.W_OK) and folder.stat().st_uid == 0 and str(folder).startswith("/tmp/"):  # noqa: S108
            folder.chmod(0o755)
    database.parent.chmod(0o755)
    database.chmod(0o444)
    database.with_name("monitor.db.lock").chmod(0o666)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        try:
            open_again(database)
        except StoreError as fault:
            os._exit(17 if fault.code == "read-only" else 18)
        os._exit(19)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 17
    database.chmod(0o600)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert refusal(tmp_path / "file" / "data" / "monitor.db").code == "io"
    assert refusal(tmp_path).code == "io"


def test_a_path_with_spaces_and_signs_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a folder?mode=memory#x" / "my 100% data.db"
    open_again(path).close()
    reader = open_reader(path)
    assert reader.states() == {}
    reader.close()
    assert path.exists()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 46, 1), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_the_journal_is_chosen_by_the_library(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe
    assert journal_mode() == ("wal" if wal_is_safe() else "truncate")


@pytest.mark.parametrize(("journal", "synchronous"), [("wal", 2), ("truncate", 3)])
def test_every_connection_is_careful(tmp_path: Path, journal: str, synchronous: int) -> None:
    store = open_again(tmp_path / "a.db", journal=journal)
    wanted = {"foreign_keys": 1, "busy_timeout": 10000, "trusted_schema": 0, "cell_size_check": 1}
    found = {name: store.database.value(f"PRAGMA {name}") for name in wanted}
    assert found == wanted
    assert store.database.value("PRAGMA synchronous") == synchronous
    store.close()


def test_a_run_without_news_never_loads_the_heavy_parts(reopen: Opener, database: Path) -> None:
    reopen().close()
    code = (
        "import sys; from pathlib import Path; from tests.store.writer import open_again, make_check\n"
        "store = open_again(Path(sys.argv[1])); check = make_check()\n"
        "with store.unit() as unit: unit.check(check); unit.good(check, full_get=True)\n"
        "store.states(); store.queries.changes(); store.close()\n"
        "print(sorted({'sqlite_utils', 'backports.zstd', 'compression.zstd', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, database], cwd=CHECKOUT, capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_a_reader_undoes_what_a_killed_writer_left_half_done(reopen: Opener, database: Path) -> None:
    """In rollback-journal mode a reader may not roll back a hot journal; it is done for it, once."""
    store = reopen()
    with store.unit() as unit:
        unit.check(make_check())
    store.close()
    code = (
        "import os, sys; from pathlib import Path; from tests.store.writer import open_again, make_check\n"
        "store = open_again(Path(sys.argv[1]), journal='truncate')\n"
        "store.database.row('PRAGMA cache_size=2'); store.database.row('PRAGMA cache_spill=1')\n"
        "with store.unit() as unit:\n"
        "    for hour in range(1, 500): unit.check(make_check(hour))\n"
        "    os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, database], cwd=CHECKOUT, check=False)
    assert database.with_name("monitor.db-journal").stat().st_size > 0
    reader = open_reader(database)
    assert [check.source_id for check in reader.queries.last_checks().values()] == [SOURCE]
    assert reader.queries.counts().checks == 1
    reader.verify_file()
    reader.close()


def test_a_connection_that_cannot_be_opened_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Database(tmp_path / "none.db", mode="ro")
    assert caught.value.code == "io"
