"""Dates that matter: those the record or its text states, and the one window a rule lets us compute."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from monitor.assess.date_cues import find_dated
from monitor.assess.date_words import DateWords
from monitor.assess.days import find_days, read_date
from monitor.assess.folding import fold
from monitor.assess.items import Item, cut_quote
from monitor.model.assessment import Basis, DateKind, LegalDate

RECONSIDERATION_DAYS = 14
"""AMA, request for reconsideration process: within 14 days of the posting of the Summary of Panel Actions."""

MAX_DATES = 12
"""The most dates taken from one item."""

_PROSE_CHARS = 20_000
_NOTICE_ENDS = re.compile(r"Notice Ends\s+(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
_POSTED = re.compile(r"\b(?:posting date|posted)\b[^.;]{0,20}?$")
_SUMMARY = re.compile(r"\bsummary of (?:editorial )?panel actions?\b")
_ACTIONS = re.compile(r"\bpanel[ _-]actions?\b|\bsummary\b")


def dates_of(item: Item, words: DateWords) -> tuple[LegalDate, ...]:
    """The dates an item states: record fields first (the field is the ground), then its words (quoted)."""
    found: dict[tuple[DateKind, date], LegalDate] = {}
    for stated in (*_from_fields(item, words), *_from_prose(item, words)):
        known = found.setdefault((stated.kind, stated.on), stated)
        if known.clock is None and stated.clock:
            found[stated.kind, stated.on] = stated
    return tuple(found.values())[:MAX_DATES]


def _from_fields(item: Item, words: DateWords) -> Iterable[LegalDate]:
    if not item.fields:
        return
    columns = () if item.fields.keys().isdisjoint(words.columns) else words.columns.items()
    for field, (name, kind) in columns:
        written = item.fields.get(field, "")
        on = read_date(written) if written else None
        if on:
            yield LegalDate(kind=kind, on=on, basis=Basis.STATED, ground=f"{name}: {written}", key=item.key)
    note = item.value("note")
    if match := _NOTICE_ENDS.search(note):
        on = read_date(match[1])
        if on:
            yield LegalDate(kind=DateKind.NOTICE_ENDS, on=on, basis=Basis.STATED, ground=note, key=item.key)


def _from_prose(item: Item, words: DateWords) -> Iterable[LegalDate]:
    if item.value("documentdisplayid", "productcode", "primaryproductcode"):
        return  # a row of a table: its dates are fields, its words a title
    folded = fold(item.text[:_PROSE_CHARS])
    for found in find_dated(folded.lower, words):
        quote = cut_quote(folded.original, *folded.place(found.start, found.end))
        heading = folded.quote(*found.day.heading).strip() if found.day.heading else None
        yield LegalDate(
            kind=found.kind,
            on=found.day.on,
            basis=Basis.COMPUTED if heading else Basis.STATED,
            ground=f"the year is that of the heading “{heading}”, under which stands: {quote}" if heading else quote,
            key=item.key,
            clock=folded.words(*found.clock) if found.clock else None,
        )


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
    if stated := _posting_day(item):
        posted, whence = stated, "the posting date it states"
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


def _posting_day(item: Item) -> date | None:
    lower = fold(item.text[:_PROSE_CHARS]).lower
    return next((day.on for day in find_days(lower) if _POSTED.search(lower, max(0, day.start - 40), day.start)), None)
