"""docs/sources.md names every source that comes with the program, with nothing left out."""

import sys

import pytest

from monitor.sources import SOURCES
from tests.sources.catalogue import BEGIN, COLUMNS, END, PAGE, TOLD, Entry, catalogue, entries, told
from tests.sources.document_copies import READERS

ENTRIES = [pytest.param(entry, id=entry.cells[0].split("`")[1]) for entry in entries()]


def test_every_list_and_every_reader_of_documents_is_in_the_catalogue() -> None:
    assert [entry.cells[0].split("`")[1] for entry in entries()] == [*map(str, SOURCES), *READERS]


@pytest.mark.parametrize("entry", ENTRIES)
def test_it_says_what_where_how_often_key_contract_caveats_and_last_recorded_copy(entry: Entry) -> None:
    said = told(sys.modules[entry.module])
    assert list(said) == list(TOLD)
    assert all(len(words) > 10 for words in said.values()), said
    assert len(entry.cells) == len(COLUMNS)
    assert all(entry.cells), dict(zip(COLUMNS, entry.cells, strict=True))
    assert not any("\n" in cell for cell in entry.cells)


def test_the_page_is_as_the_modules_and_copies_say(update_golden: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    kept, _, after = rest.partition(END)
    if update_golden:
        PAGE.write_text(f"{before}{BEGIN}\n{catalogue()}{END}{after}", encoding="utf-8")
        return
    assert kept == f"\n{catalogue()}", "write it anew: pytest tests/sources/test_catalogue.py --update-golden"
