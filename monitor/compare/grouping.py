"""From differences to the few Changes a person triages: one for each kind of news, each with a headline."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence, Set

from msgspec import Struct

from monitor.compare.canonical import fold, visible
from monitor.compare.news import COUNTED, Heap, events, heap_of
from monitor.model.difference import Act, Difference, News
from monitor.model.ids import ChangeId, RecordKey
from monitor.model.snapshot import Passage, Record
from monitor.model.source import GENERIC_NOUN, Kind, Source

_LONGEST = 89  # a headline stays under 90 characters
_NO_CHANGE = "no change in meaning"


class Draft(Struct, frozen=True, kw_only=True):
    """A Change that has no id and no times yet."""

    news: News
    headline: str
    differences: tuple[Difference, ...]
    reverts: ChangeId | None = None


def group(
    differences: Sequence[Difference],
    source: Source,
    *,
    reverted: Mapping[RecordKey, ChangeId],
    superseded: Set[RecordKey] = frozenset(),
    as_one: bool = False,
) -> tuple[Draft, ...]:
    """One Draft for each kind of news, in the order of ``News``, the differences in their given order.

    ``reverted``: the earlier Change that a difference takes back, by key; each of those has a REVERTED draft, and each
    renaming a RENAMED one. ``superseded``: removed versions whose document stands in a later one. ``as_one``: a copy
    that was held for the mass of its changes is told as one Draft; what is one event anyway stays apart.
    In prose a passage added or removed is a modification of the document, and belongs to the one MODIFIED draft.
    """
    heaps: dict[Heap, list[Difference]] = {}
    for difference in differences:
        heap = heap_of(difference, source.roles, reverted, superseded)
        heaps.setdefault((News.MASS, "") if as_one and heap[0] in COUNTED else heap, []).append(difference)
    order = list(News)
    ranked = sorted(heaps.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return tuple(_draft(heap, tuple(found), source) for heap, found in ranked)


def _draft(heap: Heap, differences: tuple[Difference, ...], source: Source) -> Draft:
    news, detail = heap
    return Draft(
        news=news,
        headline=_fitting(_headline(heap, differences, source)),
        differences=differences,
        reverts=ChangeId(detail) if news is News.REVERTED else None,
    )


def _mass_headline(differences: Sequence[Difference], source: Source) -> tuple[str, ...]:
    words = {Act.ADDED: "added", Act.REMOVED: "removed", Act.MODIFIED: "changed", Act.MOVED: "moved"}
    acts = Counter(difference.act for difference in differences)
    counts = ", ".join(f"{acts[act]:,} {word}" for act, word in words.items() if acts[act])
    if isinstance(differences[0].after or differences[0].before, Passage):
        start = f"Redesigned, review: {source.authority} arranged {counted(len(differences), 'passage')} anew"
        return (f"{start} ({_short_name(source)})", start)
    start = f"Mass change, review: {source.authority} altered {counted(len(differences), source.noun)}"
    return (f"{start} ({counts})", start)


def _headline(heap: Heap, differences: Sequence[Difference], source: Source) -> tuple[str, ...]:
    """Wordings from the fullest to the shortest; the first that fits is used."""
    news, detail = heap
    if news is News.MASS:
        return _mass_headline(differences, source)
    if news is News.REPLACED:
        return _replaced_headline(differences, source)
    if news is News.LIFECYCLE:
        return _lifecycle_headline(differences, source)
    if news is News.RENAMED:
        old, _, new = detail.partition(" -> ")
        count = f"({counted(len(differences), source.noun)})"
        full = f"{old} is now {new} {count}"
        return (f"Contractor renamed: {full}", f"Renamed: {full}", f"Contractor renamed: now {new} {count}")
    if isinstance(differences[0].after or differences[0].before, Passage):
        return _prose_headline(news, differences, source)
    return _list_headline(news, differences, source)


def _replaced_headline(differences: Sequence[Difference], source: Source) -> tuple[str, ...]:
    first = differences[0]
    if len(differences) == 1 and first.before is not None and isinstance(first.before, Record):
        told = f"{source.authority} gave {clean(first.key)} to another {source.noun}: {clean(first.label)}"
        return (f"{told} (was {clean(first.before.label)})", told)
    return (f"{source.authority} gave {counted(len(differences), 'id')} to other {_plural(source.noun)}",)


def _lifecycle_headline(differences: Sequence[Difference], source: Source) -> tuple[str, ...]:
    told = events(differences, source.roles).most_common()
    if len(differences) == 1:
        corrected = "".join(f", correcting {number}" for number in _corrected(differences))
        return (f"{source.authority} {source.noun} {told[0][0]}{corrected}: {_named(differences[0], source)}",)
    first, *others = (f"{counted(number, source.noun)} {event}" for event, number in told)
    return (f"{source.authority}: {', '.join((first, *others))}", f"{source.authority}: {first}, and more")


def _list_headline(news: News, differences: Sequence[Difference], source: Source) -> tuple[str, ...]:
    verb = _verb(news, source)
    note = f" ({_NO_CHANGE})" if news is News.EDITORIAL else ""
    if len(differences) == 1:
        start = f"{source.authority} {verb}"
        if corrected := _corrected(differences):
            start = f"{source.authority} corrected {corrected[0]} by"
            return (f"{start} {_named(differences[0], source)}", f"{start} {clean(differences[0].key)}")
        return (f"{start} {_named(differences[0], source)}{note}", f"{start} {_named(differences[0], source)}")
    start = f"{source.authority} {verb} {counted(len(differences), source.noun)}"
    name = _short_name(source)
    if corrected := _corrected(differences):
        note = f" ({len(corrected)} {'corrects' if len(corrected) == 1 else 'correct'} {', '.join(corrected)})"
    link = {News.ADDED: " to the ", News.REMOVED: " from the "}.get(news, " on the ")
    if _is_list(name):
        return (f"{start}{link}{name}{note}", f"{start}{note}", start)
    if source.noun == GENERIC_NOUN:  # "2 items" alone says nothing
        return (f"{start}{link.removesuffix('the ')}{name}{note}", f"{start}{note}", start)
    return (f"{start}{note}", start)


def _corrected(differences: Sequence[Difference]) -> tuple[str, ...]:
    """The numbers of the documents that these newly say they correct, each once."""
    numbers = (_told(d.after) for d in differences if _told(d.before) != _told(d.after))
    return tuple(dict.fromkeys(number for number in numbers if number))


def _told(item: Record | Passage | None) -> str:
    return clean(item.fields.get("corrects", "")) if isinstance(item, Record) else ""


def _verb(news: News, source: Source) -> str:
    match news:
        case News.ADDED if source.leaves_after:
            return "filed"
        case News.ADDED:
            return "published" if source.sliding or source.kind in {Kind.LINKS, Kind.FEED} else "added"
        case News.REMOVED:
            return "withdrew" if source.leaves_after else "removed"
        case News.MODIFIED:
            return "changed"
        case News.REVERTED:
            return "took back its change to"
        case _:
            return "respelled"


def _is_list(name: str) -> bool:
    words = name.lower().split()
    return words[:1] == ["list"] or words[-1:] == ["list"]


def _prose_headline(news: News, differences: Sequence[Difference], source: Source) -> tuple[str, ...]:
    name = _short_name(source).partition(" (")[0]
    count = counted(len(differences), "passage")
    acts = {difference.act for difference in differences}
    match news:
        case News.EDITORIAL if acts == {Act.MOVED}:
            told = f"rearranged {name} ({count} moved)"
        case News.EDITORIAL:
            told = f"tidied {name} ({count}, {_NO_CHANGE})"
        case News.REVERTED:
            told = f"took back its change to {name} ({count})"
        case _ if acts == {Act.ADDED}:
            told = f"added {count} to {name}"
        case _ if acts == {Act.REMOVED}:
            told = f"removed {count} from {name}"
        case _:
            told = f"revised {name} ({count})"
    return (f"{source.authority} {told}",)


def sequel_headline(source: Source, differences: Sequence[Difference]) -> str:
    """What a document, the sequel of another, says otherwise than that one."""
    acts = Counter(difference.act for difference in differences)
    words = {Act.MODIFIED: "reworded", Act.ADDED: "added", Act.REMOVED: "removed", Act.MOVED: "moved"}
    first, *others = (act for act in words if acts[act])
    told = [f"{counted(acts[first], source.noun)} {words[first]}", *(f"{acts[act]:,} {words[act]}" for act in others)]
    now, then = (str(one or "").rpartition("/")[2] for one in (source.id, source.sequel_to))
    return _fitting((f"{source.authority}: {now} against {then}: {', '.join(told)}",))


def newcomer_headline(source: Source, telling: int, size: int) -> str:
    """What the first reading of a document, new on its list, has to say."""
    told = f"{counted(telling, source.noun)} of {size:,} on the topic"
    start = f"{source.authority} published"
    name = clean(source.name)
    return _fitting((f"{start} {name}: {told}", f"{start} {name}", f"{start} a new document: {told}"))


def _named(difference: Difference, source: Source) -> str:
    """The regulator's id and the name; an address or a feed's own id is of no use to a reader."""
    key, label = clean(difference.key), clean(difference.label)
    if source.kind is Kind.FEED:
        return label if label and fold(label) != fold(key) else "an entry without a title"
    if not label or fold(label) == fold(key):
        return key
    if "://" in key or len(key) > 40:
        return label
    return label if fold(key) in fold(label) else f"{key}: {label}"


def counted(count: int, noun: str) -> str:
    """``1 device``, ``1,430 devices``, ``2 national coverage analyses``."""
    return f"{count:,} {noun if count == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("sis"):
        return noun[:-2] + "es"
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def _short_name(source: Source) -> str:
    """The source's name without its authority in front, which the headline begins with."""
    rest = source.name.removeprefix(source.authority)
    return rest.strip(" :,-") if rest != source.name and rest[:1] in {" ", ":"} else source.name


def _fitting(wordings: Sequence[str]) -> str:
    """The first wording short enough, else the last one cut at a word."""
    told = next((wording for wording in wordings if len(wording) <= _LONGEST), wordings[-1])
    if len(told) <= _LONGEST:
        return told
    head = told[: _LONGEST - 1]
    at_a_word = head.rpartition(" ")[0]
    return f"{(at_a_word if len(at_a_word) > _LONGEST // 2 else head).rstrip(' ,;:')}…"


def clean(text: str) -> str:
    """One line of visible characters: a published name is hostile text like any other."""
    if text.isascii() and text.isprintable():
        return visible(text[:1000])
    return visible("".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} else c for c in text[:1000]))
