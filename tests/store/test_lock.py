import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.compare.canonical import item_sha256
from monitor.model.errors import StoreError
from monitor.store import Store, is_wanted, open_writer
from monitor.store.driver import sqlite3
from tests.store.making import START, make_check
from tests.store.refusing import refusal
from tests.store.writer import CHECKOUT


def test_a_second_writer_is_told_who_holds_the_database(store: Store, database: Path) -> None:
    fault = refusal(database)
    assert fault.code == "locked"
    assert f"process {os.getpid()} " in fault.what
    assert "since 2026-11-23T09:00:00.000000Z" in fault.what
    with store.unit() as unit:
        unit.check(make_check())


def test_a_second_writer_waits_for_the_first(database: Path) -> None:
    """Another process holds it for half a second; the lock goes with its end, however it ends."""
    code = (
        "import sys, time; from pathlib import Path; from tests.store.writer import open_again\n"
        "store = open_again(Path(sys.argv[1])); print('open', flush=True); time.sleep(0.5); import os; os._exit(9)"
    )
    with subprocess.Popen([sys.executable, "-c", code, database], cwd=CHECKOUT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        assert f"process {child.pid} " in refusal(database).what
        began = time.monotonic()
        open_writer(database, now=START, item_sha256=item_sha256, lock_wait_s=20.0).close()
        assert time.monotonic() - began < 10


def test_a_service_gives_way_to_whoever_waits_longer_than_others_are_waited_for(database: Path) -> None:
    open_writer(database, now=START, item_sha256=item_sha256).close()
    assert not is_wanted(database)
    code = (
        "import sys, time; from pathlib import Path; from tests.store.writer import open_again\n"
        "from monitor.store import is_wanted\n"
        "where = Path(sys.argv[2]); sys.argv[0] = 'cmaa-monitor'; store = open_again(where)\n"
        "print('open', flush=True)\n"
        "while not is_wanted(where): time.sleep(0.01)\n"
        "time.sleep(0.4); store.close(); print('gave way', flush=True)"
    )
    command = [sys.executable, "-c", code, "serve", str(database)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        assert "(cmaa-monitor serve)" in refusal(database).what, "with no time to wait nobody is disturbed"
        open_writer(database, now=START, item_sha256=item_sha256, lock_wait_s=0.1).close()
        assert child.stdout.readline() == b"gave way\n"
    assert not is_wanted(database)


def test_a_lock_file_without_a_name_in_it_still_locks(store: Store, database: Path) -> None:
    database.with_name("monitor.db.lock").write_text("{}")
    assert "another process" in refusal(database).what


def test_a_lock_that_cannot_be_signed_for_want_of_space_still_locks(database: Path) -> None:
    open_writer(database, now=START, item_sha256=item_sha256).close()
    code = (
        "import resource, sys; from pathlib import Path; from monitor.store.lock import WriterLock\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); WriterLock(Path(sys.argv[1])).acquire(0.0)\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(database)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert "another process" in refusal(database).what
        child.communicate()


def test_another_programs_lock_is_said_to_be_one(store: Store, database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.database.row("PRAGMA busy_timeout=0")
    with pytest.raises(StoreError) as caught, store.unit():
        pass
    assert caught.value.code == "locked"
    other.execute("ROLLBACK")
    other.close()
    with store.unit() as unit:
        unit.check(make_check())
