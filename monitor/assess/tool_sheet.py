"""A list of own tools as people keep it (CSV, mostly saved by a spreadsheet) to Tools, each fault named with its mend.

Nothing is mended in silence: what a spreadsheet has eaten (``764T`` for ``0764T``) is shown with the likely value, and
a person writes it. No formula is ever evaluated.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.assess.fda_numbers import usual_number
from monitor.formats.text import clean, decode
from monitor.model.tool import CLASSES, Tool, ToolFault

MAX_BYTES = 5_000_000
MAX_TOOLS = 5_000
MAX_CELL = 500
MAX_PARTS = 200
MAX_FAULTS = 500

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_CODE = re.compile(r"\d{5}|\d{4}[TUMF]|[A-Z]\d{4}")
_EATEN = re.compile(r"(\d{1,4})([TUMF]?)")
_FLOAT = re.compile(r"(\d{5})\.0+|\d\.\d{1,4}E\+0?4")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMULA = re.compile(r"[=@]|[+-](?!\s*$)")
_LINK_TEXT = re.compile(r'=\s*HYPERLINK\(.*["]([^"]+)"\s*\)', re.IGNORECASE)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSheet:
    """What a file holds: the tools of the sound rows, in their order, and every fault found."""

    tools: tuple[Tool, ...]
    faults: tuple[ToolFault, ...]


class _Wrong(ValueError):
    """A cell that cannot be taken; the words say why and what to write."""


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
            _refuse_formula(cell, column)
            return read(cell)
        except _Wrong as wrong:
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
        return _refused("it holds no CSV text; save the sheet as CSV (UTF-8) and import that")
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
    held = {name: _cell(cell) for name, cell in zip(columns, cells, strict=False) if name}
    row = _Row(number=number, cells=held)
    stray = [cell for name, cell in _padded(columns, cells) if not name and cell.strip()]
    if stray:
        row.fault(
            "", f"has text in a column without a name ({clean(stray[0])[:40]!r}); put texts with a comma in quotes"
        )
    return row


def _padded(columns: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from zip((*columns, *[""] * (len(cells) - len(columns))), cells, strict=False)


def _cell(cell: str) -> str:
    """One line of text; the apostrophe by which spreadsheets and our own export mark a text as text is taken off."""
    line = " ".join(clean(cell).split())
    return line[1:] if line[:1] == "'" and line[1:2] in {"=", "+", "-", "@", "'"} | set("0123456789") else line


def _refuse_formula(cell: str, column: str) -> None:
    link = _LINK_TEXT.match(cell)
    if link:
        raise _Wrong(f"is a formula, and none is evaluated; write its text: {link[1][:40]}")
    if _FORMULA.match(cell) and column != "class_basis":
        raise _Wrong(f"begins like a formula ({cell[:1]}), and none is evaluated; write the value itself")
    if len(cell) > MAX_CELL:
        raise _Wrong(f"has {len(cell):,} characters; at most {MAX_CELL} are kept: shorten it")


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
    ai_class = row.take("ai_class", _class)
    basis, on = _text(row, "class_basis"), row.take("class_date", _day)
    if ai_class and not row.cells.get("class_basis"):
        row.fault("class_basis", "is empty; a class stands only with what it was taken from, say the labelling")
    if ai_class and not row.cells.get("class_date"):
        row.fault("class_date", "is empty; write the day on which the class was set, as 2026-11-23")
    number = row.take("fda_number", _fda_number)
    return Tool(
        id=str(row.take("id", _tool_id) or slug(product)),
        vendor=vendor,
        product=product,
        fda_number=str(number or ""),
        ai_class=str(ai_class) if ai_class else None,
        class_basis=basis if ai_class else "",
        class_on=on if isinstance(on, date) and ai_class else None,
        sites=_parts(row, "sites", re.compile(r"[;|]"), _as_it_is),
        owner=_text(row, "owner"),
        who_bills=_text(row, "who_bills"),
        codes=_parts(row, "codes", re.compile(r"[;|,\s]+"), _code),
    )


def slug(text: str) -> str:
    """``IDx-DR v2.3`` as an id: ``idx-dr-v2-3``; ``tool`` where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "tool"


def _text(row: _Row, column: str) -> str:
    return str(row.take(column, _as_it_is) or "")


def _parts(row: _Row, column: str, between: re.Pattern[str], read: Callable[[str], str]) -> tuple[str, ...]:
    def read_all(cell: str) -> tuple[str, ...]:
        parts = [part for part in map(str.strip, between.split(cell)) if part]
        if len(parts) > MAX_PARTS:
            raise _Wrong(f"names {len(parts)} at once; at most {MAX_PARTS} are kept")
        return tuple(dict.fromkeys(map(read, parts)))

    found = row.take(column, read_all)
    return found if isinstance(found, tuple) else ()


def _as_it_is(cell: str) -> str:
    return cell


def _tool_id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise _Wrong(f"{cell[:40]!r} is no id; write small letters, digits and dashes, say {slug(cell)}")
    return cell


def _class(cell: str) -> str:
    if cell.casefold() not in CLASSES:
        raise _Wrong(f"{cell[:40]!r} is no class of Appendix S; write {', '.join(CLASSES)}, or leave it empty")
    return cell.casefold()


def _day(cell: str) -> date:
    try:
        if _ISO.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise _Wrong(f"{cell[:40]!r} is no day; write it as 2026-11-23")


def _fda_number(cell: str) -> str:
    number = usual_number(cell)
    if number is None:
        raise _Wrong(
            f"{cell[:40]!r} is no FDA submission number; write K, DEN or P with six digits (K240058, DEN180001,"
            " P140011/S008)"
        )
    return number


def _code(cell: str) -> str:
    code = cell.upper().lstrip("+")
    if _CODE.fullmatch(code):
        return code
    eaten, point = _EATEN.fullmatch(code), _FLOAT.fullmatch(code)
    if point:
        raise _Wrong(
            f"{cell[:20]!r} is a number to the spreadsheet; format the column as text and write {float(code):05.0f}"
        )
    if eaten:
        likely = eaten[1].zfill(4 if eaten[2] else 5) + eaten[2]
        raise _Wrong(
            f"{cell[:20]!r} is no code; a spreadsheet has eaten its zeros: format the column as text and write"
            f" {likely} if that is meant"
        )
    raise _Wrong(f"{cell[:20]!r} is no CPT or HCPCS code; write five digits, or as 0764T, 0376U or G0680")
