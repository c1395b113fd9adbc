"""What files and interfaces offer to watch: lists in CSV, XLSX, XML, JSON and archives, feeds, and PDF documents."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from monitor.formats.archive import Archive
from monitor.formats.json import flat_text, pick, read_json
from monitor.formats.sniff import Form
from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.kinds import table
from monitor.sources.proposals.candidate import Candidate
from monitor.sources.proposals.columns import reading_of

_LISTS: Final = (".csv", ".xlsx", ".xml", ".tsv", ".txt")
_NEXT: Final = ("next_page_url", "next_page", "nextPage", "next", "links.next", "meta.next")
_MOST_MEMBERS: Final = 5
_DEEPEST: Final = 4
_WIDEST: Final = 200


def data_candidates(page: Page, form: Form) -> Iterator[Candidate]:
    """The likeliest first. What cannot be read yields nothing."""
    match form:
        case Form.FEED:
            yield Candidate(kind=Kind.FEED, what="the entries of the feed, each under the id that it gives itself")
        case Form.JSON:
            yield from _of_json(page)
        case Form.ZIP:
            yield from _of_archive(page)
        case Form.PDF:
            yield Candidate(kind=Kind.PROSE, what="the text of the PDF document, paragraph by paragraph")
            yield from table_candidate(page, Reading(), "the table in the PDF document")
        case Form.CSV | Form.XLSX | Form.XML:
            yield from table_candidate(page, Reading(), f"the rows of the {form.value.upper()} list")
        case _:
            return


def table_candidate(page: Page, reading: Reading, what: str) -> Iterator[Candidate]:
    """The table that ``reading`` names, when its rows can be told apart."""
    try:
        found = table.read(page, _probe(page, reading))
    except Unreadable:
        return
    chosen = reading_of(found.columns, found.rows) if found.rows else None
    if chosen is not None:
        told = f"{what} ({len(found.rows):,} of them), told apart by {_listed(chosen.key)}"
        yield Candidate(
            kind=Kind.TABLE, what=told, reading=replace(chosen, selector=reading.selector, member=reading.member)
        )


def _probe(page: Page, reading: Reading) -> Source:
    """A source of which only the address and the reading count."""
    return Source(
        id=SourceId("probe"),
        name="",
        authority="",
        kind=Kind.TABLE,
        routes=(Route(url=page.url),),
        every=timedelta(days=1),
        extractor=Kind.TABLE.value,
        contract=Contract(),
        reading=reading,
    )


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"“{name}”" for name in names)


def _of_archive(page: Page) -> Iterator[Candidate]:
    """A list in the archive, the largest first."""
    files = sorted(Archive(body=page.body, noun="zip archive", code="not-zip").files(), key=lambda one: -one.file_size)
    names = [one.filename for one in files if one.filename.lower().endswith(_LISTS)]
    for name in names[:_MOST_MEMBERS]:
        yield from table_candidate(page, Reading(member=name), f"the rows of {name} in the archive")


def _of_json(page: Page) -> Iterator[Candidate]:
    """Each list of objects in the answer, the longest first."""
    document = read_json(page.body)
    found = sorted(_lists(document, "", _DEEPEST), key=lambda one: -len(one[1]))
    for path, rows in found[:_MOST_MEMBERS]:
        columns = tuple(dict.fromkeys(name for row in rows for name in row))[:_WIDEST]
        texts = [[plain(flat_text(row.get(name))) for name in columns] for row in rows]
        chosen = reading_of(columns, texts)
        if chosen is not None:
            where = f"“{path}”" if path else "the answer"
            what = f"the rows of {where} ({len(rows):,} of them), told apart by {_listed(chosen.key)}"
            reading = replace(chosen, rows=path or None, next_page=_next_page(document))
            yield Candidate(kind=Kind.JSON, what=what, reading=reading)


def _lists(value: object, path: str, depth: int) -> Iterator[tuple[str, list[Mapping[str, object]]]]:
    if isinstance(value, list) and value and all(isinstance(row, dict) and row for row in value):
        yield path, value
    elif isinstance(value, dict) and depth:
        for name, member in value.items():
            if "." not in name:
                yield from _lists(member, f"{path}.{name}" if path else name, depth - 1)


def _next_page(document: object) -> str | None:
    """Where the answer names its next page."""
    return next((path for path in _NEXT if _is_address(pick(document, path))), None)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and (value.startswith("/") or urlsplit(value).scheme in {"http", "https"})
