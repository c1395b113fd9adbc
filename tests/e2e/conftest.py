from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.loopback import LoopbackServer


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def desk(
    tmp_path: Path, server: LoopbackServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    for name in ("CMAA_CONFIG", "CMAA_DATABASE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return Desk(folder=tmp_path, server=server, capsys=capsys)
