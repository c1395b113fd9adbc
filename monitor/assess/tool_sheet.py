"""A list of own tools as people keep it (CSV, mostly saved by a spreadsheet) to Tools, each fault named with its mend.

Nothing is mended in silence: what a spreadsheet has eaten (``764T`` for ``0764T``) is shown with the likely value, and
a person writes it. No formula is ever evaluated.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from monitor.assess.tool_cells import (
    Wrong,
    plain_cell,
    read_class,
    read_code,
    read_day,
    read_fda_number,
    read_tool_id,
    refuse_formula,
    slug,
)
from monitor.formats.text import clean, decode
from monitor.model.tool import Tool, ToolFault

MAX_BYTES = 5_000_000
MAX_TOOLS = 5_000
MAX_PARTS = 200
MAX_FAULTS = 500

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("tool id",),
    "vendor": ("company", "manufacturer"),
    "product": ("tool", "device", "product name"),
    "fda_number": ("fda no", "submission number", "fda submission number", "510k number"),
    "ai_class": ("class", "autonomy class", "autonomy"),
    "class_basis": ("basis",),
    "class_date": ("date", "class set on", "classified on"),
    "sites": ("site", "locations"),
    "owner": ("department owner",),
    "who_bills": ("billing entity", "biller"),
    "codes": ("code", "cpt", "cpt codes", "cpt code"),
}
"""Our name of each column and the other names it may have; case, spaces, underscores and marks aside."""

NEEDED = ("vendor", "product")


class ToolSheet(Struct, frozen=True, kw_only=True):
    """What a file holds: the tools of the sound rows, in their order, and every fault found."""

    tools: tuple[Tool, ...]
    faults: tuple[ToolFault, ...]


@dataclass(slots=True)
class _Row:
    """One line of the sheet, and the faults met in it."""

    number: int
    cells: Mapping[str, str]
    faults: list[ToolFault] = field(default_factory=list)

    def take(self, column: str, read: Callable[[str], object]) -> object:
        cell = self.cells.get(column, "")
        if not cell:
            return None
        try:
            refuse_formula(cell, column)
            return read(cell)
        except Wrong as wrong:
            self.fault(column, str(wrong))
            return None

    def fault(self, column: str, what: str) -> None:
        self.faults.append(ToolFault(row=self.number, column=column, what=what))


def read_tools(body: bytes) -> ToolSheet:
    """The tools of a CSV file: UTF-8, Windows-1252 or UTF-16, separated by comma, semicolon, tab or bar.

    A row with a fault is no tool. Two rows with one id or one FDA number are both at fault: which of them is meant,
    only a person can say.
    """
    if len(body) > MAX_BYTES:
        return _refused(f"the file has {len(body):,} bytes; a tool list of at most {MAX_BYTES:,} is read")
    text = decode(body, None)
    if "\x00" in text or body.startswith(b"PK"):
        return _refused("holds no CSV text; save the sheet as CSV (UTF-8) and import that")
    try:
        lines = list(_lines(text))
    except csv.Error as fault:
        return _refused(f"cannot be read as CSV ({fault}); is a quotation mark missing?")
    if not lines:
        return _refused("is empty; the first row must name the columns " + ", ".join(COLUMNS))
    columns, faults = _columns(lines[0][1])
    if faults:
        return ToolSheet(tools=(), faults=tuple(faults))
    if len(lines) - 1 > MAX_TOOLS:
        return _refused(f"has {len(lines) - 1:,} rows; at most {MAX_TOOLS:,} tools are kept")
    return _sheet([_row(number, cells, columns) for number, cells in lines[1:]])


def _refused(what: str) -> ToolSheet:
    return ToolSheet(tools=(), faults=(ToolFault(row=None, column="", what=f"The file {what}."),))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number a spreadsheet shows beside it."""
    named = _SEP_LINE.match(text)
    body = text[named.end() :] if named else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=named[1] if named else _delimiter(body), strict=True)
    for number, cells in enumerate(reader, start=2 if named else 1):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _delimiter(text: str) -> str:
    head = re.sub(r'"[^"]*"', "", text[:4000]).split("\n", 1)[0]
    return max(_DELIMITERS, key=head.count)


def _bare(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.casefold()))


