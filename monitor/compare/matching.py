"""Which passages of an old document became which of a new one: kept, reworded, moved, split, merged, added, removed."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from monitor.compare.canonical import visible
from monitor.compare.leftovers import Match, match_leftovers
from monitor.model.snapshot import Passage
from monitor.redline.alignment import Block, align, rising

Stand = Literal["old", "new", "both"]
"""In which of the two documents a match stands at this point of the reading order."""


def match_passages(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[tuple[Match, Stand]]:
    """Every place of both documents once, in reading order: what is gone stands where it stood, before what came.

    A moved match comes twice: with ``old`` where it stood, with ``new`` where it stands. Taking the ``old`` and
    ``both`` ones gives the old document in its order, the ``new`` and ``both`` ones the new document.

    1. Intern the visible texts and align them. 2. Match what is left over (see ``match_leftovers``). 3. Matches that
    keep their order inside one replaced stretch stand where they stood; the others moved.
    """
    ours, theirs = _interned(old, new)
    blocks = list(align(ours, theirs))
    walk = _Walk(blocks, match_leftovers(old, new, ours, theirs, [block for block in blocks if not block.equal]))
    for number, block in enumerate(blocks):
        if block.equal:
            yield from ((Match(_at(one), _at(other)), "both") for one, other in zip(block.old, block.new, strict=True))
        else:
            yield from walk.through(number, block)


def _interned(old: Sequence[Passage], new: Sequence[Passage]) -> tuple[list[int], list[int]]:
    """One number for each visible text; texts equal as published are looked at once only."""
    ids: dict[str, int] = {}
    known: dict[str, int] = {}

    def number(text: str) -> int:
        if text not in known:
            known[text] = ids.setdefault(visible(text), len(ids))
        return known[text]

    return [number(passage.text) for passage in old], [number(passage.text) for passage in new]


def _at(place: int) -> range:
    return range(place, place + 1)


class _Walk:
    """The replaced stretches in reading order."""

    def __init__(self, blocks: Sequence[Block], matches: Iterable[Match]) -> None:
        self._standing: dict[int, list[Match]] = {}
        self._leaving: dict[int, Match] = {}
        self._coming: dict[int, Match] = {}
        inside: dict[int, list[Match]] = {}
        homes, ends = _numbered(blocks, "old"), _numbered(blocks, "new")
        for match in matches:
            number = homes[match.old.start]
            if number == ends[match.new.start]:
                inside.setdefault(number, []).append(match)
            else:
                self._move(match)
        for number, found in inside.items():
            self._part(number, sorted(found, key=lambda match: match.old.start))

    def _part(self, number: int, found: list[Match]) -> None:
        keep = set(rising([(match.old.start, match.new.start) for match in found]))
        self._standing[number] = [match for index, match in enumerate(found) if index in keep]
        for index, match in enumerate(found):
            if index not in keep:
                self._move(match)

    def _move(self, match: Match) -> None:
        moved = Match(match.old, match.new, moved=True)
        self._leaving[match.old.start] = self._coming[match.new.start] = moved

    def through(self, number: int, block: Block) -> Iterator[tuple[Match, Stand]]:
        at, to = block.old.start, block.new.start
        for match in self._standing.get(number, ()):
            yield from self._aside(range(at, match.old.start), range(to, match.new.start))
            yield match, "both"
            at, to = match.old.stop, match.new.stop
        yield from self._aside(range(at, block.old.stop), range(to, block.new.stop))

    def _aside(self, old: range, new: range) -> Iterator[tuple[Match, Stand]]:
        """What left between two standing matches, then what came there."""
        waiting = deque(old)
        while waiting:
            left = self._leaving.get(waiting[0]) or Match(_at(waiting[0]), range(0))
            yield left, "old"
            for _ in left.old:
                waiting.popleft()
        waiting.extend(new)
        while waiting:
            came = self._coming.get(waiting[0]) or Match(range(0), _at(waiting[0]))
            yield came, "new"
            for _ in came.new:
                waiting.popleft()


def _numbered(blocks: Sequence[Block], side: Literal["old", "new"]) -> dict[int, int]:
    """The number of the replaced stretch each place lies in."""
    return {
        place: number
        for number, block in enumerate(blocks)
        if not block.equal
        for place in (block.old if side == "old" else block.new)
    }
