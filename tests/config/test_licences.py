"""A licence is accepted by one word in the settings, and by nothing else."""

from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.model.errors import ConfigError
from monitor.sources.licences import LICENCES
from tests.config.samples import HEALTHY, KNOWN


def accepted(folder: Path, written: str) -> list[str]:
    path = folder / "sources.yaml"
    path.write_text(HEALTHY + written, encoding="utf-8")
    return [licence.id for licence in load_config(path, {}, KNOWN, LICENCES).licences]


@pytest.mark.parametrize("written", ["", "licences: {}", "licences: {cms-coverage-api: declined}"])
def test_silence_accepts_nothing(written: str, tmp_path: Path) -> None:
    assert accepted(tmp_path, written) == []


def test_the_word_accepts(tmp_path: Path) -> None:
    assert accepted(tmp_path, "licences: {cms-coverage-api: accepted}") == ["cms-coverage-api"]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("licences: {cms-coverage-api: yes}", "write accepted or declined"),
        ("licences: {cms-coverage-api: }", "has no value"),
        ("licences: {cms-coverage: accepted}", "cms-coverage-api"),
        ("licences: [cms-coverage-api]", "must be a mapping"),
    ],
)
def test_anything_else_is_a_fault_with_its_mend(written: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=says):
        accepted(tmp_path, written)
