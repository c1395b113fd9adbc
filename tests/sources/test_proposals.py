"""Proposals: whatever is proposed reads the page, and rows are really told apart by the key."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page
from monitor.model.source import Kind
from monitor.sources.kinds import KINDS
from monitor.sources.proposals import Proposal, draft_of, propose
from monitor.sources.proposals.columns import reading_of
from tests.sources.copies import shared

URL = "https://demo.invalid/list"
DRAFT = draft_of("demo.list", URL, "", "DEMO", timedelta(days=1))
CELLS = st.text("ab1 /", max_size=4)


def of(body: bytes, media_type: str | None = None) -> Proposal:
    return propose(Page(body=body, url=URL, media_type=media_type), DRAFT)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_no_two_rows_share_a_proposed_key(rows: list[tuple[str, str, str]]) -> None:
    columns = ("First", "Second", "Third")
    found = reading_of(columns, rows)
    if found is None:
        texts = [[cell.strip() for cell in row] for row in rows]
        assert not any(all(column) and len(set(column)) == len(column) for column in zip(*texts, strict=True))
        return
    places = [columns.index(name) for name in found.key]
    keys = [tuple(row[place].strip() for place in places) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(all(key) for key in keys)


@pytest.mark.parametrize(
    ("columns", "row", "key"),
    [
        (("Title", "policyNumber"), ("DEMO {n}", "N{n}"), ("policyNumber",)),
        (("Price", "Test"), ("{n}.50", "DEMO {n}"), ("Test",)),
        (("Day", "Docket no."), ("2026-01-{n:02d}", "D-{n}"), ("Docket no.",)),
        (("Same", "Meeting", "Tab"), ("x", "May {m}", "{k}"), ("Meeting", "Tab")),
    ],
)
def test_the_key_is_what_a_person_would_take(
    columns: tuple[str, ...], row: tuple[str, ...], key: tuple[str, ...]
) -> None:
    rows = [tuple(cell.format(n=n, m=n // 3, k=n % 3) for cell in row) for n in range(1, 10)]
    found = reading_of(columns, rows)
    assert found is not None
    assert found.key == key


def test_the_real_list_of_fda_is_keyed_by_submission_number() -> None:
    found = of(shared("fda/2026-03_1430.csv"), "text/csv")
    assert found.source.reading.key == ("Submission Number",)
    assert found.source.reading.label == "Device"
    assert (found.snapshot.size, found.source.contract.min_items) == (1430, 715)


def test_an_answer_in_pages_names_where_it_goes_on() -> None:
    rows = ",".join(f'{{"number": "D-{n}", "words": "DEMO"}}' for n in range(4))
    body = f'{{"count": 9, "results": [{rows}], "next_page_url": "https://demo.invalid/list?page=2"}}'
    found = of(body.encode())
    assert (found.source.reading.rows, found.source.reading.next_page) == ("results", "next_page_url")


HOSTILE = {
    "nothing": b"",
    "blank": b" \n",
    "null": b"null",
    "deep json": b"[" * 100_000,
    "deep html": b"<div>" * 100_000,
    "comments": b"<html>" + b"<!--" * 200_000,
    "entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><data><row><D>&b;</D></row></data>',
    "zip of nothing": b"PK\x03\x04" + b"\x00" * 300,
    "wide json": b'{"a": [' + b",".join(b'{"k%d": %d}' % (n, n) for n in range(5_000)) + b"]}",
    "wide table": b"<html><body><table>" + b"<tr>" + b"<td>x</td>" * 3_000 + b"</tr>" * 3 + b"</table></body></html>",
    "links to nowhere": b"<html><body>" + b"<a href='javascript:x'>DEMO</a>" * 500 + b"</body></html>",
    "empty feed": b'<?xml version="1.0"?><rss version="2.0"><channel><title>DEMO</title></channel></rss>',
    "header only": b"a,b,c\n",
    "one value": b'{"a": {"b": 1}}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_watched_is_refused_in_a_sentence_and_soon(name: str) -> None:
    began = time.monotonic()
    found = attempt(HOSTILE[name])
    assert found.endswith(".") if isinstance(found, str) else found.snapshot.size > 0
    assert time.monotonic() - began < 10


def attempt(body: bytes) -> Proposal | str:
    """The proposal, or why there is none."""
    try:
        return of(body)
    except Unreadable as fault:
        return fault.reason


@given(body=st.binary(max_size=300) | st.text('<>abtrdhl{}[]:,"1 /=\n', max_size=300).map(str.encode))
def test_any_bytes_give_a_proposal_that_reads_them_or_a_reason(body: bytes) -> None:
    page = Page(body=body, url=URL)
    try:
        found = propose(page, DRAFT)
    except Unreadable:
        return
    again = KINDS[found.source.kind].extract(page, found.source)
    assert again == found.snapshot
    assert found.source.kind in Kind
