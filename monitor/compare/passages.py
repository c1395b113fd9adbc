"""Comparing two copies of a document, passage by passage: added, removed, reworded, moved, reclassified."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from monitor.compare.canonical import fold, visible
from monitor.compare.leftovers import Match
from monitor.compare.matching import Stand, match_passages
from monitor.model.difference import Act, Difference, FieldChange, Weight
from monitor.model.ids import RecordKey
from monitor.model.redline import BORDER
from monitor.model.snapshot import Passage, Snapshot

_LABEL_WORDS, _LABEL_LENGTH = 9, 70


def compare_passages(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """The differences in the order of the new document, a removed passage where it used to stand (see ``matching``).

    A reworded passage has the field ``text``, and when it moved too the field ``place``. Of passages that were split or
    merged the several are joined by line breaks, in the field and in the item. A passage that stands unchanged under
    another heading, both headings being in both copies, was reclassified: modified, with the one field ``section``.
    Keys are unique.
    """
    old, new = before.passages, after.passages
    if not old and not new:
        return ()
    stable = _headings(old) & _headings(new)
    found = (
        _difference(match, old, new, stable) for match, stand in match_passages(old, new) if _is_told(match, stand)
    )
    return tuple(_numbered(difference for difference in found if difference))


def _is_told(match: Match, stand: Stand) -> bool:
    """A moved passage is told once, where it stands now."""
    return not (match.moved and stand == "old")


def joined(passages: Sequence[Passage], places: range) -> Passage | None:
    """The passages of these places as one, their texts parted by line breaks; None for no place."""
    if len(places) == 1:
        return passages[places.start]
    if not places:
        return None
    text = BORDER.join(visible(passages[place].text) for place in places)
    return Passage(headings=passages[places.start].headings, text=text)


def _headings(passages: Sequence[Passage]) -> frozenset[str]:
    return frozenset(fold(heading) for heading in {_heading(passage) for passage in passages})


def _heading(passage: Passage) -> str:
    return passage.headings[-1] if passage.headings else ""


def _difference(
    match: Match, old: Sequence[Passage], new: Sequence[Passage], stable: frozenset[str]
) -> Difference | None:
    before, after = joined(old, match.old), joined(new, match.new)
    if before is None or after is None:
        return _one_sided(before, after)
    if before == after and not match.moved:
        return None
    fields = _fields(before, after, stable, regrouped=match.is_regrouped)
    if not fields and not match.moved:
        return None
    act = Act.MODIFIED if fields else Act.MOVED
    if match.moved and fields and fields[0].name == "text":
        fields += (_place(match),)
    key = _pair_key(before, after)
    return Difference(act=act, key=key, label=_label(after), before=before, after=after, fields=fields)


def _place(match: Match) -> FieldChange:
    """Where a passage went that was reworded too; the move by itself changes no meaning."""
    stood, stands = (f"passage {places.start + 1:,}" for places in (match.old, match.new))
    return FieldChange(name="place", old=stood, new=stands, weight=Weight.EDITORIAL)


def _one_sided(before: Passage | None, after: Passage | None) -> Difference | None:
    passage = after or before
    if passage is None:
        return None
    act = Act.REMOVED if before else Act.ADDED
    return Difference(act=act, key=_key(_digest(passage)), label=_label(passage), before=before, after=after)


def _fields(before: Passage, after: Passage, stable: frozenset[str], *, regrouped: bool) -> tuple[FieldChange, ...]:
    if regrouped or (before.text != after.text and visible(before.text) != visible(after.text)):
        weight = Weight.EDITORIAL if fold(before.text) == fold(after.text) else Weight.MATERIAL
        return (FieldChange(name="text", old=before.text, new=after.text, weight=weight),)
    old, new = _heading(before), _heading(after)
    if old == new or fold(old) == fold(new) or not {fold(old), fold(new)} <= stable:
        return ()
    return (FieldChange(name="section", old=old, new=new, weight=Weight.MATERIAL),)


def _pair_key(before: Passage, after: Passage) -> RecordKey:
    """The lesser of the two texts' digests, so that an edit and its taking back are about one and the same item."""
    return _key(min(_digest(before), _digest(after)))


def _key(digest: str) -> RecordKey:
    return RecordKey(f"§{digest[:10]}")


def _digest(passage: Passage) -> str:
    return hashlib.sha256(visible(passage.text).encode("utf-8", "surrogatepass")).hexdigest()


def _label(passage: Passage) -> str:
    """The nearest heading, else the first words."""
    words = visible(_heading(passage) or passage.text[: 10 * _LABEL_LENGTH]).split()
    text = " ".join(words if passage.headings else words[:_LABEL_WORDS])
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1].rstrip()}…"


def _numbered(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Keys made unique: the second difference about the same text is ``§…-2``."""
    seen: Counter[str] = Counter()
    for difference in differences:
        seen[difference.key] += 1
        count = seen[difference.key]
        yield difference if count == 1 else replace(difference, key=RecordKey(f"{difference.key}-{count}"))
