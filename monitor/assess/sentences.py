"""A sentence of a text that was changed: which side of a scale it is on, what it is about, and how alike two are."""

import re
from collections.abc import Collection, Iterable

from msgspec import Struct

from monitor.assess.direction_rules import NEGATION, ONE, OTHER
from monitor.assess.folding import fold
from monitor.assess.matcher import Hit
from monitor.assess.rulebook import Directions, Scale

WORD = re.compile(r"[^\W_]+")

_REACH_WORDS = 3
_MAX_CHARS = 1_500
_PHRASE_WORDS = 3
_SAME_MATTER = 0.5
_SAME_ITEM = 0.05


class Sentence(Struct, frozen=True, kw_only=True):
    """``key``: the item it stands in. ``hits``: the phrases of directions.yaml. ``matter``: the words that tell what it
    is about, empty where it says nothing of that itself.
    """

    text: str
    key: str
    words: frozenset[str]
    matter: frozenset[str]
    lower: str
    hits: tuple[Hit, ...]


def read_sentence(text: str, key: str, directions: Directions) -> Sentence:
    """A sentence, or its first part where it is endless."""
    folded = fold(text[:_MAX_CHARS])
    hits = tuple(hit for found in directions.matcher.find(folded).values() for hit in found)
    return Sentence(
        text=text[:_MAX_CHARS],
        key=key,
        words=frozenset(WORD.findall(folded.lower)),
        matter=_matter(folded.lower, hits, directions.common),
        lower=folded.lower,
        hits=hits,
    )


def _matter(lower: str, hits: Iterable[Hit], common: Collection[str]) -> frozenset[str]:
    """The words outside of the phrases that take a side, singular and plural alike. A long phrase holds matter too."""
    spans = [(hit.start, hit.end) for hit in hits if len(lower[hit.start : hit.end].split()) <= _PHRASE_WORDS]
    words = (
        match.group()
        for match in WORD.finditer(lower)
        if not any(s <= match.start() and match.end() <= e for s, e in spans)
    )
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words if word not in common)


def likeness(one: Sentence, other: Sentence) -> float:
    """Shared words as a share of all, the same item a little ahead."""
    share = len(one.words & other.words) / (len(one.words | other.words) or 1)
    return share + (_SAME_ITEM if one.key == other.key else 0.0)


def overlap(one: Sentence, other: Sentence) -> float:
    """The share of what the shorter of two sentences is about that the other is about too; 0 where one does not say."""
    least = min(len(one.matter), len(other.matter))
    return len(one.matter & other.matter) / least if least else 0.0


def may_be_one_matter(one: Sentence, other: Sentence) -> bool:
    """Whether nothing says that the two are about different things: of two items, one is not the other's wording."""
    return one.key == other.key or not (one.matter and other.matter) or overlap(one, other) >= _SAME_MATTER


def side_of(sentence: Sentence, scale: Scale) -> str | None:
    """The side that every phrase of the sentence is on; None when there is none, or they differ."""
    own = [hit for hit in sentence.hits if hit.id.startswith(f"{scale.id}:")]
    telling = [hit for hit in own if not any(_within(hit, longer) for longer in own)]
    sides = {side for hit in telling if (side := _turned(sentence, hit, scale)) in {ONE, OTHER}}
    return sides.pop() if len(sides) == 1 else None


def are_opposed(one: Sentence, other: Sentence, scale: Scale) -> bool:
    return {side_of(one, scale), side_of(other, scale)} == {ONE, OTHER}


def _within(hit: Hit, longer: Hit) -> bool:
    inside = longer.start <= hit.start and hit.end <= longer.end
    return inside and longer.end - longer.start > hit.end - hit.start


def _turned(sentence: Sentence, hit: Hit, scale: Scale) -> str:
    side = hit.id.removeprefix(f"{scale.id}:")
    if not scale.negatable or side not in {ONE, OTHER}:
        return side
    negated = any(
        no.id == NEGATION
        and no.end <= hit.start
        and len(WORD.findall(sentence.lower[no.end : hit.start])) <= _REACH_WORDS
        for no in sentence.hits
    )
    return (OTHER if side == ONE else ONE) if negated else side
