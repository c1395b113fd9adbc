"""Lists in any of their forms (CSV, XLSX, XML, HTML, PDF) as one neutral table of text."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from monitor.formats.cells import Linked, grid_of, unwrapped
from monitor.formats.markup import table_element
from monitor.formats.text import clean, collapse, decode
from monitor.formats.workbook import read_sheets
from monitor.model.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

# lxml is imported where it is used: it costs more than the rest of the program's start.

MAX_ROWS: Final = 300_000
MAX_CELLS: Final = 3_000_000
_MAX_FIELD_CHARS: Final = 4 * 1024 * 1024
_MAX_DELIMITERS: Final = 2 * MAX_CELLS
"""Those inside quoted text included; a line of nothing else would be laid out as one row before it can be counted."""

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_MAX_XML_TAGS: Final = 2_000_000
_PREAMBLE: Final = 50
_DELIMITERS: Final = ",;\t|"


class Table(Struct, frozen=True, kw_only=True):
    """A list as text. Every row has as many cells as there are ``columns``, every cell is ``clean``.

    ``columns`` keep the published spelling (ends stripped); a repeated name gets `` (2)``, a nameless column ``Column
    3``.
    ``links`` holds, cell by cell, the address the cell links to (as written, maybe relative); it is empty when no cell
    of the table links anywhere. ``form`` is csv, xlsx, xml, html or pdf.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    form: str
    links: tuple[tuple[str | None, ...], ...] = ()


def unwrap_hyperlink(cell: str) -> str:
    """``=HYPERLINK("url", "text")`` to ``text``, anything else as it is. FDA writes the formula out; none is
    evaluated.
    """
    return str(unwrapped(cell))


