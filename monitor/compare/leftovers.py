"""Matches what an alignment left over: passages that stand elsewhere, were split, merged or reworded."""

from collections import deque
from collections.abc import Iterator, Sequence

from msgspec import Struct

from monitor.compare.likeness import Lexicon, pair_alike
from monitor.compare.pairing import pair_up
from monitor.compare.splits import find_splits
from monitor.model.snapshot import Passage
from monitor.redline.alignment import Block


class Match(Struct, frozen=True):
    """Old places and the new places that hold the same text or its new wording.

    One of the two is empty for what was added or removed; they are of different length where passages were split or
    merged; both hold one place otherwise.
    """

    old: range
    new: range
    moved: bool = False

    @property
    def is_regrouped(self) -> bool:
        """Whether passages were split or merged."""
        return bool(self.old and self.new) and len(self.old) != len(self.new)


def match_leftovers(
    old: Sequence[Passage], new: Sequence[Passage], ours: Sequence[int], theirs: Sequence[int], replaced: list[Block]
) -> list[Match]:
    """Two-sided matches among the places of the replaced stretches, each place in one match at most.

    The surest first: 1. equal texts of one stretch, then of different ones. 2. A passage that became several in its
    place, or several that became one. 3. Texts that share rare runs of words, wherever they stand. 4. What is alike
    inside one stretch. ``ours`` and ``theirs``: a number for each visible text.
    """
    rest = _Rest(old, new, replaced)
    for block in replaced:
        rest.take(_equal(*rest.of(block), ours, theirs))
    everything = Block(range(len(old)), range(len(new)), equal=False)
    rest.take(_equal(*rest.of(everything), ours, theirs))
    for block in replaced:
        rest.take(_regrouped(rest, block))
    rest.take(_alike(rest, replaced))
    for block in replaced:
        rest.take(_reworded(rest, block))
    return rest.found


class _Rest:
    """The places not matched yet, and the matches made."""

    def __init__(self, old: Sequence[Passage], new: Sequence[Passage], replaced: list[Block]) -> None:
        self.old, self.new = old, new
        self.lexicon = Lexicon()
        self.found: list[Match] = []
        self._left = {place for block in replaced for place in block.old}
        self._right = {place for block in replaced for place in block.new}

    def of(self, block: Block) -> tuple[list[int], list[int]]:
        """The places of a stretch that are not matched yet."""
        if len(block.old) > len(self._left) and len(block.new) > len(self._right):
            return sorted(self._left & set(block.old)), sorted(self._right & set(block.new))
        return [p for p in block.old if p in self._left], [p for p in block.new if p in self._right]

    def take(self, matches: Iterator[tuple[range, range]]) -> None:
        for one, other in list(matches):
            self._left.difference_update(one)
            self._right.difference_update(other)
            self.found.append(Match(one, other))

    def left_words(self, places: Sequence[int]) -> dict[int, list[int]]:
        return {place: self.lexicon.words(self.old[place].text) for place in places}

    def right_words(self, places: Sequence[int]) -> dict[int, list[int]]:
        return {place: self.lexicon.words(self.new[place].text) for place in places}


def _equal(
    left: Sequence[int], right: Sequence[int], ours: Sequence[int], theirs: Sequence[int]
) -> Iterator[tuple[range, range]]:
    """The same text at another place, first come first served."""
    waiting: dict[int, deque[int]] = {}
    for place in left:
        waiting.setdefault(ours[place], deque()).append(place)
    for place in right:
        if places := waiting.get(theirs[place]):
            yield _at(places.popleft()), _at(place)


def _regrouped(rest: _Rest, block: Block) -> Iterator[tuple[range, range]]:
    left, right = rest.of(block)
    if len(left) + len(right) < 3 or not (left and right):
        return
    ours, theirs = rest.left_words(left), rest.right_words(right)
    splits = dict(find_splits(ours, theirs))
    yield from ((_at(whole), parts) for whole, parts in splits.items())
    taken = {place for parts in splits.values() for place in parts}
    merged = find_splits(
        {place: words for place, words in theirs.items() if place not in taken},
        {place: words for place, words in ours.items() if place not in splits},
    )
    yield from ((parts, _at(whole)) for whole, parts in merged)


def _alike(rest: _Rest, replaced: Sequence[Block]) -> Iterator[tuple[range, range]]:
    left: dict[int, list[int]] = {}
    right: dict[int, list[int]] = {}
    home: dict[int, int] = {}
    end: dict[int, int] = {}
    for number, block in enumerate(replaced):
        ours, theirs = rest.of(block)
        home |= dict.fromkeys(ours, number)
        end |= dict.fromkeys(theirs, number)
        left |= rest.left_words(ours)
        right |= rest.right_words(theirs)
    pairs = pair_alike(left, right, lambda one, other: home[one] == end[other])
    return ((_at(one), _at(other)) for one, other in pairs)


def _reworded(rest: _Rest, block: Block) -> Iterator[tuple[range, range]]:
    left, right = rest.of(block)
    if left and right:
        paired = pair_up([*rest.left_words(left).values()], [*rest.right_words(right).values()])
        yield from ((_at(left[one]), _at(right[other])) for one, other in paired.items())


def _at(place: int) -> range:
    return range(place, place + 1)
