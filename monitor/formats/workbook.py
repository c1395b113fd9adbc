"""XLSX workbooks as rows of text. A workbook, a zip of XML, is unpacked, measured and rewritten before it is opened.

calamine believes what a file says of itself: the sizes in the zip, the number of shared strings, the address of a cell
(a sheet is laid out as one dense rectangle). Each of these can ask for more memory than there is, and then the process
dies. Hence every part is inflated here under a cap, sheets and strings are read through by lxml, and calamine is given
a new zip of plain parts whose extent is known.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from monitor.formats.archive import Archive
from monitor.model.errors import Unreadable

# lxml and calamine are imported where they are used: only a source that comes as a workbook pays for them.

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_UNPACKED_BYTES: Final = 48 * 1024 * 1024
MAX_SHEET_CELLS: Final = 2_000_000
_MAX_OTHER_BYTES: Final = 4 * 1024 * 1024
_ADDRESS: Final = re.compile(r"([A-Za-z]{0,3})([0-9]{1,7})")
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_sheets(body: bytes) -> Iterator[Iterator[Sequence[str]]]:
    """The visible worksheets in order, each as rows of text.

    Raises ``Unreadable``: ``not-xlsx``, ``encrypted``, ``too-large``.
    """
    parts = {name: _vetted(name, data) for name, data in _parts(body).items()}
    return _sheets(_packed(parts))


def _sheets(packed: bytes) -> Iterator[Iterator[Sequence[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(packed))
        for sheet in book.sheets_metadata:
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
                rows = book.get_sheet_by_name(sheet.name).iter_rows()
                yield ([_text(value) for value in row] for row in rows)
    except CalamineError as fault:
        raise Unreadable("not-xlsx", f"The workbook cannot be read ({str(fault)[:120]}); it may be damaged.") from fault


def _text(value: object) -> str:
    """A cell as text: Excel keeps every number as a fraction, so 75580 comes as 75580.0."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _parts(body: bytes) -> dict[str, bytes]:
    """The XML parts by name, inflated; pictures and the like are passed over."""
    archive = _archive(body)
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    for info in archive.files():
        if info.filename.lower().endswith((".xml", ".rels")):
            parts[info.filename] = archive.unpacked(info, left)
            left -= len(parts[info.filename])
    archive.refuse_bomb(MAX_UNPACKED_BYTES - left)
    return parts


def _archive(body: bytes) -> Archive:
    return Archive(body=body, noun="Excel workbook", code="not-xlsx")


def _vetted(name: str, part: bytes) -> bytes:
    """The part without claims about itself: a sheet's rows alone, the shared strings alone, others without counts."""
    if b"\x00" in part or b"<!ENTITY" in part:
        raise _damaged()
    from lxml.etree import XMLSyntaxError

    try:
        if b"sheetData" in part:
            return _only(part, "row", ("worksheet", "sheetData"), _Extent().add)
        if b"uniqueCount" in part or name.lower().endswith("sharedstrings.xml"):
            return _only(part, "si", ("sst",), _ignore)
        return _without_counts(part) if len(part) <= _MAX_OTHER_BYTES else b""
    except XMLSyntaxError as fault:
        raise _damaged() from fault


def _only(part: bytes, tag: str, around: tuple[str, ...], look: "Callable[[_Element], None]") -> bytes:
    """The elements ``tag`` of a part, one by one, within new elements ``around``."""
    from lxml import etree

    target = io.BytesIO()
    found = etree.iterparse(
        io.BytesIO(part), tag=f"{{*}}{tag}", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with etree.xmlfile(target, encoding="utf-8") as out, ExitStack() as opened:
        for name in around:
            opened.enter_context(out.element(f"{_MAIN}{name}"))
        for _, element in found:
            look(element)
            out.write(element, with_tail=False)
            element.clear()
    return target.getvalue()


def _ignore(_: "_Element") -> None:
    """Shared strings need no looking at: each takes the room it takes in the file."""


def _without_counts(part: bytes) -> bytes:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(part, parser)
    for element in root.iter("*"):
        element.attrib.pop("count", "")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


class _Extent:
    """How far a sheet reaches, counted as calamine counts: a row or cell without an address follows the one before."""

    def __init__(self) -> None:
        self._row = self._rows = self._columns = 0

    def add(self, row: "_Element") -> None:
        written = row.get("r")
        self._row = self._row + 1 if written is None else _address(written)[1]
        self._rows = max(self._rows, self._row)
        column = 0
        for cell in row:
            written = cell.get("r")
            column, at = (column + 1, self._row) if written is None else _address(written)
            self._rows, self._columns = max(self._rows, at), max(self._columns, column)
        if self._rows * self._columns > MAX_SHEET_CELLS:
            raise Unreadable(
                "too-large",
                f"A sheet reaches to row {self._rows:,} and column {self._columns:,}, further than any list does;"
                " it was not read.",
            )


def _address(written: str) -> tuple[int, int]:
    """Column and row, counted from 1, of ``C7``; column 0 for a mere row number."""
    found = _ADDRESS.fullmatch(written)
    if found is None:
        raise _damaged()
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def _damaged() -> Unreadable:
    return _archive(b"").damaged()
