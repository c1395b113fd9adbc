"""Lining up two long sequences of numbers: which places are equal, and which stretches were replaced.

Patience anchors (elements that occur once on each side) cut the work into gaps; each gap is aligned exactly by the
longest common subsequence, in bounded memory.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MOST_CELLS = 4 * 10**8  # n * m of one gap: 50 MB of memory; a larger gap is reported as replaced as a whole


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the old sequence and the one that stands in its place; ``equal`` ones match one to one."""

    old: range
    new: range
    equal: bool


def align(old: Sequence[int], new: Sequence[int]) -> Iterator[Block]:
    """The blocks that cover both sequences from start to end, in order, none of them empty on both sides.

    1. Cut off equal ends. 2. Anchor on elements unique on both sides, the longest run of them in rising order.
    3. Align what lies between two anchors.
    """
    head = _run(old, new)
    tail = _run(old[head:][::-1], new[head:][::-1])
    ends = len(old) - tail, len(new) - tail
    at, to = head, head
    yield from _equal(0, 0, head)
    for one, other, length in _stretches(_anchors(old, new, head, ends)):
        yield from _gap(old, new, range(at, one), range(to, other))
        yield from _equal(one, other, length)
        at, to = one + length, other + length
    yield from _gap(old, new, range(at, ends[0]), range(to, ends[1]))
    yield from _equal(*ends, tail)


def _stretches(anchors: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Anchors that follow each other on both sides as one: (old start, new start, length)."""
    start = 0
    for index in range(1, len(anchors) + 1):
        one, other = anchors[index - 1]
        if index == len(anchors) or anchors[index] != (one + 1, other + 1):
            yield (*anchors[start], index - start)
            start = index


def _run(old: Sequence[int], new: Sequence[int]) -> int:
    return next(
        (i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _equal(at: int, to: int, length: int) -> Iterator[Block]:
    if length:
        yield Block(range(at, at + length), range(to, to + length), True)


def _anchors(old: Sequence[int], new: Sequence[int], head: int, ends: tuple[int, int]) -> list[tuple[int, int]]:
    places = _unique(new, head, ends[1])
    once = _unique(old, head, ends[0])
    return _rising([(at, places[item]) for item, at in once.items() if item in places])


def _unique(items: Sequence[int], start: int, end: int) -> dict[int, int]:
    """The elements that occur exactly once between start and end, with their places, in order."""
    times = Counter(items[start:end])
    return {items[place]: place for place in range(start, end) if times[items[place]] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second members rise (the first ones do already)."""
    tops: list[int] = []
    last: list[int] = []  # index of the pair that ends the best run of each length
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        tops[length : length + 1] = [place]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    found: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _gap(old: Sequence[int], new: Sequence[int], one: range, other: range) -> Iterator[Block]:
    if not (one and other) or len(one) * len(other) > _MOST_CELLS:
        if one or other:
            yield Block(one, other, False)
        return
    yield from _exact(old, new, one, other)


def _exact(old: Sequence[int], new: Sequence[int], one: range, other: range) -> Iterator[Block]:
    from rapidfuzz.distance import Indel  # loads an extension module; most checks never need it

    at, to = one.start, other.start  # where the replaced stretch now being gathered began
    codes = Indel.opcodes(old[one.start : one.stop], new[other.start : other.stop])
    for code in codes:
        if code.tag != "equal":
            continue
        here, there = one.start + code.src_start, other.start + code.dest_start
        if here > at or there > to:
            yield Block(range(at, here), range(to, there), False)
        yield from _equal(here, there, code.src_end - code.src_start)
        at, to = one.start + code.src_end, other.start + code.dest_end
    if one.stop > at or other.stop > to:
        yield Block(range(at, one.stop), range(to, other.stop), False)
