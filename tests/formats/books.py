"""Workbooks made for the tests: built by openpyxl, or put together by hand where openpyxl is too well-behaved."""

import io
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*sheets: Sequence[Sequence[object]], hidden: int = 0) -> bytes:
    """A workbook with these sheets; the first ``hidden`` of them are hidden."""
    book = Workbook()
    book.remove(book.active)
    for place, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{place}")
        sheet.sheet_state = "hidden" if place < hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def altered(body: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return target.getvalue()


def with_part(body: bytes, name: str, data: bytes) -> bytes:
    """The same workbook with one part more."""
    target = io.BytesIO(body)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()
