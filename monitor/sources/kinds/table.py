"""Any list that comes as rows and columns: CSV, XLSX, XML rows, an HTML table or one in a PDF document, told apart by
its bytes. A zip archive is opened where ``reading.member`` says which of its files is the list.
"""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from monitor.formats.archive import read_member
from monitor.formats.html import absolute_url, page_title
from monitor.formats.sniff import Form, sniff
from monitor.formats.tables import Table, read_csv, read_html_table, read_pdf_table, read_xlsx, read_xml_rows
from monitor.formats.text import decode, repair_c1
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.sources.kinds.forms import WORDS, form_met
from monitor.sources.kinds.rows import (
    canonical_names,
    collapse_duplicates,
    passes,
    record,
    refuse_contradictions,
    require,
)

VERSION: Final = 2


def extract(page: Page, source: Source) -> Snapshot:
    """One record a row, keyed by the columns ``reading.key`` (matched whatever their case, spaces and punctuation).

    Raises ``Unreadable`` for a body that is no table, a row without key, and rows that contradict each other.
    """
    table = read(page, source)
    columns = canonical_names(table.columns, source.reading, source.contract)
    require(source.reading.key, columns)
    records, duplicates = collapse_duplicates(_records(table, columns, page.url, source))
    refuse_contradictions(duplicates)
    return Snapshot(
        extractor="table",
        extractor_version=VERSION,
        form=table.form,
        records=records,
        columns=columns,
        duplicates=duplicates,
        title=page_title(decode(page.body, page.charset)) if table.form == "html" else None,
    )


def read(page: Page, source: Source) -> Table:
    """The body as a table, in whichever form it came."""
    reading = source.reading
    if reading.member:
        page = replace(page, body=read_member(page.body, reading.member), media_type=None, charset=None)
        form = sniff(page.body, None)
    else:
        form = form_met(page, source)
    match form:
        case Form.CSV:
            return read_csv(page.body, page.charset)
        case Form.XLSX:
            return read_xlsx(page.body)
        case Form.XML:
            return read_xml_rows(page.body)
        case Form.HTML:
            return read_html_table(decode(page.body, page.charset), reading.selector)
        case Form.PDF:
            return read_pdf_table(page.layout)
        case _:
            raise Unreadable(
                "unexpected-form", f"The address answered with {WORDS[form]}, not with the list that was due."
            )


def _records(table: Table, columns: tuple[str, ...], base_url: str, source: Source) -> Iterator[Record]:
    reading = source.reading
    for place, row in enumerate(table.rows):
        cells = row if "".join(row).isascii() else map(repair_c1, row)
        fields = dict(zip(columns, cells, strict=True))
        if any(fields.values()) and passes(fields, reading.where):
            hrefs = dict(zip(columns, table.links[place], strict=True)) if table.links else {}
            url = (
                _url(fields, hrefs, reading.link_field, reading.key, base_url) if hrefs or reading.link_field else None
            )
            yield record(fields, reading, position=place + 1, url=url)


def _url(
    fields: dict[str, str], hrefs: dict[str, str | None], link_field: str | None, key: tuple[str, ...], base_url: str
) -> str | None:
    """Where the row itself is published: the link of its link field, else of its key."""
    names = (link_field,) if link_field else key
    href = next((hrefs[name] for name in names if hrefs.get(name)), None)
    written = href or (fields.get(link_field, "") if link_field else "")
    return absolute_url(written, base_url) if written else None
