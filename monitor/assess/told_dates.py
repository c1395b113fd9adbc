"""The dates that an opinion carries, whatever its level: a date in a text of no weight is a fact all the same."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from monitor.assess.date_words import DateWords
from monitor.assess.dates import dates_of, reconsideration_of
from monitor.assess.items import Item
from monitor.assess.release_rules import effective_of_release
from monitor.assess.rulebook import Rules
from monitor.assess.windows import window_of
from monitor.model.assessment import Basis, DateKind, LegalDate
from monitor.model.difference import Act

MAX_DATES = 60
"""The most dates of one opinion that is medium or higher."""

MAX_MINOR = 12
"""The most dates of one opinion below that, and of items looked through for them."""


def dates_of_items(items: Iterable[Item], rules: Rules, first_seen: date) -> tuple[LegalDate, ...]:
    """Stated dates of the relevant items of a Change, and the windows that a rule sets (the reconsideration of a newly
    posted summary of actions, comment and notice periods), counted from ``first_seen`` where it does not say; by day.
    """
    found: dict[tuple[DateKind, date], LegalDate] = {}
    for item in items:
        if item.act is Act.REMOVED:
            continue
        stated = dates_of(item, rules.dates)
        for each in stated:
            found.setdefault((each.kind, each.on), each)
        for computed in _computed(item, rules, stated, first_seen):
            found.setdefault((computed.kind, computed.on), computed)
    return tuple(sorted(found.values(), key=lambda each: (each.on, each.basis is not Basis.STATED)))[:MAX_DATES]


def _computed(item: Item, rules: Rules, stated: Sequence[LegalDate], first_seen: date) -> Iterator[LegalDate]:
    kinds = {each.kind for each in stated}
    if not item.source_id.startswith("ama."):
        window = window_of(item, rules, kinds, first_seen)
    elif item.act is Act.ADDED and DateKind.RECONSIDERATION_CLOSES not in kinds:
        window = reconsideration_of(item, first_seen)
    else:
        window = None
    yield from filter(None, (window, effective_of_release(item, stated)))


def minor_dates_of_items(items: Sequence[Item], rules: Rules, first_seen: date) -> tuple[LegalDate, ...]:
    """As ``dates_of_items``, where nothing in the Change is relevant."""
    return dates_of_items(items[:MAX_MINOR], rules, first_seen)[:MAX_MINOR]


def dates_of_text(item: Item, words: DateWords, first_seen: date | None) -> tuple[LegalDate, ...]:
    """The dates of one text by itself; ``first_seen``: the day it was published, if known."""
    stated = dates_of(item, words)
    known = first_seen is None or any(each.kind is DateKind.RECONSIDERATION_CLOSES for each in stated)
    window = None if known or first_seen is None else reconsideration_of(item, first_seen)
    return (*stated, *filter(None, (window, effective_of_release(item, stated))))
