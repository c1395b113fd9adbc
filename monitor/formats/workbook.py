"""XLSX workbooks as rows of text. A workbook is a zip of XML: it is unpacked and measured here before it is opened.

calamine takes the sizes a zip declares on trust and lays a sheet out as one dense rectangle, so a small file can ask
for
any amount of memory. Hence: every part is inflated by us under a cap, the furthest cell address is looked up in the
XML, and
calamine is given a new zip that holds nothing but the parts looked at.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from monitor.model.errors import Unreadable

MAX_UNPACKED_BYTES: Final = 96 * 1024 * 1024
MAX_RATIO: Final = 250
"""Unpacked bytes for one packed; the densest real sheets reach about 40."""

MAX_SHEET_CELLS: Final = 2_000_000
_RATIO_FREE_BYTES: Final = 1024 * 1024
_MAX_PARTS: Final = 4_000
_ENCRYPTED: Final = 0x1
_LOCAL_HEADER_BYTES: Final = 30
_CELL_ADDRESS: Final = re.compile(rb"[\s\"']r\s*=\s*[\"']\s*([A-Za-z]{0,9})([0-9]{1,12})\s*[\"']")


def read_sheets(body: bytes) -> Iterator[Iterator[Sequence[str]]]:
    """The visible worksheets in order, each as rows of text.

    Raises ``Unreadable``: ``not-xlsx``, ``encrypted``, ``too-large``.
    """
    parts = _parts(body)
    for part in parts.values():
        _refuse_wide(part)
    return _sheets(_packed(parts))


def _sheets(packed: bytes) -> Iterator[Iterator[Sequence[str]]]:
    # Imported here: only a source that comes as a workbook pays for it.
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
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    for info in _directory(body):
        if info.filename.lower().endswith((".xml", ".rels")):
            parts[info.filename] = _inflated(body, info, left)
            left -= len(parts[info.filename])
    unpacked = MAX_UNPACKED_BYTES - left
    if unpacked > max(_RATIO_FREE_BYTES, MAX_RATIO * len(body)):
        raise _bomb()
    return parts


def _directory(body: bytes) -> list[zipfile.ZipInfo]:
    if body.count(b"PK\x01\x02") > _MAX_PARTS:
        raise _bomb()
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError) as fault:
        raise _damaged() from fault


def _inflated(body: bytes, info: zipfile.ZipInfo, most: int) -> bytes:
    packed = _packed_bytes(body, info)
    if info.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        data = _deflated(packed, most)
    else:
        raise _damaged()
    if len(data) > most:
        raise _bomb()
    return data


def _packed_bytes(body: bytes, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted", "The workbook is protected by a password and cannot be read.")
    at = info.header_offset
    header = body[at : at + _LOCAL_HEADER_BYTES] if at >= 0 else b""
    if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise _damaged()
    start = at + _LOCAL_HEADER_BYTES + sum(struct.unpack("<HH", header[26:30]))
    packed = body[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise _damaged()
    return packed


def _deflated(packed: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpacker.decompress(packed, most + 1)
    except zlib.error as fault:
        raise _damaged() from fault
    if len(data) <= most and not unpacker.eof:
        raise _damaged()
    return data


def _refuse_wide(part: bytes) -> None:
    """A single cell at XFD1048576 would make calamine lay out 17 thousand million cells."""
    if b"\x00" in part:
        raise _damaged()
    rows = columns = 1
    for letters, digits in set(_CELL_ADDRESS.findall(part)):
        rows, columns = max(rows, int(digits)), max(columns, _column(letters))
    if rows * columns > MAX_SHEET_CELLS:
        raise Unreadable(
            "too-large",
            f"A sheet reaches to row {rows:,} and column {columns:,}, further than any list does; it was not read.",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def _damaged() -> Unreadable:
    return Unreadable("not-xlsx", "The file is not a sound Excel workbook; it may have been cut short on its way.")


def _bomb() -> Unreadable:
    return Unreadable(
        "too-large", "The workbook unpacks to far more than a list of this kind can hold; it was not opened."
    )
