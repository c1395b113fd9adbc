"""The faults of the world: no space, failing statements, sudden death. Nothing may be half written."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.model.delivery import DeliveryState
from monitor.model.errors import StoreError
from monitor.store import Store, open_reader
from monitor.store.driver import sqlite3
from tests.store.conftest import Opener
from tests.store.making import write_change
from tests.store.writer import CHECKOUT, open_again

KILLS = 20


class Faulty:
    """A connection whose n-th statement fails before SQLite sees it; everything else is the real connection's."""

    def __init__(self, real: sqlite3.Connection, fails_at: int, code: int) -> None:
        self.real = real
        self.fails_at = fails_at
        self.code = code
        self.seen = 0

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        self.seen += 1
        if self.seen == self.fails_at:
            fault = sqlite3.OperationalError("made to fail")
            fault.sqlite_errorcode = self.code
            raise fault
        return self.real.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def outcome(store: Store, number: int) -> str | None:
    """Writes one change; the code of the error, or None when it is kept."""
    try:
        with store.unit() as unit:
            write_change(unit, number, number)
    except StoreError as fault:
        return fault.code
    return None


def sound(store: Store) -> None:
    store.verify_file()
    assert store.queries.verify_chain() is None
    assert store.queries.verify_objects() == ()


def whole_or_nothing(store: Store) -> int:
    """Every change is kept with all that belongs to it; how many there are."""
    counts = store.queries.counts()
    kept = store.queries.changes()
    assert len(kept) == counts.changes == counts.checks == counts.snapshots == counts.captures
    assert sum(counts.deliveries.values()) == counts.changes
    told = store.database.value("SELECT count(*) FROM audit WHERE event IN ('check', 'change')")
    assert told == 2 * counts.changes
    assert store.queries.verify_rows() == ()
    return counts.changes


@pytest.mark.parametrize(("code", "name"), [(10, "io"), (13, "full")])
def test_a_unit_whose_nth_statement_fails_leaves_nothing_for_any_n(store: Store, code: int, name: str) -> None:
    with store.unit() as unit:
        write_change(unit, 1)
    real = store.database.connection
    n = 0
    while True:
        n += 1
        store.database.connection = Faulty(real, n, code)  # type: ignore[assignment]
        failed = outcome(store, 2)
        store.database.connection = real
        if failed is None:
            break
        assert failed == name
        assert not real.in_transaction
        assert whole_or_nothing(store) == 1
    assert n > 20
    assert whole_or_nothing(store) == 2
    sound(store)


def test_a_full_disk_leaves_nothing_half_written(store: Store) -> None:
    pages = store.database.value("PRAGMA page_count")
    store.database.row(f"PRAGMA max_page_count={pages + 12}")
    codes, written = set[str | None](), 0
    for number in range(60):
        failed = outcome(store, number)
        written += failed is None
        codes.add(failed)
    codes.discard(None)
    assert codes == {"full"}
    assert 0 < written < 60
    assert whole_or_nothing(store) == written
    sound(store)
    store.database.row("PRAGMA max_page_count=1000000")
    with store.unit() as unit:
        write_change(unit, 99, 99)
    assert whole_or_nothing(store) == written + 1


def test_a_disk_that_takes_no_more_bytes_leaves_nothing_half_written(reopen: Opener, database: Path) -> None:
    """A limit on the size of files makes the write itself fail, which SQLite reports as an I/O error."""
    reopen().close()
    child = os.fork()
    if child == 0:
        os._exit(_write_until_the_limit(database))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    store = reopen()
    assert whole_or_nothing(store) > 0
    sound(store)


def _write_until_the_limit(database: Path) -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = open_again(database)
    limit = database.stat().st_size + 60_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for number in range(500):
        if (failed := outcome(store, number)) is not None:
            return 7 if failed in {"io", "full"} else 8
    return 9


def _kill(database: Path, journal: str, after_s: float) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.store.writer import write_for_ever\n"
        "write_for_ever(Path(sys.argv[1]), sys.argv[2])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(database), journal], cwd=CHECKOUT, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(after_s)
        child.kill()


def _look(database: Path, journal: str) -> int:
    reader = open_reader(database)  # before any writer has cleaned up
    seen = whole_or_nothing(reader)
    reader.close()
    store = open_again(database, journal=journal)
    assert whole_or_nothing(store) == seen
    sound(store)
    states = {row.delivery.state for row in store.outbox.deliveries()}
    assert states <= {DeliveryState.PENDING, DeliveryState.SENT}
    store.close()
    return seen


@pytest.mark.slow
def test_sudden_death_while_the_database_is_made_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.store.writer import open_again; import sqlite_utils\n"
        "sys.stdout.write('ready\\n'); sys.stdout.flush(); open_again(Path(sys.argv[1]), demo=True)"
    )
    for n in range(6):
        database = tmp_path / f"{n}.db"
        command = [sys.executable, "-c", code, str(database)]
        with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(0.007 * n)
            child.kill()
        store = open_again(database, demo=True)
        assert store.is_demo
        sound(store)
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("journal", ["truncate", "wal"])
def test_twenty_sudden_deaths_leave_database_and_chain_sound(database: Path, journal: str) -> None:
    chance = random.Random(48)  # noqa: S311 - sample data
    seen = 0
    for _ in range(KILLS // 2):
        _kill(database, journal, chance.uniform(0.0, 0.12))
        now = _look(database, journal)
        assert now >= seen
        seen = now
    assert seen > 0


def test_a_busy_database_is_tried_again(store: Store) -> None:
    """Another connection's short lock is waited out, five times at most."""
    real = store.database.connection
    tries = _Busy(real, 4)
    store.database.connection = tries  # type: ignore[assignment]
    with store.unit() as unit:
        store.database.connection = real
        write_change(unit, 1)
    assert tries.seen >= 5
    store.database.connection = _Busy(real, 5)  # type: ignore[assignment]
    with pytest.raises(StoreError) as caught, store.unit():
        pass
    store.database.connection = real
    assert caught.value.code == "locked"


class _Busy(Faulty):
    def __init__(self, real: sqlite3.Connection, times: int) -> None:
        super().__init__(real, 0, 5)
        self.times = times

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        self.fails_at = self.seen + 1 if self.seen < self.times else 0
        return super().execute(sql, values)
