"""A date that was still ahead and is another now: news of its own, whatever else the change says."""

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from monitor.assess.date_words import DateWords
from monitor.assess.dates import dates_of
from monitor.assess.items import QUOTE_CHARS, Item
from monitor.model.assessment import DateKind, LegalDate, Level, Reason
from monitor.model.difference import Act, Difference
from monitor.model.snapshot import Passage

RULE = "moved-date"


def moved_dates(item: Item, difference: Difference, words: DateWords, today: date) -> tuple[Reason, ...]:
    """A reason for each kind of date that the item stated before for a day not yet past, and states otherwise now.

    Only where one day of that kind is gone and one has come: of several it cannot be told which became which.
    """
    if difference.act is not Act.MODIFIED:
        return ()
    before, after = _by_kind(_as_it_was(item, difference), words), _by_kind(_as_it_is(item, difference), words)
    reasons = []
    for kind in before:
        old, new = _only(before[kind], after.get(kind, {})), _only(after.get(kind, {}), before[kind])
        if old is None or new is None or old.on < today:
            continue
        days = abs((new.on - old.on).days)
        way = "later" if new.on > old.on else "earlier"
        text = (
            f"The date moved ({kind.value}): from {old.on.isoformat()} to {new.on.isoformat()}, "
            f"{days} day{'s' if days > 1 else ''} {way}."
        )
        reasons.append(
            Reason(
                rule=f"{RULE}:{kind.value}", text=text, quote=new.ground[:QUOTE_CHARS], level=Level.HIGH, key=item.key
            )
        )
    return tuple(reasons)


def _as_it_was(item: Item, difference: Difference) -> Item:
    if isinstance(difference.before, Passage):
        return replace(item, text=difference.before.text, title="")
    return replace(item, fields={**item.fields, **item.before}, text="", title="")


def _as_it_is(item: Item, difference: Difference) -> Item:
    text = difference.after.text if isinstance(difference.after, Passage) else ""
    return replace(item, text=text, title="")


_Days = Mapping[date, LegalDate]


def _by_kind(item: Item, words: DateWords) -> Mapping[DateKind, _Days]:
    found: dict[DateKind, dict[date, LegalDate]] = {}
    for each in dates_of(item, words):
        found.setdefault(each.kind, {}).setdefault(each.on, each)
    return found


def _only(days: _Days, others: _Days) -> LegalDate | None:
    """The one day that is not among the others; None when there are none or several."""
    own = [legal for on, legal in days.items() if on not in others]
    return own[0] if len(own) == 1 else None
