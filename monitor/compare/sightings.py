"""What a Change is known by elsewhere: the official ids of its items, and those that titles and summaries name."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from monitor.compare.clusters import CODE_AND_DATE, LISTED
from monitor.model.assessment import Assessment, Level
from monitor.model.cluster import Mark, Sighting
from monitor.model.difference import Act, Change, Difference, News
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Passage, Record

MAX_ITEMS = 60
MAX_MARKS = 40
"""Of one item; a text that names more ids is a list of them, not an event."""

_TITLE_CHARS = 2_000
_TITLES = frozenset({"title", "summary", "subject", "description", "device"})
_DOCKETS = frozenset({"docket", "docket_ids", "docket_numbers"})
_UNCLUSTERED = frozenset({News.EDITORIAL, News.REVERTED, News.MASS, News.RENAMED})
_FEDERAL = ("cms.", "federal-register")

# "DEMO-": the ids of the demo's invented events, which are recognised as real ones are.
_WHOLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("document", re.compile(r"(?:DEMO-)?(?:[CEXZ]\d-)?20\d\d-\d{5}")),
    ("coverage", re.compile(r"(?:DEMO-)?D?[LA]\d{5}(?: v\d+)?")),
    ("device", re.compile(r"(?:K|DEN)\d{6}|P\d{6}(?:/S\d{3,4})?")),
    ("transmittal", re.compile(r"R\d{3,6}[A-Z]{2,5}\d?")),
    ("analysis", re.compile(r"CAG-\d{5}[A-Z]{0,2}\d?")),
)
_NAMED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("document", re.compile(r"(?<![\w-])(?:DEMO-)?20\d\d-\d{5}(?![\w-])")),
    ("docket", re.compile(r"(?<![\w-])(?:DEMO-)?CMS-\d{4}-[A-Z]{1,3}\d?(?![\w-])")),
    ("coverage", re.compile(r"(?<!\w)D?[LA]\d{5}(?!\w)")),
    ("device", re.compile(r"(?<!\w)(?:K|DEN)\d{6}(?!\w)")),
    ("transmittal", re.compile(r"(?<!\w)R\d{3,6}(?:CP|OTN|NCD|BP|PI|MSP)\d?(?!\w)")),
    ("analysis", re.compile(r"(?<!\w)CAG-\d{5}[A-Z]{0,2}\d?(?!\w)")),
)
_VERSION = re.compile(r" v\d+$")


Listed = Mapping[RecordKey, Sequence[SourceId]]
"""The documents behind a list that an item of it named for the first time; for such a document itself, its own id."""


def sighting_of(change: Change, opinion: Assessment, listed: Listed = MappingProxyType({})) -> Sighting | None:
    """What ``change`` is known by; None when nothing official names it, or it is no news of an event.

    Only the items count that the opinion rests on, if it rests on any: a list that brings thirty documents on one day
    is still the news of the one that matters.
    """
    if change.news in _UNCLUSTERED:
        return None
    items = _items_that_count(change, opinion)
    found = (
        sorted({*_marks(change, opinion, item, alone=len(items) == 1), *_listed(listed.get(item.key, ()))})
        for item in items
    )
    marks = tuple(tuple(one) for one in found if one)
    if not marks:
        return None
    return Sighting(
        change_id=change.id,
        source_id=change.source_id,
        at=change.first_changed_at,
        removal=change.news is News.REMOVED,
        marks=marks,
    )


def _items_that_count(change: Change, opinion: Assessment) -> list[Difference]:
    grave = {reason.key for reason in opinion.reasons if reason.level.rank >= Level.MEDIUM.rank}
    grave |= {match.key for match in opinion.tools}
    told = [d for d in change.differences if d.act is not Act.MOVED]
    return ([d for d in told if d.key in grave] or told)[:MAX_ITEMS]


def _marks(change: Change, opinion: Assessment, one: Difference, *, alone: bool) -> Iterator[Mark]:
    yield from _own(one, change.source_id.partition("/")[2])
    item = one.after or one.before
    named = {mark for text in _titles(item) for mark in _named(text)}
    if len(named) <= MAX_MARKS:
        yield from sorted(named)
    if alone and change.source_id.startswith(_FEDERAL):
        days = {legal.on.isoformat() for legal in opinion.dates}
        for code in opinion.codes if len(opinion.codes) * len(days) <= MAX_MARKS else ():
            yield from (Mark(scheme=CODE_AND_DATE, value=f"{code} on {day}", own=False) for day in sorted(days))


def _listed(documents: Iterable[SourceId]) -> Iterator[Mark]:
    return (Mark(scheme=LISTED, value=document, own=True) for document in documents)


def _own(one: Difference, document: str) -> Iterator[Mark]:
    """The item's own key, and the id of the document that the source is, where it is one behind a list."""
    for key in (one.key, document):
        bare = key.strip().upper().replace(" V", " v")
        for scheme, form in _WHOLE:
            if form.fullmatch(bare):
                yield Mark(scheme=scheme, value=_VERSION.sub("", bare), own=True)
                if scheme == "coverage" and _VERSION.search(bare):
                    yield Mark(scheme="version", value=bare, own=True)
                break


def _titles(item: Record | Passage | None) -> Iterable[str]:
    """What names the item; of a document's own passages none does: a text may name any number of others."""
    if not isinstance(item, Record):
        return ()
    fields = (value for name, value in item.fields.items() if name.lower() in _TITLES | _DOCKETS)
    return [text[:_TITLE_CHARS] for text in (item.label, *fields)]


def _named(text: str) -> Iterator[Mark]:
    for scheme, form in _NAMED:
        yield from (Mark(scheme=scheme, value=value.upper(), own=False) for value in form.findall(text))
