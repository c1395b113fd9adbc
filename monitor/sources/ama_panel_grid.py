"""Summary of Panel Actions: what a CPT Editorial Panel meeting decided, tab by tab.

- What: a PDF grid of four columns (tab number, title of the request, description of the request, description of the
  Panel's action) behind a preamble that gives the posting date and the day until which a reconsideration may be asked.
- Where: behind the links of ``ama.panel-actions``; it has no lasting address of its own.
- How often it moves: once for each meeting, three times a year; corrected copies take its place.
- Caveats: wording and codes are not final, and placeholder codes carry an X (``646X1X``). The outcome is read from the
  action's words. Rows of 2012 and preambles of 2019 and 2021 are known, the present shape is not: columns are found by
  their names, and a grid without one of the four is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from monitor.formats.dates import iso_date
from monitor.formats.html import Block
from monitor.formats.tables import Table
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.sources.ama_meetings import goes_on, meeting_of, read_preamble, tab_of, tab_record
from monitor.sources.kinds.table import VERSION as TABLE_VERSION
from monitor.sources.kinds.table import read
from monitor.sources.official import Reader, built_on

NAME: Final = "ama.panel-grid"
VERSION: Final = built_on(1, TABLE_VERSION)
COLUMNS: Final = ("meeting", "tab", "title", "request", "action", "outcome", "posted", "reconsideration_deadline")

_CELLS: Final = ("tab", "title", "request", "action")
_NAMES: Final = (
    ("action", re.compile(r"action|decision|outcome", re.IGNORECASE)),
    ("tab", re.compile(r"\s*tab\b|\s*#\s*$", re.IGNORECASE)),
    ("title", re.compile(r"title|name of", re.IGNORECASE)),
    ("request", re.compile(r"request|description", re.IGNORECASE)),
)
_OUTCOMES: Final = (
    ("withdrawn", r"withdr[ae]wn?"),
    ("postponed", r"postpone[sd]?|deferred"),
    ("tabled", r"tabled"),
    ("rejected", r"reject(?:s|ed)|not\s+accept(?:ed)?|denied"),
    ("accepted as modified", r"accept(?:s|ed)?[^.;]{0,40}?\b(?:as\s+modified|with\s+modifications?)"),
    ("accepted", r"accept(?:s|ed)|approved"),
)
_OUTCOME: Final = tuple((word, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for word, pattern in _OUTCOMES)
_DATE: Final = re.compile(r"[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+20\d\d|\d{1,2}/\d{1,2}/20\d\d|20\d\d-\d\d-\d\d")
_POSTED: Final = re.compile(r"\bpost(?:ed|ing)\b|\bpublished\b", re.IGNORECASE)
_RECONSIDERATION: Final = re.compile(r"\breconsider", re.IGNORECASE)


def extract(page: Page, source: Source) -> Snapshot:
    """One record a tab, keyed by meeting and tab, and one for the preamble with its two dates (ISO, "" when not given).

    ``outcome`` is one of accepted, accepted as modified, rejected, postponed, withdrawn, tabled, other. Raises
    ``Unreadable``: ``grid-columns``, ``bad-tab``, ``no-meeting``, ``no-rows``, and as the kind ``table``.
    """
    table = read(page, source)
    preamble = read_preamble(page)
    meeting = meeting_of(preamble, page.url)
    tabs = tuple(_tab_records(_rows(table), meeting, page.url))
    if not tabs:
        raise Unreadable("no-rows", "The summary of Panel actions has no tab in it.")
    return Snapshot(
        extractor=NAME,
        extractor_version=VERSION,
        form=table.form,
        records=(_summary(preamble, meeting, page.url), *tabs),
        title=f"Summary of Panel Actions, {meeting}",
        columns=COLUMNS,
    )


def _rows(table: Table) -> Iterator[dict[str, str]]:
    """The four cells of each row by name."""
    place = _places(table.columns)
    for row in table.rows:
        yield {name: row[place[name]] for name in _CELLS}


def _places(columns: Sequence[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for place, column in enumerate(columns):
        name = next((name for name, pattern in _NAMES if pattern.search(column) and name not in found), None)
        if name is not None:
            found[name] = place
    missing = [name for name in _CELLS if name not in found]
    if missing:
        shown = ", ".join(f"“{column}”" for column in columns[:8])
        reason = f"The grid has no column for the {' and the '.join(missing)} of a tab; its columns are {shown}."
        raise Unreadable("grid-columns", reason)
    return found


def _tab_records(rows: Iterator[dict[str, str]], meeting: str, url: str) -> Iterator[Record]:
    seen: dict[str, int] = {}
    for tab, cells in _whole(rows):
        fields = {name: cells[name] for name in ("title", "request", "action")}
        fields["outcome"] = outcome_of(cells["action"])
        yield tab_record(meeting, tab, fields, url, seen.get(tab, 0))
        seen[tab] = seen.get(tab, 0) + 1


def _whole(rows: Iterator[dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows with their tab; a row without one, or whose tab is "continued", is the rest of the row before."""
    current: tuple[str, dict[str, str]] | None = None
    for cells in rows:
        if current and (not cells["tab"] or goes_on(cells["tab"])) and any(cells[n] for n in _CELLS[1:]):
            current = (current[0], {name: f"{current[1][name]} {cells[name]}".strip() for name in _CELLS})
            continue
        tab = tab_of(cells["tab"])
        if tab is None:
            _refuse_unless_caption(cells)
            continue
        if current:
            yield current
        current = (tab, cells)
    if current:
        yield current


def _refuse_unless_caption(cells: dict[str, str]) -> None:
    """A lone text in a row is the name of a section of the grid. Anything else without a tab is not understood."""
    said = [text for text in cells.values() if text]
    if len(said) > 1:
        reason = f"A row of the grid has “{cells['tab'][:60]}” where its tab should stand; rows cannot be told apart."
        raise Unreadable("bad-tab", reason)


def outcome_of(action: str) -> str:
    """The Panel's decision in one word (or three), by the word that comes first in the action."""
    places = (
        (found.start(), rank, word) for rank, (word, said) in enumerate(_OUTCOME) if (found := said.search(action))
    )
    return min(places, default=(0, 0, "other"))[2]


def _summary(preamble: Sequence[Block], meeting: str, url: str) -> Record:
    title = "Summary of Panel Actions"
    fields = {
        "meeting": meeting,
        "title": title,
        "posted": _date_by(preamble, _POSTED),
        "reconsideration_deadline": _date_by(preamble, _RECONSIDERATION),
    }
    return Record(key=RecordKey(f"{meeting} summary"), label=f"{title}, {meeting}", fields=fields, url=url)


def _date_by(preamble: Sequence[Block], word: re.Pattern[str]) -> str:
    """The first date (ISO) in a sentence that holds ``word``; the date after the word before any ahead of it."""
    for block in preamble:
        for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])", block.text):
            said = word.search(sentence)
            dates = list(_DATE.finditer(sentence)) if said else []
            behind = [found for found in dates if said and found.start() > said.start()]
            for found in (*behind, *dates):
                if iso := iso_date(found[0]):
                    return iso
    return ""


READER: Final = Reader(version=VERSION, extract=extract)
