import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.compare.canonical import item_sha256
from monitor.store import Store, open_writer
from tests.store.making import START

Opener = Callable[[], Store]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "monitor.db"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, to be copied: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "monitor.db"
    open_writer(path, now=START, item_sha256=item_sha256).close()
    return path


@pytest.fixture
def reopen(database: Path, empty: Path) -> Iterator[Opener]:
    """Opens the test's database for writing, closing the one opened before; at the end it must still be sound."""
    opened: list[Store] = []
    database.parent.mkdir()
    shutil.copy(empty, database)

    def open_again() -> Store:
        for store in opened:
            store.close()
        opened[:] = [open_writer(database, now=START, item_sha256=item_sha256, lock_wait_s=0.0)]
        return opened[0]

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen: Opener) -> Store:
    return reopen()


@pytest.fixture(autouse=True)
def _the_schema_is_still_the_released_one(database: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """sqlite-utils can make tables and columns by mistake; whatever a test did, it must not have."""
    yield
    from tests.store.test_schema import GOLDEN, schema_of

    if database.exists() and not request.config.getoption("--update-golden") and "strange" not in request.fixturenames:
        assert schema_of(database) == GOLDEN.read_text()


@pytest.fixture
def strange() -> None:
    """Marks a test that alters the schema on purpose."""
