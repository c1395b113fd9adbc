"""Comparing two copies of a document, passage by passage: added, removed, reworded, moved, reclassified."""

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.compare.alignment import Block, align
from monitor.compare.canonical import fold, visible
from monitor.compare.pairing import pair_up
from monitor.model.difference import Act, Difference, FieldChange, Weight
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Passage, Snapshot

_LABEL_WORDS, _LABEL_LENGTH = 9, 70


@dataclass(frozen=True, slots=True)
class _Pair:
    """An old and a new place that hold the same passage (either may be missing); ``at`` orders them for a reader."""

    old: int | None
    new: int | None
    at: tuple[int, int]
    moved: bool = False


def compare_passages(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """The differences in the order of the new document, a removed passage where it used to stand.

    1. Intern the visible texts and align them. 2. Equal texts among the rest are moves. 3. Inside a replaced stretch
    pair the texts that are alike: those were reworded. 4. What remains was added or removed.

    A reworded passage has the one field ``text``. A passage that stands unchanged under another heading, both headings
    being in both copies, was reclassified: modified, with the one field ``section``. Keys are unique.
    """
    old, new = before.passages, after.passages
    if not old and not new:
        return ()
    pairs = sorted(_pairs(old, new), key=lambda pair: pair.at)
    stable = _headings(old) & _headings(new)
    found = (_difference(pair, old, new, stable) for pair in pairs)
    return tuple(_numbered(difference for difference in found if difference))


def _pairs(old: Sequence[Passage], new: Sequence[Passage]) -> list[_Pair]:
    ours, theirs = _interned(old, new)
    blocks = list(align(ours, theirs))
    pairs = [pair for block in blocks if block.equal for pair in _matched(block, old, new)]
    moves = _moves(ours, theirs, [block for block in blocks if not block.equal])
    pairs += [_Pair(one, other, (other, 1), moved=True) for one, other in moves.items()]
    gone, come = set(moves), set(moves.values())
    for block in blocks:
        if not block.equal:
            left = [place for place in block.old if place not in gone]
            right = [place for place in block.new if place not in come]
            pairs += _reworded(left, right, block.new.start, old, new)
    return pairs


def _interned(old: Sequence[Passage], new: Sequence[Passage]) -> tuple[list[int], list[int]]:
    """One number for each visible text; texts equal as published are looked at once only."""
    ids: dict[str, int] = {}
    known: dict[str, int] = {}

    def number(text: str) -> int:
        if text not in known:
            known[text] = ids.setdefault(visible(text), len(ids))
        return known[text]

    return [number(passage.text) for passage in old], [number(passage.text) for passage in new]


def _matched(block: Block, old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[_Pair]:
    """The pairs of an equal stretch that need a second look: those whose headings changed."""
    for one, other in zip(block.old, block.new, strict=True):
        if old[one].headings != new[other].headings:
            yield _Pair(one, other, (other, 1))


def _moves(ours: Sequence[int], theirs: Sequence[int], replaced: Iterable[Block]) -> dict[int, int]:
    """Old place -> new place of the texts that went from one place to another, first come first served."""
    waiting: dict[int, deque[int]] = {}
    arrived: list[int] = []
    for block in replaced:
        for place in block.old:
            waiting.setdefault(ours[place], deque()).append(place)
        arrived += block.new
    return {waiting[theirs[place]].popleft(): place for place in arrived if waiting.get(theirs[place])}


def _reworded(
    left: list[int], right: list[int], start: int, old: Sequence[Passage], new: Sequence[Passage]
) -> Iterator[_Pair]:
    paired = (
        pair_up([old[place].text for place in left], [new[place].text for place in right]) if left and right else {}
    )
    yield from (_Pair(left[one], right[other], (right[other], 1)) for one, other in paired.items())
    taken = set(paired.values())
    yield from (_Pair(None, place, (place, 1)) for index, place in enumerate(right) if index not in taken)
    at = start  # a removed passage stands behind the new form of the last one before it that was kept
    for index, place in enumerate(left):
        if index in paired:
            at = max(at, right[paired[index]] + 1)
        else:
            yield _Pair(place, None, (at, 0))


def _headings(passages: Sequence[Passage]) -> frozenset[str]:
    return frozenset(fold(heading) for heading in {_heading(passage) for passage in passages})


def _heading(passage: Passage) -> str:
    return passage.headings[-1] if passage.headings else ""


def _difference(
    pair: _Pair, old: Sequence[Passage], new: Sequence[Passage], stable: frozenset[str]
) -> Difference | None:
    before = None if pair.old is None else old[pair.old]
    after = None if pair.new is None else new[pair.new]
    if before is None or after is None:
        return _one_sided(before, after)
    fields = _fields(before, after, stable)
    if not fields and not pair.moved:
        return None
    act = Act.MODIFIED if fields else Act.MOVED
    key = _pair_key(before, after)
    return Difference(act=act, key=key, label=_label(after), before=before, after=after, fields=fields)


def _one_sided(before: Passage | None, after: Passage | None) -> Difference | None:
    passage = after or before
    if passage is None:
        return None
    act = Act.REMOVED if before else Act.ADDED
    return Difference(act=act, key=_key(_digest(passage)), label=_label(passage), before=before, after=after)


def _fields(before: Passage, after: Passage, stable: frozenset[str]) -> tuple[FieldChange, ...]:
    if before.text != after.text and visible(before.text) != visible(after.text):
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
