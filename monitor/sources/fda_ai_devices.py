"""FDA's list of AI-enabled medical devices: every device FDA itself names as using AI, with its submission number.

- What: one row a device: decision date, submission number, device, company, lead panel, primary product code.
- Where: exports under fixed media ids (CSV 178541, XLSX 178540, an XML too), linked from the list's page, which
  also holds all rows as an HTML table. The page moved in September 2026; the media ids stayed. So: media ids first,
  then the link on the new and on the old page, then the table of the page itself.
- How often it moves: in batches, every two to four months; 36 to 360 rows added, 0 to 2 removed, order reshuffled.
- Caveats: the encoding (UTF-8, Windows-1252), the header's spelling, the dates' padding and the wrapping of the
  number in a spreadsheet formula change from one version to the next. FDA once published duplicate rows. One in ten
  added rows has an older decision date. fda.gov turns robots away with an "apology" page. Never key on the device's
  name: one in four rows shares it with another.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from monitor.formats.dates import iso_date
from monitor.formats.html import page_title
from monitor.formats.sniff import Form, sniff
from monitor.formats.tables import Table, read_csv, read_html_table, read_xlsx, read_xml_rows, unwrap_hyperlink
from monitor.formats.text import clean, decode, repair_c1
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, FieldRoles, Kind, Route, Source
from monitor.sources.kinds.rows import collapse_duplicates
from monitor.sources.official import OfficialList

VERSION = 1

HEADERS = MappingProxyType(
    {
        "date": ("date of final decision", "decision date"),
        "submission_number": ("submission number", "id"),
        "device": ("device", "device name"),
        "company": ("company",),
        "panel": ("panel lead", "panel"),
        "product_code": ("primary product code", "product code"),
    }
)
"""Our name of each column, and the headers FDA has used for it (case, spaces, underscores and brackets aside)."""

COLUMNS = tuple(HEADERS)

PAGE = (
    "https://www.fda.gov/medical-devices/artificial-intelligence-enabled-medical-devices/"
    "list-artificial-intelligence-enabled-medical-devices"
)
OLD_PAGE = (
    "https://www.fda.gov/medical-devices/software-medical-device-samd/artificial-intelligence-enabled-medical-devices"
)
ACCESSDATA = "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs"

SOURCE = Source(
    id=SourceId("fda.ai-devices"),
    name="FDA list of AI-enabled medical devices",
    authority="FDA",
    kind=Kind.TABLE,
    routes=(
        Route(url="https://www.fda.gov/media/178541/download?attachment"),
        Route(url="https://www.fda.gov/media/178540/download?attachment"),
        Route(url=PAGE, link_text="Download a CSV"),
        Route(url=OLD_PAGE, link_text="Download a CSV"),
        Route(url=PAGE),
    ),
    page_url=PAGE,
    every=timedelta(days=1),
    extractor="fda.ai-devices",
    roles=FieldRoles(identity=frozenset({"device", "company", "product_code"})),
    contract=Contract(
        final_url=r"^(?!.*apology_objects)",
        media_types=(
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/xml",
            "text/html",
        ),
        columns=COLUMNS,
        sentinels=("DEN180001", "K200667"),
        min_items=300,
        max_shrink=0.01,
        key_pattern=r"(K|BK|DEN|H)\d{6}|(P|BP)\d{6}(/S\d{3})?",
    ),
    why="A device cleared to decide without a physician (product code PIB) is what CPT 92229 pays for.",
    noun="device",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The devices, whatever form the list comes in, keyed by submission number.

    Raises ``Unreadable`` for a form the list never had, an HTML page without the table, and a row without a number.
    """
    table = _read(page)
    places = _places(table.columns)
    if "submission_number" not in places:
        raise Unreadable(code="columns-missing", reason=_no_number_column(table.columns))
    records, duplicates = collapse_duplicates(_records(table.rows, places))
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form=table.form,
        records=records,
        columns=tuple(name for name in COLUMNS if name in places),
        duplicates=duplicates,
    )


def official_link(number: str) -> str | None:
    """FDA's own page of a submission; None for a number of unknown kind."""
    if number.startswith("K"):
        return f"{ACCESSDATA}/cfpmn/pmn.cfm?ID={number}"
    if number.startswith("DEN"):
        return f"{ACCESSDATA}/cfpmn/denovo.cfm?id={number}"
    if number.startswith("P"):
        return f"{ACCESSDATA}/cfpma/pma.cfm?id={number.replace('/', '')}"
    return None


def _read(page: Page) -> Table:
    form = sniff(page.body, page.media_type)
    if form is Form.HTML:
        return _from_html(page)
    if form is Form.XLSX:
        return read_xlsx(page.body)
    if form is Form.XML:
        return read_xml_rows(page.body)
    if form is Form.CSV:
        return read_csv(page.body, page.charset)
    raise Unreadable(
        code="unexpected-form",
        reason=f"FDA's list came as {form.value}; it is known as CSV, XLSX, XML or an HTML table.",
    )


def _from_html(page: Page) -> Table:
    """The table of the list's own page. FDA's apology and error pages are HTML too, and have no such table."""
    text = decode(page.body, page.charset)
    title = page_title(text) or ""
    if "apology" in title.casefold():
        raise Unreadable(code="apology", reason="FDA sent its “apology” page, which turns automatic readers away.")
    try:
        table = read_html_table(text, None)
    except Unreadable as fault:
        shown = f"“{title[:80]}”" if title else "without a title"
        raise Unreadable(
            code="html-instead-of-list",
            reason=f"FDA sent a web page {shown} that holds no table of devices; the list itself did not come.",
        ) from fault
    if title and "device" not in title.casefold():
        raise Unreadable(
            code="wrong-page", reason=f"The page is titled “{title[:80]}”; it is not FDA's list of AI-enabled devices."
        )
    return table


def _places(columns: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands in this copy."""
    found = [_plain_header(column) for column in columns]
    return {
        name: found.index(spelling)
        for name, spellings in HEADERS.items()
        for spelling in spellings[::-1]
        if spelling in found
    }


def _plain_header(published: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", published.casefold()))


def _no_number_column(columns: Sequence[str]) -> str:
    shown = ", ".join(column.strip() for column in columns[:12]) or "none"
    return f"FDA's list has no column “Submission Number”; its columns are {shown}."


def _records(rows: Sequence[Sequence[str]], places: Mapping[str, int]) -> Iterator[Record]:
    for position, row in enumerate(rows, start=2):
        fields = {name: _cell(row, at) for name, at in places.items()}
        if not any(fields.values()):
            continue
        yield _record(fields, position)


def _cell(row: Sequence[str], at: int) -> str:
    return clean(repair_c1(unwrap_hyperlink(row[at]))) if at < len(row) else ""


def _record(fields: dict[str, str], position: int) -> Record:
    number = fields["submission_number"].upper()
    if not number:
        raise Unreadable(
            code="row-without-number",
            reason=f"Line {position} of FDA's list (“{fields.get('device', '')[:60]}”) has no submission number.",
        )
    dated = {"date": iso_date(fields["date"]) or fields["date"]} if "date" in fields else {}
    values = {**fields, **dated, "submission_number": number}
    return Record(key=RecordKey(number), label=values.get("device") or number, fields=values, url=official_link(number))


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
