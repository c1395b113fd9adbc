"""Dates that matter: those the record or its text states, and the one window a rule lets us compute."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from monitor.assess.items import Item, cut_quote, field_name
from monitor.assess.terms import fold
from monitor.model.assessment import Basis, DateKind, LegalDate

RECONSIDERATION_DAYS = 14
"""AMA, request for reconsideration process: within 14 days of the posting of the Summary of Panel Actions."""

MAX_DATES = 12
"""The most dates taken from one item."""

_PROSE_CHARS = 20_000
_FIELDS = {
    "effective date": DateKind.EFFECTIVE,
    "effective on": DateKind.EFFECTIVE,
    "comments close on": DateKind.COMMENT_CLOSES,
    "comment end date": DateKind.COMMENT_CLOSES,
    "comment period end": DateKind.COMMENT_CLOSES,
    "comment end": DateKind.COMMENT_CLOSES,
    "end comment period": DateKind.COMMENT_CLOSES,
    "public comment end date": DateKind.COMMENT_CLOSES,
    "proposed public comment end date": DateKind.COMMENT_CLOSES,
    "proposed decision memo due date": DateKind.DECISION_DUE,
    "expected completion date": DateKind.DECISION_DUE,
    "notice end date": DateKind.NOTICE_ENDS,
    "notice end dt": DateKind.NOTICE_ENDS,
    "notice period end": DateKind.NOTICE_ENDS,
    "retirement date": DateKind.RETIREMENT,
    "retire date": DateKind.RETIREMENT,
    "date retired": DateKind.RETIREMENT,
    "meeting date": DateKind.MEETING,
    "medcac date sort": DateKind.MEETING,
    "release date": DateKind.RELEASE,
}
"""Columns that hold a date, as a reader is told of them; ``field_name`` gives the name they are found by."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_WORDS = (
    rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>20\d\d)\b"
)
_LONG = re.compile(_WORDS)
_ANY = rf"(?:{_WORDS}|(?P<us>\d{{1,2}}/\d{{1,2}}/20\d\d)|(?P<iso>20\d\d-\d\d-\d\d))"
_LEADS: tuple[tuple[str, DateKind], ...] = (
    (r"\breconsideration\b[^.;]{0,120}?", DateKind.RECONSIDERATION_CLOSES),
    (r"\bcomments?\b[^.;]{0,120}?\b(?:by|before|until|through|to|than)\s[^.;]{0,40}?", DateKind.COMMENT_CLOSES),
    (r"\bcomments?\s+(?:close|are due|due)\b[^.;]{0,40}?", DateKind.COMMENT_CLOSES),
    (r"\bnotice (?:period )?ends?\b[^.;]{0,20}?", DateKind.NOTICE_ENDS),
    (r"\b(?:effective|takes? effect|in effect|implementation|starting|begins?)\b[^.;]{0,40}?", DateKind.EFFECTIVE),
    (r"\b(?:retire[sd]?|retirement|sunsets?)\b[^.;]{0,40}?", DateKind.RETIREMENT),
    (r"\bmeeting\b[^.;]{0,60}?", DateKind.MEETING),
)
"""The words that lead up to a stated date, within one sentence."""

_STATED = tuple((re.compile(lead + _ANY), kind) for lead, kind in _LEADS)
_NOTICE_ENDS = re.compile(r"Notice Ends\s+(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
_POSTED = re.compile(rf"\b(?:posting date|posted)\b[^.;]{{0,20}}?{_ANY}")
_SUMMARY = re.compile(r"\bsummary of (?:editorial )?panel actions?\b")
_ACTIONS = re.compile(r"\bpanel[ _-]actions?\b|\bsummary\b")


def read_date(written: str) -> date | None:
    """A calendar date in ISO, US (MM/DD/YYYY) or long English form at the start of the text; None for anything else."""
    text = written.strip().lower()
    if match := _ISO.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _US.match(text):
        return _date(int(match[3]), int(match[1]), int(match[2]))
    if match := _LONG.match(text):
        return _date(int(match["year"]), _MONTHS[match["month"]], int(match["day"]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def dates_of(item: Item) -> tuple[LegalDate, ...]:
    """The dates an item states: record fields first (the field is the ground), then its words (quoted)."""
    found: dict[tuple[DateKind, date], LegalDate] = {}
    for stated in (*_from_fields(item), *_from_prose(item)):
        found.setdefault((stated.kind, stated.on), stated)
    return tuple(found.values())[:MAX_DATES]


def _from_fields(item: Item) -> Iterable[LegalDate]:
    for name, kind in _FIELDS.items():
        written = item.fields.get(field_name(name), "")
        on = read_date(written) if written else None
        if on:
            yield LegalDate(kind=kind, on=on, basis=Basis.STATED, ground=f"{name}: {written}", key=item.key)
    note = item.value("note")
    if match := _NOTICE_ENDS.search(note):
        on = read_date(match[1])
        if on:
            yield LegalDate(kind=DateKind.NOTICE_ENDS, on=on, basis=Basis.STATED, ground=note, key=item.key)


def _from_prose(item: Item) -> Iterable[LegalDate]:
    if item.value("documentdisplayid", "productcode", "primaryproductcode"):
        return  # a row of a table: its dates are fields, its words a title
    folded = fold(item.text[:_PROSE_CHARS])
    if not re.search(r"20\d\d", folded.lower):
        return
    for lead, kind in _STATED:
        for match in lead.finditer(folded.lower):
            on = _matched(match)
            if on:
                ground = cut_quote(folded.exact, match.start(), match.end())
                yield LegalDate(kind=kind, on=on, basis=Basis.STATED, ground=ground, key=item.key)


def _matched(match: re.Match[str]) -> date | None:
    if match["month"]:
        return _date(int(match["year"]), _MONTHS[match["month"]], int(match["day"]))
    return read_date(match["us"] or match["iso"])


def is_summary_of_actions(item: Item) -> bool:
    """Whether the item is (or announces) a Summary of Panel Actions; on the index of them a short name is enough."""
    words = fold(item.text[:2_000]).lower
    if item.source_id == "ama.panel-actions":
        return bool(_ACTIONS.search(words) or _ACTIONS.search((item.key or "").lower()))
    return bool(_SUMMARY.search(words))


def reconsideration_of(item: Item, first_seen: date) -> LegalDate | None:
    """When the reconsideration window of a newly posted Summary of Panel Actions closes, where the text does not say.

    The posting date is the one the item states, else the day we first saw it.
    """
    if not is_summary_of_actions(item):
        return None
    posted, whence = first_seen, "the day it was first seen"
    if match := _POSTED.search(fold(item.text[:_PROSE_CHARS]).lower):
        posted, whence = _matched(match) or first_seen, "the posting date it states"
    elif on := read_date(item.value("posted", "postedon", "published", "date")):
        posted, whence = on, "the posting date it states"
    return LegalDate(
        kind=DateKind.RECONSIDERATION_CLOSES,
        on=posted + timedelta(days=RECONSIDERATION_DAYS),
        basis=Basis.COMPUTED,
        ground=(
            f"AMA reconsideration process: {RECONSIDERATION_DAYS} days after posting of the Summary of Panel Actions, "
            f"counted from {posted.isoformat()}, {whence}"
        ),
        key=item.key,
    )
