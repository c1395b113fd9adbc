"""The shipped sources.yaml: complete, and in step with the modules."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config.load import load_config
from monitor.model.snapshot import Page
from monitor.model.source import Kind, Route, Source
from monitor.sources import SOURCES
from monitor.sources.following import children
from monitor.sources.kinds import links

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


def uncommented(folder: Path, start: str, end: str | None) -> tuple[Source, ...]:
    """The commented entries between two lines of the file, as sources. Capitals in an id stand for a number."""
    text = FILE.read_text(encoding="utf-8")
    head, marker, examples = text.partition(start)
    assert marker
    examples = examples.partition(end)[0] if end else examples
    lines = [line.removeprefix("  # ") for line in examples.splitlines() if line.startswith("  # ")]
    wanted = [line.replace("-NNNN", "-0001").replace("-NUMBER", "-0001") if "- id:" in line else line for line in lines]
    wanted = [line for line in wanted if line.startswith(("- id:", "  "))]
    file = folder / "sources.yaml"
    file.write_text(head + "\n".join(f"  {line}" for line in wanted) + "\n", encoding="utf-8")
    config = load_config(file, {}, {name: known.source for name, known in SOURCES.items()})
    return config.sources[len(SOURCES) - len(OFF) :]


PAYERS, OTHERS = "  # Payers.", "  # Any other page:"


def test_its_commented_examples_are_valid_once_uncommented(tmp_path: Path) -> None:
    own = uncommented(tmp_path, OTHERS, None)
    assert [source.kind.value for source in own] == ["prose", "links", "table", "json", "feed"]


def test_its_payers_are_one_uncommenting_away(tmp_path: Path) -> None:
    payers = uncommented(tmp_path, PAYERS, OTHERS)
    assert [source.authority for source in payers] == ["Aetna", "UnitedHealthcare", "Cigna", "eviCore", "Anthem"]
    assert all(source.follow for source in payers if source.kind is Kind.LINKS)


@pytest.mark.parametrize(
    ("payer", "old", "new", "child"),
    [
        (
            "payer.uhc",
            "/content/dam/provider/docs/public/policies/comm-medical-drug/omnibus-codes.pdf",
            "/content/dam/provider/docs/public/policies/index/commercial/omnibus-codes-01012026.pdf",
            "payer.uhc/omnibus-codes",
        ),
        (
            "payer.evicore",
            "/sites/MOL.TS.194.A_DEMO_V1.0.2026_Eff01.01.2026_Pub09.26.2025_Upd12.09.2025.pdf",
            "/sites/MOL.TS.194.A_DEMO_V2.0.2026_Eff07.01.2026_Pub03.20.2026.pdf",
            "payer.evicore/mol.ts.194.a",
        ),
    ],
)
def test_a_payers_document_keeps_its_id_when_its_file_is_renamed(
    tmp_path: Path, payer: str, old: str, new: str, child: str
) -> None:
    source = next(one for one in uncommented(tmp_path, PAYERS, OTHERS) if one.id == payer)
    for path in (old, new):
        page = (
            f'<html><head><title>DEMO</title></head><body><main><a href="{path}">DEMO Omnibus policy</a></main></body>'
        )
        snapshot = links.extract(Page(body=page.encode(), url=source.routes[0].url, media_type="text/html"), source)
        (found,) = children(source, snapshot.records)
        assert (found.id, found.routes[0].url.rpartition("/")[2]) == (child, path.rpartition("/")[2])
