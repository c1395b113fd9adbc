"""Agenda of a CPT Editorial Panel meeting: which requests the Panel will take up, tab by tab.

- What: a PDF with a line or a table row for each tab; there is one for laboratory and one for all other requests.
- Where: behind the links of a meeting's page; it has no lasting address of its own.
- How often it moves: appears about ten weeks before a meeting; tabs come, go and move until the meeting.
- Caveats: no agenda has been seen, only described. A table is read by the names of its columns, and else lines that
  begin with ``Tab`` and a number; an agenda with neither is refused. A tab means nothing without its meeting.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from monitor.formats.tables import Table
from monitor.formats.text import collapse
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Kind, Source
from monitor.sources.ama_meetings import meeting_of, read_preamble, tab_of, tab_record
from monitor.sources.kinds import KINDS
from monitor.sources.kinds.table import VERSION as TABLE_VERSION
from monitor.sources.kinds.table import read
from monitor.sources.official import Reader, built_on

NAME: Final = "ama.panel-agenda"
VERSION: Final = built_on(1, TABLE_VERSION)
COLUMNS: Final = ("meeting", "tab", "title", "request")

_TAB_COLUMN: Final = re.compile(r"\s*(?:tab\b|#|no\.)", re.IGNORECASE)
_TITLE_COLUMN: Final = re.compile(r"title|name|topic|subject", re.IGNORECASE)
_REQUEST_COLUMN: Final = re.compile(r"request|description", re.IGNORECASE)
_TAB_LINE: Final = re.compile(r"tab\s*#?\s*(\d{1,3}[A-Za-z]?)\b[\s.:\u2013\u2014-]*(.*)", re.IGNORECASE | re.DOTALL)

_Tab = tuple[str, str, str]
"""Tab, title, request."""


def extract(page: Page, source: Source) -> Snapshot:
    """One record a tab, keyed by meeting and tab.

    Raises ``Unreadable``: ``no-tabs``, ``no-meeting``, and as the kinds ``table`` and ``prose``.
    """
    tabs = _from_table(page, source) or list(_from_lines(page, source))
    if not tabs:
        raise Unreadable("no-tabs", "The agenda names no tabs; it was set in another way, or is another document.")
    meeting = meeting_of(read_preamble(page), page.url)
    return Snapshot(
        extractor=NAME,
        extractor_version=VERSION,
        form="pdf" if page.layout is not None else "html",
        records=tuple(_records(tabs, meeting, page.url)),
        title=f"Panel agenda, {meeting}",
        columns=COLUMNS,
    )


def _records(tabs: Iterable[_Tab], meeting: str, url: str) -> Iterator[Record]:
    seen: dict[str, int] = {}
    for tab, title, request in tabs:
        yield tab_record(meeting, tab, {"title": title, "request": request}, url, seen.get(tab, 0))
        seen[tab] = seen.get(tab, 0) + 1


def _from_table(page: Page, source: Source) -> list[_Tab]:
    """The tabs of the agenda's table; none when it has no table whose columns say what they hold."""
    try:
        table = read(page, source)
    except Unreadable as fault:
        if fault.code in ("no-table", "no-rows", "shifted-columns", "ragged"):
            return []
        raise
    return list(_table_tabs(table))


def _table_tabs(table: Table) -> Iterator[_Tab]:
    places = _places(table.columns)
    if places is None:
        return
    tab_place, title_place, request_place = places
    for row in table.rows:
        tab = tab_of(row[tab_place])
        if tab is not None:
            yield tab, row[title_place], row[request_place] if request_place is not None else ""


def _places(columns: Sequence[str]) -> tuple[int, int, int | None] | None:
    tab = _place(columns, _TAB_COLUMN, ())
    if tab is None:
        return None
    title = _place(columns, _TITLE_COLUMN, (tab,))
    request = _place(columns, _REQUEST_COLUMN, (tab, title))
    if title is None:
        title, request = request, None
    return None if title is None else (tab, title, request)


def _place(columns: Sequence[str], pattern: re.Pattern[str], taken: Iterable[int | None]) -> int | None:
    return next((n for n, name in enumerate(columns) if pattern.search(name) and n not in taken), None)


def _from_lines(page: Page, source: Source) -> Iterator[_Tab]:
    """Lines that begin with a tab, each with the lines that follow close behind it."""
    current: tuple[str, list[str]] | None = None
    for text in _lines(page, source):
        found = _TAB_LINE.match(text)
        if current and (found or not text):
            yield current[0], collapse(" ".join(current[1])), ""
            current = None
        if found:
            current = (found[1].upper(), [found[2]])
        elif current:
            current[1].append(text)
    if current:
        yield current[0], collapse(" ".join(current[1])), ""


def _lines(page: Page, source: Source) -> Iterator[str]:
    """The document's lines, with "" where it leaves room between two; of a web page its blocks."""
    if page.layout is None:
        for passage in KINDS[Kind.PROSE].extract(page, source).passages:
            yield from (passage.text, "")
        return
    from monitor.formats.pdf import read_layout
    from monitor.formats.pdf_furniture import strip_furniture

    for sheet in strip_furniture(read_layout(page.layout)).layout.sheets:
        above = 0.0
        for line in sheet.lines:
            if line.baseline - above > 1.6 * line.size or line.bold:
                yield ""
            yield line.text
            above = line.baseline
        yield ""


READER: Final = Reader(version=VERSION, extract=extract)
