"""Cells of tables: the ones that link somewhere, and the ones that reach over several rows or columns."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct

from monitor.formats.markup import remove
from monitor.formats.text import collapse

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAX_COLSPAN: Final = 200
_MAX_ROWSPAN: Final = 2_000
_HYPERLINK: Final = re.compile(
    r"\s*=\s*HYPERLINK\(\s*\"((?:[^\"]|\"\")*+)\"\s*(?:[,;]\s*\"((?:[^\"]|\"\")*+)\"\s*)?\)\s*", re.IGNORECASE
)
_SPAN: Final = re.compile(r"[1-9][0-9]{0,4}")
_CELLS: Final = frozenset({"td", "th"})
_BREAKING: Final = ("br", "p", "div", "li")
_INVISIBLE: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)


class Linked(str):
    """A cell's text that links somewhere. Most cells are plain strings; tables are too long to box each of them."""

    __slots__ = ("href",)
    href: str


def unwrapped(cell: str) -> str:
    """``=HYPERLINK("url", "text")`` as the ``Linked`` text, anything else as it is. No formula is ever evaluated."""
    found = _HYPERLINK.fullmatch(cell) if "=" in cell and "(" in cell else None
    if found is None:
        return cell
    url = found[1].replace('""', '"')
    return _linked(url if found[2] is None else found[2].replace('""', '"'), url)


def _linked(text: str, href: str) -> str:
    cell = Linked(text)
    cell.href = href
    return cell


def grid_of(table: "_Element") -> Iterator[list[str]]:
    """The rows of one HTML table, each with its own cells and those that reach down into it from above.

    A row that is one cell across the whole table is a caption and left out. ``table`` is changed: what is not shown is
    taken out of it.
    """
    _make_readable(table)
    if not table.xpath("boolean(descendant::*/@colspan | descendant::*/@rowspan)"):
        # Most lists have one plain cell a column; laying out thousands of them one by one takes most of the time.
        plain = ([_html_cell(cell) for cell in row if cell.tag in _CELLS] for row in table.iter("tr"))
        return (row for row in plain if row)
    rows = (_html_cells(row) for row in table.iter("tr"))
    return _unspanned([row for row in rows if row])


class _Spanning(Struct, frozen=True):
    cell: str
    columns: int
    rows: int


def _html_cells(row: "_Element") -> list[_Spanning]:
    return [
        _Spanning(_html_cell(cell), _span(cell, "colspan", _MAX_COLSPAN), _span(cell, "rowspan", _MAX_ROWSPAN))
        for cell in row
        if cell.tag in _CELLS
    ]


def _make_readable(table: "_Element") -> None:
    """Takes out what is not shown, and sets spaces where a browser would start a new line."""
    for styled in cast("list[_Element]", table.xpath("descendant::*/@style/parent::*")):
        if _INVISIBLE.search(styled.get("style", "")):
            remove(styled)
    for breaking in table.iter(*_BREAKING):
        breaking.text = " " + (breaking.text or "")
        breaking.tail = " " + (breaking.tail or "")


def _html_cell(cell: "_Element") -> str:
    if len(cell) == 0:
        return collapse(cell.text or "")
    text = collapse("".join(cast("Iterator[str]", cell.itertext())))
    href = next((anchor.get("href") for anchor in cell.iter("a") if anchor.get("href") is not None), None)
    return text if href is None else _linked(text, href)


def _span(cell: "_Element", name: str, most: int) -> int:
    written = cell.get(name)
    if written is None:
        return 1
    return min(most, int(written)) if _SPAN.fullmatch(written.strip()) else 1


def _unspanned(rows: list[list[_Spanning]]) -> Iterator[list[str]]:
    hanging: dict[int, tuple[str, int]] = {}
    width = max((sum(cell.columns for cell in row) for row in rows), default=0)
    for row in rows:
        if len(row) == 1 and row[0].columns >= width > 1:
            continue
        yield _laid_out(row, hanging)


def _laid_out(row: list[_Spanning], hanging: dict[int, tuple[str, int]]) -> list[str]:
    cells: list[str] = []
    for spanning in row:
        _let_down(cells, hanging)
        for _ in range(spanning.columns):
            if spanning.rows > 1:
                hanging[len(cells)] = (spanning.cell, spanning.rows - 1)
            cells.append(spanning.cell if _ == 0 else "")
    _let_down(cells, hanging)
    return cells


def _let_down(cells: list[str], hanging: dict[int, tuple[str, int]]) -> None:
    """Places the cells from above that belong at this point of the row."""
    while len(cells) in hanging:
        cell, left = hanging.pop(len(cells))
        if left > 1:
            hanging[len(cells)] = (cell, left - 1)
        cells.append(cell)
