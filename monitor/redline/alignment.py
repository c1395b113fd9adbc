"""Lining up two long sequences of numbers: which places are equal, and which stretches were replaced.

Patience anchors (elements that occur once on each side) cut the work into gaps; each gap is aligned exactly by the
longest common subsequence. A gap too large for that is cut by runs that occur once, and what is still too large is
aligned through a window that slides along both sides. So time and memory are bounded for every input: never worse than
proportional to its length.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

_MOST_CELLS = 10**8  # n * m of one gap aligned at once: 12 MB of memory, a fiftieth of a second
_RUN = 8  # elements that make a run which may anchor where single elements are too common
_WIDEST_WINDOW, _NARROWEST_WINDOW = 8_000, 500
_WINDOW_CELLS = 10**9  # cells spent on one gap by the sliding window, as long as it is no narrower than the narrowest

_Match = tuple[int, int, int]  # old start, new start, length


class Block(Struct, frozen=True):
    """A stretch of the old sequence and the one that stands in its place; ``equal`` ones match one to one."""

    old: range
    new: range
    equal: bool


def align(old: Sequence[int], new: Sequence[int]) -> Iterator[Block]:
    """The blocks that cover both sequences from start to end, in order, none of them empty on both sides.

    1. Cut off equal ends. 2. Anchor on elements unique on both sides, the longest run of them in rising order.
    3. Align what lies between two anchors.
    """
    return _blocks(_matches(old, new), len(old), len(new))


def align_closely(old: Sequence[int], new: Sequence[int]) -> Iterator[Block]:
    """As ``align``, but short sequences are aligned by the longest common subsequence alone: the fewest edits."""
    if len(old) * len(new) > _MOST_CELLS:
        return align(old, new)
    return _blocks(_exact(old, new, range(len(old)), range(len(new))), len(old), len(new))


def _blocks(matches: Iterator[_Match], ours: int, theirs: int) -> Iterator[Block]:
    """The matches as equal blocks, runs that follow each other as one, and what lies between them."""
    at, to = 0, 0
    for one, other, length in _runs(matches):
        if one > at or other > to:
            yield Block(range(at, one), range(to, other), False)
        yield Block(range(one, one + length), range(other, other + length), True)
        at, to = one + length, other + length
    if at < ours or to < theirs:
        yield Block(range(at, ours), range(to, theirs), False)


def _runs(matches: Iterator[_Match]) -> Iterator[_Match]:
    start, opposite, length = 0, 0, 0
    for one, other, count in matches:
        if one == start + length and other == opposite + length:
            length += count
            continue
        if length:
            yield start, opposite, length
        start, opposite, length = one, other, count
    if length:
        yield start, opposite, length


def _matches(old: Sequence[int], new: Sequence[int]) -> Iterator[_Match]:
    head = _equal_ends(old, new)
    tail = _equal_ends(old[head:][::-1], new[head:][::-1])
    ends = len(old) - tail, len(new) - tail
    yield 0, 0, head
    one, other = range(head, ends[0]), range(head, ends[1])
    anchors = _anchors(old[head : ends[0]], new[head : ends[1]], head, head)
    yield from _between(old, new, one, other, anchors, _run_gap)
    yield *ends, tail


_Fill = Callable[[Sequence[int], Sequence[int], range, range], Iterator[_Match]]


def _between(
    old: Sequence[int], new: Sequence[int], one: range, other: range, anchors: Sequence[tuple[int, int]], large: _Fill
) -> Iterator[_Match]:
    """The anchors, and the matches in the gaps before, between and after them."""
    at, to = one.start, other.start
    for here, there in anchors:
        if here > at and there > to:
            yield from _gap(old, new, range(at, here), range(to, there), large)
        yield here, there, 1
        at, to = here + 1, there + 1
    yield from _gap(old, new, range(at, one.stop), range(to, other.stop), large)


def _gap(old: Sequence[int], new: Sequence[int], one: range, other: range, large: _Fill) -> Iterator[_Match]:
    if not (one and other):
        return iter(())
    return (_exact if len(one) * len(other) <= _MOST_CELLS else large)(old, new, one, other)


def _run_gap(old: Sequence[int], new: Sequence[int], one: range, other: range) -> Iterator[_Match]:
    """A large gap: anchored on runs of elements that occur once, where no single element does."""
    ours, theirs = _run_hashes(old[one.start : one.stop]), _run_hashes(new[other.start : other.stop])
    found = _anchors(ours, theirs, one.start, other.start)
    sound = [(at, to) for at, to in found if old[at] == new[to]]  # equal hashes alone prove nothing
    return _between(old, new, one, other, sound, _slide)


def _run_hashes(items: Sequence[int]) -> list[int]:
    return [hash(run) for run in zip(*(items[step:] for step in range(_RUN)), strict=False)]


def _slide(old: Sequence[int], new: Sequence[int], one: range, other: range) -> Iterator[_Match]:
    """Windows of both sides aligned one after the other, each beginning where the last one is sure to end."""
    reach = min(_WIDEST_WINDOW, max(_NARROWEST_WINDOW, _WINDOW_CELLS // (len(one) + len(other))))
    sure = reach * 3 // 4  # what stands near the end of a window may belong to something behind it
    at, to = one.start, other.start
    while at < one.stop and to < other.stop:
        ours, theirs = range(at, min(at + reach, one.stop)), range(to, min(to + reach, other.stop))
        is_last = ours.stop == one.stop and theirs.stop == other.stop
        end, opposite = at + sure // 2, to + sure // 2
        for here, there, length in _exact(old, new, ours, theirs):
            kept = length if is_last else min(length, at + sure - here, to + sure - there)
            if kept <= 0:
                break
            yield here, there, kept
            end, opposite = max(end, here + kept), max(opposite, there + kept)
        if is_last:
            return
        at, to = end, opposite


def _equal_ends(old: Sequence[int], new: Sequence[int]) -> int:
    return next(
        (i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )


def _anchors(old: Sequence[int], new: Sequence[int], at: int, to: int) -> list[tuple[int, int]]:
    """The places of elements unique on both sides, in rising order; ``at`` and ``to`` are the places of the first."""
    places, once = _unique(new), _unique(old)
    pairs = [(at + place, to + places[item]) for item, place in once.items() if item in places]
    return [pairs[index] for index in rising(pairs)]


def _unique(items: Sequence[int]) -> dict[int, int]:
    """The elements that occur exactly once, with their places, in order."""
    times = Counter(items)
    return {item: place for place, item in enumerate(items) if times[item] == 1}


def _exact(old: Sequence[int], new: Sequence[int], one: range, other: range) -> Iterator[_Match]:
    from rapidfuzz.distance import Indel  # loads an extension module; most checks never need it

    for code in Indel.opcodes(old[one.start : one.stop], new[other.start : other.stop]):
        if code.tag == "equal":
            yield one.start + code.src_start, other.start + code.dest_start, code.src_end - code.src_start


def rising(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """The indices of the longest run of pairs whose second members rise (the first ones must do already)."""
    tops: list[int] = []
    last: list[int] = []  # index of the pair that ends the best run of each length
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        tops[length : length + 1] = [place]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    found: list[int] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]
