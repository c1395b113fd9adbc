"""Official lists in the making: FDA's list in its forms, Coverage API reports, feeds.

Submission numbers that are real are public facts (the two the contract waits for, and some of product code PIB); the
rest are counted up from K900001, which FDA never gave. Other made-up rows carry DEMO in their words.
"""

import csv
import io
import json
from collections.abc import Sequence
from xml.sax.saxutils import escape

from msgspec import Struct
from msgspec.structs import astuple, replace

HEADERS = (
    "Date of Final Decision",
    "Submission Number",
    "Device",
    "Company",
    "Panel (Lead)",
    "Primary Product Code",
)


class Device(Struct, frozen=True):
    """One row, in FDA's order of columns."""

    date: str
    number: str
    name: str
    company: str = "DEMO Devices, Inc."
    panel: str = "Radiology"
    code: str = "QIH"


IDX_DR = Device("04/11/2018", "DEN180001", "IDx-DR", "IDx LLC", "Ophthalmic", "PIB")
EYEART = Device("08/03/2020", "K200667", "EyeArt", "Eyenuk, Inc.", "Ophthalmic", "PIB")
AEYE_2022 = Device("11/10/2022", "K221183", "AEYE-DS", "AEYE Health Inc.", "Ophthalmic", "PIB")
AEYE_2024 = Device("04/23/2024", "K240058", "AEYE-DS", "AEYE Health Inc.", "Ophthalmic", "PIB")


def a_list(size: int = 320) -> list[Device]:
    """A healthy list: both permanent rows and made-up ones, some with signs beyond ASCII."""
    made = [
        Device(f"0{1 + n % 9}/1{n % 10}/2025", f"K9{n:05d}", f"DEMO Überscan {n}", "Société DEMO™ “AI”, S.A.")
        for n in range(1, size - 1)
    ]
    return [IDX_DR, EYEART, *made]


def renamed(rows: Sequence[Device], number: str, name: str) -> list[Device]:
    return [replace(row, name=name) if row.number == number else row for row in rows]


def without(rows: Sequence[Device], *numbers: str) -> list[Device]:
    return [row for row in rows if row.number not in numbers]


def as_csv(
    rows: Sequence[Device], encoding: str = "utf-8", *, headers: Sequence[str] = HEADERS, eol: str = "\r\n"
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=eol)
    writer.writerow(headers)
    writer.writerows(astuple(row) for row in rows)
    return text.getvalue().encode(encoding)


def as_xml(rows: Sequence[Device]) -> bytes:
    """As FDA's export: element names made from the headers, the number inside a spreadsheet formula."""
    names = [header.replace(" ", "_").replace("(", "").replace(")", "") for header in HEADERS]
    body = "".join(
        "<row>"
        + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in zip(names, astuple(row), strict=True))
        + "</row>"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><rows>{body}</rows>'.encode()


def as_xlsx(rows: Sequence[Device]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADERS))
    for row in rows:
        sheet.append(list(astuple(row)))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def as_page(rows: Sequence[Device]) -> bytes:
    """The table of the list's own page."""
    head = "".join(f"<th>{escape(header)}</th>" for header in HEADERS)
    body = "".join(f"<tr>{''.join(f'<td>{escape(value)}</td>' for value in astuple(row))}</tr>" for row in rows)
    title = "Artificial Intelligence-Enabled Medical Devices | FDA"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><main>{table}</main></body></html>".encode()


def a_report(ids: Sequence[str], document_type: str) -> bytes:
    """A Coverage API report with one DEMO document for each display id."""
    rows = [
        {
            "document_id": int(one[1:]),
            "document_version": 1,
            "document_display_id": one,
            "document_type": document_type,
            "note": "",
            "title": f"DEMO document {one}",
            "contractor_name_type": "DEMO Contractor (MAC - Part A, MAC - Part B)",
            "updated_on": "08/06/2025",
            "updated_on_sort": "20250806133001",
            "effective_date": "08/14/2025",
            "retirement_date": "N/A",
            "url": f"https://demo.invalid/{one}",
        }
        for one in ids
    ]
    return json.dumps({"meta": {"status": {"id": 200, "message": "OK"}, "notes": ""}, "data": rows}).encode()


def a_feed(*titles: str) -> bytes:
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://demo.invalid/{escape(title)}</link>"
        f"<guid>https://demo.invalid/{escape(title)}</guid></item>"
        for title in titles
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>DEMO newsroom</title>{items}</channel></rss>'.encode()
    )
