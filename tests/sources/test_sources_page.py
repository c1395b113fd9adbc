"""docs/sources.md: its examples are read as they stand there."""

import re
from pathlib import Path

from monitor.config.follows import FOLLOW_MEMBERS
from monitor.config.load import load_config
from monitor.config.reading import READING
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record
from monitor.model.source import Kind, Source
from monitor.sources.following import children, following

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")


def examples(folder: Path) -> dict[str, Source]:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    file = folder / "sources.yaml"
    file.write_text("version: 1\nsources:\n" + "".join(blocks), encoding="utf-8")
    return {source.id: source for source in load_config(file, {}, {}).sources}


def link(url: str, words: str) -> Record:
    return Record(key=RecordKey(url), label=words, fields={"title": words, "url": url, "heading": ""}, url=url)


def test_every_example_is_read(tmp_path: Path) -> None:
    assert list(examples(tmp_path)) == ["payer.demo-0228", "payer.demo", "vendor.demo"]


def test_the_documents_of_the_example_are_named_as_the_page_says(tmp_path: Path) -> None:
    records = [
        link("https://payer.example.org/policies/0228.html", "Cardiac CT"),
        link("https://payer.example.org/policies/0100.html", "Knee braces"),
    ]
    (child,) = children(examples(tmp_path)["payer.demo"], records)
    assert child.id == "payer.demo/0228"
    assert child.id in PAGE


def test_the_dated_names_of_the_page_are_one_document(tmp_path: Path) -> None:
    names = re.findall(r"MOL\.TS\.194\.A_DEMO_[^`]+", PAGE)
    records = [link(f"https://vendor.example.org/{name}", "A guideline") for name in names]
    found = following(examples(tmp_path)["vendor.demo"], records)
    assert [child.source.id for child in found.children] == ["vendor.demo/mol.ts.194.a"]
    assert "Eff07.01.2026" in found.children[0].source.routes[0].url
    assert len(found.left_out) == 1


def test_the_page_names_every_kind_and_every_member_of_follow() -> None:
    assert all(f"`{kind.value}`" in PAGE for kind in Kind)
    assert all(f"`{member}`" in PAGE for member in FOLLOW_MEMBERS - READING)
