import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.compare.canonical import item_sha256
from monitor.demo.folder import MARKER, make_folder
from monitor.model.errors import StoreError, UsageError
from monitor.store import open_writer
from tests.demo.conftest import Played, play_into

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_former_demo_is_replaced_and_other_files_in_it_stay(played: Played, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(played.folder, folder)
    (folder / "mine.txt").write_text("kept")
    made = make_folder(folder)
    assert (folder / "mine.txt").read_text() == "kept"
    assert list(made.digests.iterdir()) == []
    assert not made.database.exists()
    assert not made.events.exists()


def test_a_demo_that_was_stopped_early_is_replaced(tmp_path: Path) -> None:
    first = make_folder(tmp_path / "demo")
    first.database.touch()
    assert not make_folder(tmp_path / "demo").database.exists()


def test_a_demo_that_is_still_being_played_is_left_alone(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "demo")
    store = open_writer(folder.database, now=NOW, item_sha256=item_sha256, demo=True)
    try:
        with pytest.raises(StoreError, match="writing"):
            make_folder(tmp_path / "demo")
        assert folder.database.exists()
    finally:
        store.close()


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert make_folder(tmp_path).path == tmp_path


def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("important")
    refused = play_into(tmp_path)
    assert refused.exit_code == 2
    assert "not made by the demo" in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_real_database_is_never_taken_for_a_demo(tmp_path: Path) -> None:
    open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256).close()
    (tmp_path / MARKER).write_text("a marker that lies")
    before = (tmp_path / "monitor.db").read_bytes()
    with pytest.raises(UsageError):
        make_folder(tmp_path)
    assert (tmp_path / "monitor.db").read_bytes() == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("text")
    with pytest.raises(UsageError, match="is a file"):
        make_folder(tmp_path / "notes")


def test_a_place_that_cannot_be_made_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("text")
    with pytest.raises(UsageError, match="--out"):
        make_folder(tmp_path / "notes" / "demo")