def read_csv(body: bytes, charset: str | None) -> Table:
    """A CSV list, separated by comma, semicolon, tab or bar, as its first lines suggest.

    Raises ``Unreadable``: ``not-csv`` (no text, broken quoting), ``truncated`` (the last line stops short), ``ragged``
    (a row has more cells than the list has columns), ``no-rows``, ``too-large``.
    """
    text = decode(body, charset)
    if "\x00" in text:
        raise Unreadable("not-csv", "The file holds binary data, not the CSV list that was due.")
    # A limit of the whole process; always the same value, so threads do not disturb each other.
    csv.field_size_limit(_MAX_FIELD_CHARS)
    delimiter = _delimiter(text)
    if text.count(delimiter) > _MAX_DELIMITERS:
        raise _too_large()
    try:
        grid = _counted(csv.reader(_lines(text), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise Unreadable(
            "not-csv", f"The file cannot be read as a CSV list ({fault}); it may have been cut short on its way."
        ) from fault
    table = _table((list(map(unwrapped, row)) for row in grid), "csv")
    _refuse_cut_end(text, grid, len(table.columns))
    return table


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, one at a time: ``io.StringIO`` would hold the text again, four bytes a character."""
    return (line[0] for line in _LINE.finditer(text))


def _delimiter(text: str) -> str:
    head = re.sub(r'"[^"]*"', "", text[:4000]).split("\n", 5)[:5]
    return max(
        _DELIMITERS, key=lambda mark: (sum(mark in line for line in head), sum(line.count(mark) for line in head))
    )


def _refuse_cut_end(text: str, grid: list[list[str]], width: int) -> None:
    """A writer that leaves out empty cells ends its lines all the same; a short last line without an end was cut."""
    if grid and not text.endswith(("\n", "\r")) and len(grid[-1]) < width:
        raise Unreadable(
            "truncated", "The last row of the list stops in the middle; the file was cut short on its way."
        )


def read_xlsx(body: bytes) -> Table:
    """The first visible sheet that has a header row. Numbers without a fraction lose Excel's ``.0``, dates become ISO.

    Raises ``Unreadable``: ``not-xlsx``, ``encrypted``, ``too-large`` (also for a zip bomb), ``no-rows``, ``ragged``.
    """
    for sheet in read_sheets(body):
        grid = [[unwrapped(text) for text in row] for row in _counted(sheet)]
        if any(cell.strip() for row in grid for cell in row):
            return _table(grid, "xlsx")
    raise Unreadable("no-rows", "The workbook has no visible sheet with rows in it.")


def read_xml_rows(body: bytes) -> Table:
    """``<data><row><A>1</A><B>2</B></row>...``: rows are the most frequent elements whose children hold only text.

    Raises ``Unreadable``: ``not-xml`` (not well-formed, cut, or with entity declarations), ``no-rows``, ``too-large``.
    """
    root = _xml_root(body)
    rows = _row_elements(root)
    columns: dict[str, None] = {}
    cells: list[dict[str, str]] = []
    for row in rows:
        cells.append(_xml_cells(row))
        columns.update(dict.fromkeys(cells[-1]))
    if len(columns) * len(cells) > MAX_CELLS:
        raise _too_large()
    names = list(columns)
    return _table([names, *([unwrapped(row.get(name, "")) for name in names] for row in cells)], "xml")


def _xml_root(body: bytes) -> "_Element":
    from lxml import etree

    if body.count(b"<") > _MAX_XML_TAGS:
        raise _too_large()
    if any(mark in body for mark in _ENTITY_MARKS):
        raise Unreadable(
            "not-xml", "The XML file declares entities of its own, which no data list needs; it was not read."
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable(
            "not-xml", f"The file is not sound XML ({_short(fault)}); it may have been cut short."
        ) from fault


_ENTITY_MARKS: Final = tuple("<!ENTITY".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))


def _short(fault: Exception) -> str:
    return clean(str(fault))[:120]


def _row_elements(root: "_Element") -> "list[_Element]":
    rows = [element for element in root.iter("*") if len(element) and not any(len(child) for child in element)]
    if not rows:
        raise Unreadable("no-rows", "The XML file holds no rows.")
    if len(rows) > MAX_ROWS:
        raise _too_large()
    name = Counter(row.tag for row in rows).most_common(1)[0][0]
    return [row for row in rows if row.tag == name]


def _xml_cells(row: "_Element") -> dict[str, str]:
    cells = {str(name): [str(value)] for name, value in row.attrib.items()}
    for child in row:
        if isinstance(child.tag, str):
            cells.setdefault(child.tag.rpartition("}")[2], []).append(child.text or "")
    return {name: "; ".join(texts) for name, texts in cells.items()}


def read_html_table(text: str, selector: str | None) -> Table:
    """The table in the region ``selector`` names, or in the whole page; of several the one with most rows.

    A cell over several rows is repeated in each; a row that is one cell across the whole table is a caption and left
    out;
    tables inside cells are ignored. Raises ``Unreadable``: ``no-table``, ``selector-missing``, ``no-rows``, ``ragged``.
    """
    return _table(_counted(grid_of(table_element(text, selector))), "html")


def read_pdf_table(layout: bytes | None) -> Table:
    """The table of a PDF document, over all of its pages; ``layout`` as ``pdf.read_layout`` takes it.

    Raises ``Unreadable``: ``no-table``, ``shifted-columns``, ``too-large``, and as ``pdf.read_layout``.
    """
    # Imported here: no start waits for the readers of a form that few lists come in.
    from monitor.formats.pdf import read_layout
    from monitor.formats.pdf_grid import read_grid

    return _table(_counted(read_grid(read_layout(layout))), "pdf")


def _counted(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """The rows that have anything in them, within the limits."""
    kept: list[list[str]] = []
    cells = 0
    for row in rows:
        cells += len(row)
        if len(kept) >= MAX_ROWS or cells > MAX_CELLS:
            raise _too_large()
        if row:
            kept.append(list(row))
    return kept


def _too_large() -> Unreadable:
    return Unreadable("too-large", f"The list has more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells; it was not read.")


def _table(grid: Iterable[Sequence[str]], form: str) -> Table:
    filled = [row for row in grid if any(map(str.strip, row))]
    if not filled:
        raise Unreadable("no-rows", "The list is empty: it has not even a header row.")
    start = _header_index(filled)
    columns = _named([collapse(cell) for cell in filled[start]])
    rows = [_fitted(row, len(columns), position) for position, row in enumerate(filled[start + 1 :], start=1)]
    return Table(
        columns=columns,
        # The cells of a page are clean already.
        rows=tuple(tuple(map(str if form == "html" else clean, row)) for row in rows),
        form=form,
        links=_links(rows),
    )


def _links(rows: list[list[str]]) -> tuple[tuple[str | None, ...], ...]:
    if not any(Linked in map(type, row) for row in rows):
        return ()
    return tuple(tuple(cell.href if isinstance(cell, Linked) else None for cell in row) for row in rows)


def _header_index(rows: list[Sequence[str]]) -> int:
    """The first row at least half as full as the fullest near the top; lines above it are a preamble."""
    sizes = [sum(map(bool, map(str.strip, row))) for row in rows[:_PREAMBLE]]
    fullest = max(sizes)
    return next(place for place, size in enumerate(sizes) if 2 * size >= fullest)


def _named(published: list[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    copies: dict[str, int] = {}  # the number to try next: a hostile header repeats one name 100,000 times
    for place, name in enumerate(published, start=1):
        wanted = name or f"Column {place}"
        unique, copy = wanted, copies.get(wanted, 2)
        while unique in names:
            unique, copy = f"{wanted} ({copy})", copy + 1
        copies[wanted] = copy
        names[unique] = None
    return tuple(names)


def _fitted(row: Sequence[str], width: int, position: int) -> list[str]:
    """The row at the table's width. Cells beyond it may only be missing names of empty columns, never lost text."""
    if len(row) == width:
        return list(row)
    if any(cell.strip() for cell in row[width:]):
        raise Unreadable(
            "ragged",
            f"Row {position} of the list has {len(row)} cells, the header {width}; columns cannot be told apart.",
        )
    return [*row[:width], *[""] * (width - len(row))]
