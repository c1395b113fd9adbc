from pathlib import Path

import pytest

from monitor.config import read_reference, read_templates, shipped
from monitor.model.errors import ConfigError


@pytest.mark.parametrize("name", ["templates", "sources.yaml", "data/reference", "data/demo"])
def test_what_the_program_ships_lies_at_the_top_of_the_checkout(name: str) -> None:
    assert shipped(name) == Path(__file__).resolve().parents[2] / name


def test_a_missing_part_says_to_install_again() -> None:
    with pytest.raises(ConfigError, match="install cmaa-monitor again"):
        shipped("data/nothing")


def test_templates_are_named_by_their_path_below_the_folder() -> None:
    assert "digest.html" in read_templates()


def test_a_reference_list_beside_the_settings_replaces_the_shipped_one(tmp_path: Path) -> None:
    standard = read_reference(tmp_path)
    assert "terms.yaml" in standard
    own = tmp_path / "data" / "reference"
    own.mkdir(parents=True)
    (own / "terms.yaml").write_text("mine: true\n")
    assert read_reference(tmp_path) == standard | {"terms.yaml": "mine: true\n"}


def test_a_reference_list_that_is_not_text_is_named(tmp_path: Path) -> None:
    own = tmp_path / "data" / "reference"
    own.mkdir(parents=True)
    (own / "terms.yaml").write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match="not UTF-8 at byte 3"):
        read_reference(tmp_path)
