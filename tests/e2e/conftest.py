from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from monitor.assess import rules as rules_room
from tests.e2e.desk import Desk
from tests.loopback import LoopbackServer


@pytest.fixture(scope="session", autouse=True)
def _rules_read_once() -> Iterator[None]:
    """The same rule files are parsed once for all tests here, in place of once a command: a tenth of a second each.
    What is parsed is the real thing, examined in full; faults are told anew each time.
    """
    real = rules_room.parse_rules

    @lru_cache(maxsize=8)
    def remembered(files: tuple[tuple[str, str], ...], watch: tuple[tuple[str, tuple[str, ...]], ...]) -> Any:
        return real(dict(files), form=None, **dict(watch))

    def parse(files: Mapping[str, str], *, form: bytes | None = None, **watch: Sequence[str]) -> Any:
        return remembered(tuple(sorted(files.items())), tuple((name, tuple(of)) for name, of in watch.items()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules_room, "parse_rules", parse)
        yield


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
