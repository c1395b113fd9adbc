"""CMS transmittals: the instructions to the Medicare contractors, by which codes and payment rules are put to work.

- What: the newest rows of a table, one transmittal each, keyed by its number (``R12254CP``: number and manual).
- Where: one page of www.cms.gov; older rows stand on further pages, which are not read.
- How often it moves: several times a week; the quarterly ones on OPPS, PFS and HCPCS a month before their quarter.
- Caveats: a window of the newest, so a row that is gone was not withdrawn. A corrected transmittal has a new number. No
  saved copy of the page is held and the names of its columns are not known: the number is recognised by its form in any
  cell or link of a row, the columns are kept as they are called, and dates are read in those that are called so.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from monitor.formats.dates import iso_date
from monitor.formats.html import absolute_url, page_title
from monitor.formats.tables import Table
from monitor.formats.text import decode
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Kind, Route, Source
from monitor.sources.cms_site import SITE, a_page
from monitor.sources.kinds import table
from monitor.sources.kinds.rows import collapse_duplicates
from monitor.sources.official import OfficialList, built_on

VERSION = built_on(1, table.VERSION)

URL: Final = f"{SITE}/regulations-and-guidance/guidance/transmittals"
_NUMBER: Final = re.compile(r"\bR[0-9]{1,6}[A-Z]{2,8}[0-9]{0,4}\b", re.IGNORECASE)
"""The letter R, a number, and the short name of the manual that the transmittal changes (``CP``, ``NCD``)."""

_SUBJECT: Final = re.compile(r"(?i)subject|title|name")

SOURCE = Source(
    id=SourceId("cms.transmittals"),
    name="CMS transmittals",
    authority="CMS",
    kind=Kind.TABLE,
    routes=(Route(url=URL), Route(url=f"{SITE}/medicare/regulations-guidance/transmittals")),
    page_url=URL,
    every=timedelta(days=1),
    extractor="cms.transmittals",
    contract=a_page("transmittals", "Transmittals", min_items=2),
    sliding=True,
    why="A transmittal tells the Medicare contractors how to process a new code, and from which day.",
    noun="transmittal",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The rows that hold a transmittal's number, keyed by it. Raises ``Unreadable`` when no row does."""
    read = table.read(page, source)
    records, duplicates = collapse_duplicates(_records(read, page.url))
    if not records:
        raise Unreadable("no-transmittals", "The page's table holds no transmittal number; it is not the list due.")
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form=read.form,
        records=records,
        columns=read.columns,
        duplicates=duplicates,
        title=page_title(decode(page.body, page.charset)) if read.form == "html" else None,
    )


def _records(read: Table, base_url: str) -> Iterator[Record]:
    subject = next((place for place, name in enumerate(read.columns) if _SUBJECT.search(name)), None)
    for place, row in enumerate(read.rows):
        hrefs = read.links[place] if read.links else ()
        if number := _number((*row, *(href or "" for href in hrefs))):
            href = next((href for href in hrefs if href), None)
            yield Record(
                key=RecordKey(number),
                label=(row[subject] if subject is not None else "") or number,
                fields={name: _value(name, cell) for name, cell in zip(read.columns, row, strict=True)},
                url=absolute_url(href, base_url) if href else None,
            )


def _number(cells: Iterable[str]) -> str | None:
    found = next((match for cell in cells if (match := _NUMBER.search(cell))), None)
    return found[0].upper() if found else None


def _value(name: str, cell: str) -> str:
    return iso_date(cell) or cell if "date" in name.casefold() else cell


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
