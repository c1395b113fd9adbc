"""What every test of the pipeline may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.compare.canonical import item_sha256
from monitor.store import Store, open_writer
from tests.store.making import START


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database on disk, open for writing."""
    store = open_writer(tmp_path / "monitor.db", now=START, item_sha256=item_sha256)
    yield store
    store.close()
