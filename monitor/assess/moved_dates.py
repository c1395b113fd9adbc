"""A date that was still ahead and is another now: news of its own, whatever else the change says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from monitor.assess.date_words import DateWords
from monitor.assess.dates import dates_of
from monitor.assess.days import find_days
from monitor.assess.folding import fold
from monitor.assess.items import QUOTE_CHARS, Item
from monitor.model.assessment import DateKind, LegalDate, Level, Reason
from monitor.model.difference import Act, Difference
from monitor.model.snapshot import Passage

RULE = "moved-date"

_LEAST_WORDS = 3
_WORD = re.compile(r"\w+")
_SMALL = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "been",
        "but",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "instead",
        "is",
        "it",
    }
    | {"its", "later", "moved", "must", "now", "of", "on", "or", "rather", "than", "that", "the", "then", "this"}
    | {"through", "to", "until", "was", "were", "will", "with"}
)

_Days = Mapping[date, LegalDate]
_Kinds = Mapping[DateKind, _Days]


def moved_dates(item: Item, difference: Difference, words: DateWords, today: date) -> tuple[Reason, ...]:
    """A reason for each kind of date that the item stated before for a day not yet past, and states otherwise now.

    Only where one day of that kind is gone and one has come: of several it cannot be told which became which.
    """
    if difference.act is not Act.MODIFIED:
        return ()
    before, after = _by_kind(_as_it_was(item, difference), words), _by_kind(_as_it_is(item, difference), words)
    return _reasons(before, after, item.key, today)


def _reasons(before: _Kinds, after: _Kinds, key: str | None, today: date) -> tuple[Reason, ...]:
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
            Reason(rule=f"{RULE}:{kind.value}", text=text, quote=new.ground[:QUOTE_CHARS], level=Level.HIGH, key=key)
        )
    return tuple(reasons)


def moved_between(
    items: Sequence[Item], differences: Sequence[Difference], words: DateWords, today: date
) -> Mapping[str, tuple[Reason, ...]]:
    """By key of an added passage, what moved since the removed one of its section that it takes the place of.

    Only where each states exactly one day of a kind, says the same but for that, and no other of the section does.
    """
    told = list(zip(items, differences, strict=True))
    gone = _alone(pair for pair in told if pair[1].act is Act.REMOVED)
    come = _alone(pair for pair in told if pair[1].act is Act.ADDED)
    moved: dict[str, tuple[Reason, ...]] = {}
    for place in gone.keys() & come.keys():
        (old, was), (new, now) = gone[place], come[place]
        assert isinstance(was.before, Passage)  # noqa: S101 - see _alone
        assert isinstance(now.after, Passage)  # noqa: S101 - see _alone
        before = _single(_by_kind(_worded(old, was.before), words))
        reasons = _reasons(before, _single(_by_kind(_worded(new, now.after), words)), new.key, today)
        if reasons:
            moved[now.key] = reasons
    return moved


_Place = tuple[tuple[str, ...], str]


def _alone(pairs: Iterable[tuple[Item, Difference]]) -> Mapping[_Place, tuple[Item, Difference]]:
    """The passages that hold a day, by their headings and what they say but for their days; not those alike."""
    found: dict[_Place, list[tuple[Item, Difference]]] = {}
    for item, difference in pairs:
        passage = difference.before if difference.act is Act.REMOVED else difference.after
        if isinstance(passage, Passage) and (says := _but_for_days(passage.text)):
            found.setdefault((passage.headings, says), []).append((item, difference))
    return {place: alike[0] for place, alike in found.items() if len(alike) == 1}


def _but_for_days(text: str) -> str:
    """What a passage says without its days and small words; empty where it holds no day or says too little."""
    lower = fold(text).lower
    at, pieces = 0, []
    for day in find_days(lower):
        pieces.append(lower[at : day.start])
        at = day.end
    said = [word for word in _WORD.findall(" ".join((*pieces, lower[at:]))) if word not in _SMALL]
    return " ".join(sorted({*said})) if at and len(said) >= _LEAST_WORDS else ""


def _single(kinds: _Kinds) -> _Kinds:
    return {kind: days for kind, days in kinds.items() if len(days) == 1}


def _as_it_was(item: Item, difference: Difference) -> Item:
    if isinstance(difference.before, Passage):
        return _worded(item, difference.before)
    return replace(item, fields={**item.fields, **item.before}, text="", title="")


def _as_it_is(item: Item, difference: Difference) -> Item:
    if isinstance(difference.after, Passage):
        return _worded(item, difference.after)
    return replace(item, text="", title="")


def _worded(item: Item, passage: Passage) -> Item:
    return replace(item, text="\n".join((*passage.headings, passage.text)), title="")


def _by_kind(item: Item, words: DateWords) -> _Kinds:
    found: dict[DateKind, dict[date, LegalDate]] = {}
    for each in dates_of(item, words):
        found.setdefault(each.kind, {}).setdefault(each.on, each)
    return found


def _only(days: _Days, others: _Days) -> LegalDate | None:
    """The one day that is not among the others; None when there are none or several."""
    own = [legal for on, legal in days.items() if on not in others]
    return own[0] if len(own) == 1 else None
