"""One connection shared by threads: each has its transactions for itself, and none waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import pytest

from monitor.compare.canonical import item_sha256
from monitor.model.watch import Robots
from monitor.store import open_writer
from tests.fakes import NOW

LIMIT_S = 30.0


def test_a_write_of_another_thread_takes_no_part_in_a_transaction_that_is_rolled_back(tmp_path: Path) -> None:
    store = open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256)
    is_open, asked = Event(), Event()

    def fails() -> None:
        with store.outbox.together():
            is_open.set()
            assert asked.wait(LIMIT_S)
            sleep(0.05)  # the other writes now, or waits: it must be the latter
            raise ZeroDivisionError

    def writes() -> None:
        assert is_open.wait(LIMIT_S)
        asked.set()
        with store.database.own_or_joined():
            store.database.write("INSERT INTO meta (key, value) VALUES ('mine', 'kept')")

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(fails), pool.submit(writes)
        with pytest.raises(ZeroDivisionError):
            first.result(LIMIT_S)
        second.result(LIMIT_S)
    assert store.database.value("SELECT value FROM meta WHERE key = 'mine'") == "kept"
    store.close()


def test_what_hosts_ask_can_be_read_while_another_thread_has_a_unit_of_work_open(tmp_path: Path) -> None:
    store = open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256)
    robots = Robots(origin="https://a.invalid", status=200, text="", fetched_at=NOW)
    begun = Event()

    def reads() -> Robots | None:
        begun.set()
        return store.hosts.load("https://a.invalid")

    with ThreadPoolExecutor(1) as pool:
        with store.database.transaction():
            found = pool.submit(reads)
            assert begun.wait(LIMIT_S)
            store.hosts.flush()
        assert found.result(LIMIT_S) is None
    store.hosts.save(robots)
    assert store.hosts.load("https://a.invalid") == robots
    store.close()
