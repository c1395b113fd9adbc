"""The calendar of the CPT Editorial Panel and the RUC: on which days each of them meets, and where.

- What: one record a meeting, keyed by its first day and by whose meeting it is.
- Where: one page of the AMA's site (confirmed in 2024), which also links the RUC's calendar as a PDF.
- How often it moves: about once a year, when the next year's meetings are set; a meeting is seldom moved.
- Caveats: the bullets do not say whether a meeting is the Panel's or the RUC's. It is believed only where the bullet
  or a heading above it names exactly one of the two; else the key says "meeting". A meeting may leave the page after
  its last day.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from monitor.formats.dates import iso_date
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Passage, Record, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.ama_site import PANEL, ROLLING_PARTS, settled
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on

VERSION = built_on(1, KINDS[Kind.PROSE].VERSION)

URL = f"{PANEL}/cpt-editorial-panel-ruc-meetings-calendar"
COLUMNS: Final = ("body", "first_day", "last_day", "place", "section")

SOURCE = Source(
    id=SourceId("ama.calendar"),
    name="CPT Editorial Panel and RUC: calendar of meetings",
    authority="AMA",
    kind=Kind.PROSE,
    routes=(Route(url=URL),),
    page_url=URL,
    every=timedelta(days=7),
    extractor="ama.calendar",
    contract=Contract(
        final_url=r"(?i)meetings?-calendar",
        media_types=("text/html",),
        title="calendar",
        columns=COLUMNS,
        key_pattern=r"\d{4}-\d\d-\d\d (?:CPT Editorial Panel|RUC|meeting)",
        max_shrink=1.0,
    ),
    reading=Reading(drop=ROLLING_PARTS),
    leaves_after="last_day",
    why="Every deadline of a code application is counted from the Panel's meeting; payment values from the RUC's.",
    noun="meeting",
)

_DAYS: Final = re.compile(
    r"\b(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})"
    r"(?:\s*(?:-|\u2013|\u2014|to|through|and|&)\s*(?:(?P<to_month>[A-Z][a-z]{2,8})\.?\s+)?(?P<to_day>\d{1,2}))?"
    r"\s*,\s*(?P<year>20\d\d)\b(?:\s*[(:,\u2013-]\s*(?P<place>[^()\d]{3,80}))?"
)
_PANEL: Final = re.compile(r"\bpanel\b", re.IGNORECASE)
_RUC: Final = re.compile(r"\bRUC\b|relative value", re.IGNORECASE)
_OTHER_DATE: Final = re.compile(
    r"\b(?:due|deadlines?|opens?|clos(?:es?|ed)|by|before|until|after|post(?:ed|ing)|applications?|effective|releases?)\b",
    re.IGNORECASE,
)
"""Words of a date that is no meeting's."""

_LONGEST: Final = 200
"""A longer passage is a sentence about dates, and no bullet of the calendar."""


def extract(page: Page, source: Source) -> Snapshot:
    """The meetings, in the page's order. Raises ``Unreadable`` (``no-dates``) when none can be read."""
    read = KINDS[Kind.PROSE].extract(page, source)
    records = {record.key: record for record in _meetings(settled(read.passages))}
    if not records:
        raise Unreadable("no-dates", "The calendar came without any date of a meeting that can be read.")
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form=read.form,
        records=tuple(records.values()),
        title=read.title,
        columns=COLUMNS,
    )


def _meetings(passages: tuple[Passage, ...]) -> Iterator[Record]:
    for passage in passages:
        if len(passage.text) <= _LONGEST and not _OTHER_DATE.search(passage.text):
            yield from (record for found in _DAYS.finditer(passage.text) if (record := _meeting(found, passage)))


def _meeting(found: "re.Match[str]", passage: Passage) -> Record | None:
    month, year = found["month"], found["year"]
    first = iso_date(f"{month} {found['day']}, {year}")
    last = iso_date(f"{found['to_month'] or month} {found['to_day'] or found['day']}, {year}")
    if first is None or last is None:
        return None
    if last < first and (first[5:7], last[5:7]) == ("12", "01"):
        first = f"{int(year) - 1}{first[4:]}"  # December 30-January 2, 2028 names the year of the last day
    if last < first:
        return None
    body, place = _body(passage), (found["place"] or "").strip(" ,;")
    key = f"{first} {body or 'meeting'}"
    section = passage.headings[-1] if passage.headings else ""
    fields = dict(zip(COLUMNS, (body or "not stated", first, last, place, section), strict=True))
    return Record(key=RecordKey(key), label=f"{body or 'Meeting'}, {first} to {last}", fields=fields)


def _body(passage: Passage) -> str | None:
    """Whose meeting it is, by the nearest words that name one of the two and not the other."""
    for words in (passage.text, *reversed(passage.headings)):
        panel, ruc = bool(_PANEL.search(words)), bool(_RUC.search(words))
        if panel != ruc:
            return "CPT Editorial Panel" if panel else "RUC"
    return None


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
