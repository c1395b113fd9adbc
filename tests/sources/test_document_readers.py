"""What every reader of documents behind a list owes: a docstring, a version, two recorded copies and their goldens."""

import re
import sys
from pathlib import Path

import pytest

from tests.sources.copies import as_text, golden
from tests.sources.document_copies import ADDRESSES, READERS, document_copies, read_document, reader_of

COPIES = [pytest.param(copy, id=f"{name}/{copy.name}") for name in READERS for copy in document_copies(name)]


@pytest.mark.parametrize("name", READERS)
def test_its_module_says_what_where_how_often_and_what_to_beware_of(name: str) -> None:
    module = sys.modules[reader_of(name).extract.__module__]
    told = module.__doc__ or ""
    assert all(f"- {word}" in told for word in ("What:", "Where:", "How often it moves:", "Caveats:")), told
    assert module.VERSION >= 1


@pytest.mark.parametrize("copy", COPIES)
def test_a_recorded_copy_is_read_as_its_golden_says(copy: Path, update_golden: bool) -> None:
    told = as_text(read_document(copy))
    if update_golden:
        golden(copy).write_text(told, encoding="utf-8")
    assert told == golden(copy).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READERS)
def test_it_has_two_recorded_copies_that_differ_each_with_its_golden(name: str) -> None:
    found = document_copies(name)
    assert len(found) >= 2
    assert all(golden(copy).exists() for copy in found)
    assert all(read_document(copy).size for copy in found), "finding nothing proves nothing"
    first, second, *_ = (as_text(read_document(copy)) for copy in found)
    assert first != second


def test_no_recorded_copy_holds_a_real_person_descriptor_or_address() -> None:
    for name in READERS:
        for copy in document_copies(name):
            body = copy.read_bytes()
            assert b"DEMO" in body or copy.suffix == ".pdf" or name == "cms.document-codes"
            assert not re.search(rb"[\w.]+@[\w.]+\.(?:com|gov|org)", body)
    assert len(ADDRESSES) == len(COPIES)
