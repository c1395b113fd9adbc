from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.compare.canonical import item_sha256
from monitor.model.errors import StoreError
from monitor.store import Store, open_reader, open_writer
from monitor.store.backups import DAYS, WEEKS, back_up, backups_in, restore, surplus
from tests.fakes import NOW
from tests.store.making import make_check

DAY = NOW.date()


def entries(path: Path) -> list[str]:
    store = open_reader(path)
    try:
        return [row[0] for row in store.database.rows("SELECT event FROM audit ORDER BY seq")]
    finally:
        store.close()


def note(store: Store, event: str) -> None:
    with store.unit() as unit:
        unit.audit(event, "test", {}, at=NOW)


def test_a_backup_is_one_a_day_and_seven_days_and_four_weeks_are_kept(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for ahead in range(60):
        back_up(store, folder, DAY + timedelta(days=ahead))
    kept = [date.fromisoformat(path.stem[-10:]) for path in backups_in(folder, store.database.path)]
    last = DAY + timedelta(days=59)
    assert kept[-DAYS:] == [last - timedelta(days=n) for n in range(DAYS)][::-1]
    assert len({day.isocalendar()[:2] for day in kept}) == WEEKS
    assert surplus(backups_in(folder, store.database.path)) == ()
    assert {path.suffix for path in folder.iterdir()} == {".db"}


def test_who_only_reads_can_back_up_and_may_still_write_nothing(store: Store, tmp_path: Path) -> None:
    note(store, "before")
    reader = open_reader(store.database.path)
    try:
        made = back_up(reader, tmp_path / "backups", DAY)
        assert entries(made) == ["before"]
        with pytest.raises(StoreError, match="cannot be written"):
            reader.database.row("DELETE FROM meta")
    finally:
        reader.close()


def test_what_was_restored_is_what_was_backed_up_and_the_old_file_is_kept(store: Store, tmp_path: Path) -> None:
    path = store.database.path
    note(store, "before")
    backup = back_up(store, tmp_path / "backups", DAY)
    note(store, "after")
    store.close()
    aside = restore(path, backup, now=NOW, item_sha256=item_sha256)
    assert aside is not None
    assert (entries(path), entries(aside)) == (["before", "restored"], ["before", "after"])


def test_a_damaged_a_foreign_and_a_demo_backup_are_refused_and_nothing_is_touched(store: Store, tmp_path: Path) -> None:
    path = store.database.path
    note(store, "mine")
    with store.unit() as unit:
        unit.check(make_check(1))
    backup = back_up(store, tmp_path / "backups", DAY)
    store.close()
    damaged, foreign, demo = (tmp_path / name for name in ("damaged.db", "foreign.db", "demo.db"))
    body = bytearray(backup.read_bytes())
    body[4096 : 4096 + 4096] = bytes(4096)
    damaged.write_bytes(body)
    foreign.write_bytes(b"no database, but as long as one is. " * 200)
    open_writer(demo, now=NOW, item_sha256=item_sha256, demo=True).close()
    before = path.read_bytes()
    for wrong in (damaged, foreign, demo, tmp_path / "missing.db"):
        with pytest.raises(StoreError):
            restore(path, wrong, now=NOW, item_sha256=item_sha256)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.restoring")) + list(path.parent.glob("*.replaced-*"))


def test_nothing_is_restored_over_a_database_that_is_in_use(store: Store, tmp_path: Path) -> None:
    backup = back_up(store, tmp_path / "backups", DAY)
    with pytest.raises(StoreError) as refused:
        restore(store.database.path, backup, now=NOW, item_sha256=item_sha256)
    assert refused.value.code == "locked"
