"""The demo is played once for all tests of this room, in a folder whose name has a blank in it, through the command."""

from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from monitor.app import House, open_house
from monitor.cli.main import run
from monitor.store import Store


@dataclass(frozen=True)
class Played:
    """What the command left behind and said."""

    folder: Path
    exit_code: int
    out: str
    err: str

    def digest(self, week: int) -> str:
        return (self.folder / "digests" / f"DG-2026-{week}.txt").read_text(encoding="utf-8")

    def digests(self) -> Mapping[str, str]:
        return {path.name: path.read_text(encoding="utf-8") for path in sorted((self.folder / "digests").iterdir())}


def play_into(folder: Path) -> Played:
    """Runs the command."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = run(["demo", "--out", str(folder)])
    return Played(folder=folder, exit_code=code, out=out.getvalue(), err=err.getvalue())


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play_into(tmp_path_factory.mktemp("a demo") / "demo output")


@pytest.fixture
def house(played: Played) -> House:
    return open_house(played.folder / "sources.yaml", {})


@pytest.fixture
def record(house: House) -> Iterator[Store]:
    with house.reader() as store:
        yield store
