"""The shipped sources.yaml: complete, and in step with the modules."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from monitor.config.load import load_config
from monitor.model.source import Route
from monitor.sources import SOURCES

FILE = Path(__file__).resolve().parents[2] / "sources.yaml"

OFF = {"cms.new-local"}
"""Lists that repeat what others say; they are there for who asks for them."""


def entries() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["sources"]
    return loaded


def test_it_lists_every_official_list_once_in_order() -> None:
    assert [entry["id"] for entry in entries()] == list(SOURCES)


def test_its_addresses_and_cadences_are_those_of_the_modules() -> None:
    for entry in entries():
        source = next(known.source for name, known in SOURCES.items() if name == entry["id"])
        routes = tuple(Route(url=url) if isinstance(url, str) else Route(**url) for url in entry["urls"])
        assert routes == source.routes, entry["id"]
        assert {"6h": timedelta(hours=6), "1d": timedelta(days=1), "1w": timedelta(days=7)}[
            entry["every"]
        ] == source.every


def test_the_configuration_reads_it_as_the_modules_defaults() -> None:
    config = load_config(FILE, {}, {name: known.source for name, known in SOURCES.items()})
    assert config.sources == tuple(known.source for name, known in SOURCES.items() if name not in OFF)


def test_its_commented_examples_are_valid_once_uncommented(tmp_path: Path) -> None:
    head, marker, examples = FILE.read_text(encoding="utf-8").partition("  # Any other page:")
    assert marker
    lines = [line.removeprefix("  # ") for line in examples.splitlines() if line.startswith("  # ")]
    wanted = [line for line in lines if line.startswith(("- id:", "  "))]
    file = tmp_path / "sources.yaml"
    file.write_text(head + "\n".join(f"  {line}" for line in wanted) + "\n", encoding="utf-8")
    config = load_config(file, {}, {name: known.source for name, known in SOURCES.items()})
    own = config.sources[len(SOURCES) - len(OFF) :]
    assert [source.kind.value for source in own] == ["prose", "links", "table", "json", "feed"]
