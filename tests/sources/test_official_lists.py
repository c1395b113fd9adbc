"""What every official list owes: a docstring, a version, a contract, two recorded copies and their goldens."""

import re
import sys
from pathlib import Path

import pytest

from monitor.model.errors import Unreadable
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract
from monitor.sources import SOURCES, extractor_for
from monitor.sources.official import OfficialList
from tests.sources.copies import RECORDED, as_text, copies, golden, read_copy

LISTS = [pytest.param(entry, id=str(name)) for name, entry in SOURCES.items()]
COPIES = [pytest.param(copy, id=f"{name}/{copy.name}") for name in SOURCES for copy in copies(str(name))]


def test_the_lists_are_those_the_readme_names() -> None:
    assert list(SOURCES) == [
        "fda.ai-devices",
        "fda.product-codes",
        "fda.news",
        "cms.local-schedule",
        "cms.update-period",
        "cms.lcds",
        "cms.proposed-lcds",
        "cms.articles",
        "cms.new-local",
        "cms.ncds",
        "cms.ncas",
        "cms.new-national",
        "cms.medcac",
        "cms.technology-assessments",
        "cms.coverage-documents",
        "cms.coverage-process",
        "cms.transmittals",
        "cms.hcpcs-quarterly",
        "cms.hcpcs-decisions",
        "cms.opps",
        "cms.pfs",
        "federal-register",
        "federal-register.public-inspection",
        "ama.appendix-s",
        "ama.appendix-s-2022",
        "ama.panel",
        "ama.panel-actions",
        "ama.cmaa",
        "ama.cmaa-cpt",
        "ama.early-release",
        "ama.errata",
        "ama.category-iii-files",
        "ama.pla-files",
        "ama.maaa-files",
        "ama.press-releases",
        "ama.calendar",
        "ama.code-process",
        "ama.reconsideration",
        "ama.interested-party",
        "ama.category-iii",
        "ama.pla-codes",
        "ama.admin-maaa",
        "ama.pla-faq",
        "ama.ai-statement",
        "cms.newsroom",
    ]


@pytest.mark.parametrize("entry", LISTS)
def test_its_module_says_what_where_how_often_and_what_to_beware_of(entry: OfficialList) -> None:
    module = sys.modules[entry.extract.__module__]
    told = module.__doc__ or ""
    assert all(f"- {word}" in told for word in ("What:", "Where:", "How often it moves:", "Caveats:")), told
    assert entry.version == module.VERSION
    assert entry.version >= 1
    assert entry.extract.__doc__


@pytest.mark.parametrize("entry", LISTS)
def test_its_source_is_complete(entry: OfficialList) -> None:
    source = entry.source
    assert SOURCES[source.id] is entry
    assert source.extractor == source.id
    assert source.contract != Contract()
    assert source.contract.media_types
    assert source.name
    assert source.authority
    assert source.why.endswith(".")
    assert source.noun
    assert source.every.total_seconds() > 0
    assert (source.page_url or "").startswith("https://")
    assert all(route.url.startswith("https://") for route in source.routes)
    for pattern in (source.contract.final_url, source.contract.key_pattern, source.reading.link_pattern):
        re.compile(pattern or "")


@pytest.mark.parametrize("entry", LISTS)
def test_its_default_addresses_pass_its_own_contract(entry: OfficialList) -> None:
    pattern = entry.source.contract.final_url or ""
    assert all(re.search(pattern, route.url) for route in entry.source.routes)


def test_no_recorded_copy_belongs_to_no_list() -> None:
    assert {folder.name for folder in RECORDED.iterdir() if folder.is_dir()} >= set(SOURCES)


@pytest.mark.parametrize("copy", COPIES)
def test_a_recorded_copy_is_read_as_its_golden_says(copy: Path, update_golden: bool) -> None:
    told = as_text(read_copy(copy))
    if update_golden:
        golden(copy).write_text(told, encoding="utf-8")
    assert told == golden(copy).read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", LISTS)
def test_it_has_two_recorded_copies_each_with_its_golden(entry: OfficialList) -> None:
    found = copies(str(entry.source.id))
    assert len(found) >= 2
    assert all(golden(copy).exists() for copy in found)
    assert len({golden(copy).read_bytes() for copy in found}) == len(found), "copies that say the same prove little"


@pytest.mark.parametrize("copy", COPIES)
def test_a_recorded_copy_has_the_columns_keys_and_title_of_the_contract(copy: Path) -> None:
    snapshot, contract = read_copy(copy), SOURCES[_id(copy)].source.contract
    assert set(contract.columns) <= set(snapshot.columns)
    pattern = contract.key_pattern or ".*"
    assert [record.key for record in snapshot.records if not re.fullmatch(pattern, record.key)] == []
    assert (contract.title or "").casefold() in (snapshot.title or "").casefold()
    assert snapshot.size > 0 or contract.allow_empty
    assert not (snapshot.records and snapshot.passages)


@pytest.mark.parametrize("entry", LISTS)
def test_extractor_for_finds_the_module_by_the_sources_extractor(entry: OfficialList) -> None:
    extractor = extractor_for(entry.source)
    assert extractor.version == entry.version
    assert extractor.extract is entry.extract


_NOT_LISTS = {
    "nothing": b"",
    "blank": b" \r\n\t",
    "one byte": b"\x00",
    "apology": b"<!DOCTYPE html><html><head><title>FDA Apology</title></head><body></body></html>",
    "challenge": b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>",
    "greeting": b'{"message": "Hello MCIM API Users!", "code": 400}',
    "null": b"null",
    "empty object": b"{}",
    "number": b"17",
    "deep": b"[" * 100_000,
    "broken json": b'{"data": [{"document_id": 1',
    "data of strings": b'{"data": ["a", "b"], "results": ["a"]}',
    "data of nulls": b'{"data": [null], "results": [null]}',
    "zip that is no book": b"PK\x03\x04" + b"\x00" * 200,
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><data><row><Device>&b;</Device></row></data>',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"\x17" * 50,
    "random": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("name", _NOT_LISTS)
@pytest.mark.parametrize("entry", LISTS)
def test_what_is_no_list_is_refused_with_a_sentence_or_breaks_the_contract(entry: OfficialList, name: str) -> None:
    outcome = _read(entry, _NOT_LISTS[name])
    if isinstance(outcome, Unreadable):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", outcome.code)
        assert outcome.reason.endswith((".", "”", ")"))
        assert " " in outcome.reason
        return
    assert not _healthy(outcome, entry.source.contract)


def _read(entry: OfficialList, body: bytes) -> Snapshot | Unreadable:
    try:
        return entry.extract(Page(body=body, url=entry.source.routes[0].url), entry.source)
    except Unreadable as fault:
        return fault


def _healthy(snapshot: Snapshot, contract: Contract) -> bool:
    words = " ".join(passage.text for passage in snapshot.passages).casefold()
    return (
        snapshot.size >= contract.min_items
        and set(contract.columns) <= set(snapshot.columns)
        and (snapshot.records != () or all(word in words for word in contract.sentinels))
    )


def _id(copy: Path) -> SourceId:
    return next(name for name in SOURCES if name == copy.parent.name)