def _columns(header: Sequence[str]) -> tuple[list[str], list[ToolFault]]:
    """Our name of each column in order, and what is wrong with the header."""
    names = {_bare(alias): name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}
    found, faults = [], []
    for place, written in enumerate(header, start=1):
        name = names.get(_bare(written), "")
        shown = clean(written)[:40] or f"column {place}"
        if not name and _bare(written):
            faults.append(ToolFault(row=1, column=shown, what=f"is no column of a tool list; known: {_known()}"))
        elif name and name in found:
            faults.append(ToolFault(row=1, column=shown, what=f"is the column {name} a second time; leave one out"))
        found.append(name)
    for name in NEEDED:
        if name not in found:
            faults.append(ToolFault(row=1, column=name, what="this column is missing; add it, filled in every row"))
    return found, faults


def _known() -> str:
    return ", ".join(COLUMNS)


def _row(number: int, cells: Sequence[str], columns: Sequence[str]) -> _Row:
    held = {name: plain_cell(cell) for name, cell in zip(columns, cells, strict=False) if name}
    row = _Row(number=number, cells=held)
    stray = [cell for name, cell in _padded(columns, cells) if not name and cell.strip()]
    if stray:
        row.fault(
            "", f"has text in a column without a name ({clean(stray[0])[:40]!r}); put texts with a comma in quotes"
        )
    return row


def _padded(columns: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from zip((*columns, *[""] * (len(cells) - len(columns))), cells, strict=False)


def _sheet(rows: Sequence[_Row]) -> ToolSheet:
    tools = [(row, _tool(row)) for row in rows]
    _refuse_doubles(tools, "id", lambda tool: tool.id, "add a column id and name each tool of its own")
    _refuse_doubles(tools, "fda_number", lambda tool: tool.fda_number, "one tool is one row; name its sites in sites")
    faults = [fault for row in rows for fault in row.faults]
    return ToolSheet(tools=tuple(tool for row, tool in tools if not row.faults), faults=tuple(faults[:MAX_FAULTS]))


def _refuse_doubles(tools: Sequence[tuple[_Row, Tool]], column: str, key: Callable[[Tool], str], mend: str) -> None:
    by_key: dict[str, list[_Row]] = {}
    for row, tool in tools:
        if key(tool):
            by_key.setdefault(key(tool), []).append(row)
    for value, rows in by_key.items():
        for row in rows if len(rows) > 1 else ():
            others = ", ".join(str(other.number) for other in rows if other is not row)
            row.fault(column, f"{value} stands in row {others} too; {mend}")


def _tool(row: _Row) -> Tool:
    for column in NEEDED:
        if not row.cells.get(column):
            row.fault(column, "is empty; every tool needs one")
    vendor, product = _text(row, "vendor"), _text(row, "product")
    ai_class = row.take("ai_class", read_class)
    basis, on = _text(row, "class_basis"), row.take("class_date", read_day)
    if ai_class and not row.cells.get("class_basis"):
        row.fault("class_basis", "is empty; a class stands only with what it was taken from, say the labelling")
    if ai_class and not row.cells.get("class_date"):
        row.fault("class_date", "is empty; write the day on which the class was set, as 2026-11-23")
    number = row.take("fda_number", read_fda_number)
    return Tool(
        id=str(row.take("id", read_tool_id) or slug(product)),
        vendor=vendor,
        product=product,
        fda_number=str(number or ""),
        ai_class=str(ai_class) if ai_class else None,
        class_basis=basis if ai_class else "",
        class_on=on if isinstance(on, date) and ai_class else None,
        sites=_parts(row, "sites", re.compile(r"[;|]"), _as_it_is),
        owner=_text(row, "owner"),
        who_bills=_text(row, "who_bills"),
        codes=_parts(row, "codes", re.compile(r"[;|,\s]+"), read_code),
    )


def _text(row: _Row, column: str) -> str:
    return str(row.take(column, _as_it_is) or "")


def _parts(row: _Row, column: str, between: re.Pattern[str], read: Callable[[str], str]) -> tuple[str, ...]:
    def read_all(cell: str) -> tuple[str, ...]:
        parts = [part for part in map(str.strip, between.split(cell)) if part]
        if len(parts) > MAX_PARTS:
            raise Wrong(f"names {len(parts)} at once; at most {MAX_PARTS} are kept")
        return tuple(dict.fromkeys(map(read, parts)))

    found = row.take(column, read_all)
    return found if isinstance(found, tuple) else ()


def _as_it_is(cell: str) -> str:
    return cell
