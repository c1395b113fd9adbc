from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.compare.canonical import item_sha256
from monitor.daemon.shared import SharedStore
from monitor.model.errors import StoreError
from monitor.store import Store, open_writer
from tests.fakes import NOW


def test_the_database_is_opened_for_the_first_that_needs_it_and_closed_behind_the_last(tmp_path: Path) -> None:
    seen: list[str] = []

    @contextmanager
    def opened() -> Iterator[Store]:
        store = open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256)
        seen.append("opened")
        try:
            yield store
        finally:
            store.close()
            seen.append("closed")

    shared = SharedStore(opened)
    with shared.use() as one:
        with shared.use() as other:
            assert one is other
        assert seen == ["opened"]
        assert one.database.value("SELECT 1") == 1
    assert seen == ["opened", "closed"]
    with pytest.raises(ZeroDivisionError), shared.use():
        raise ZeroDivisionError
    assert seen == ["opened", "closed"] * 2


def test_one_that_cannot_be_had_is_asked_for_anew_the_next_time(tmp_path: Path) -> None:
    holder = open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256)

    @contextmanager
    def opened() -> Iterator[Store]:
        store = open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256, lock_wait_s=0.0)
        try:
            yield store
        finally:
            store.close()

    shared = SharedStore(opened)
    with pytest.raises(StoreError, match="has been writing to it"), shared.use():
        pass
    holder.close()
    with shared.use() as store:
        assert store.database.value("SELECT 1") == 1
