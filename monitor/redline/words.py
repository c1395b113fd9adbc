"""Word by word: what one text took out and the other put in."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from monitor.model.redline import Span
from monitor.redline.alignment import align_closely

_TOKENS = re.compile(r"\w+(?:[.,/'\u2019-]\w+)*|\n|[^\S\n]+|[^\w\s]")
_LONGEST_WORD = 100  # characters; anything longer is no word, and is compared sign by sign,
_LONGEST_RUN = 2_000  # or in pieces that end at certain letters, so that an insertion shifts only the piece it is in
_PIECES = re.compile(r".{4,40}?[aeiou0-4]|.{1,40}", re.DOTALL)
_LONGEST = 12_000_000  # characters of both texts together, less what they share at their ends; beyond it, a whole edit
_ISLAND = 3  # unchanged words at most between two edits that are told as one

_Step = tuple[str, str]  # old text, new text; equal when nothing happened


def redline(old: str, new: str) -> tuple[Span, ...]:
    """The spans that lead from ``old`` to ``new``, removed before added; exactly these texts, blanks included.

    Bounded in time and memory, whatever the texts: a few microseconds a character at worst.
    """
    if old == new:
        return (Span(kind="same", text=old),) if old else ()
    head = _head(old, new)
    tail = _tail(old[head:], new[head:])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    steps = [(before, after)] if len(before) + len(after) > _LONGEST else _steps(_tokens(before), _tokens(after))
    ends = (old[:head],) * 2, (old[len(old) - tail :],) * 2
    return tuple(_spans(_joined(_joined((ends[0], *steps, ends[1]), _is_blank), _is_island)))


def _head(old: str, new: str) -> int:
    """The length of what both begin with, up to the last blank in it. Halving is faster than looking at each sign."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return old.rfind(" ", 0, low) + 1


def _tail(old: str, new: str) -> int:
    """The length of what both end with, from the first blank in it on."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    blank = old.find(" ", len(old) - low)
    return len(old) - blank if blank >= 0 else 0


def _tokens(text: str) -> list[str]:
    return cut_long(_TOKENS.findall(text))


def cut_long(words: list[str]) -> list[str]:
    """The words, those too long to be any in pieces that can be compared."""
    if max(map(len, words), default=0) <= _LONGEST_WORD:
        return words
    return [part for word in words for part in _parts(word)]


def _parts(word: str) -> Iterable[str]:
    if len(word) <= _LONGEST_WORD:
        return (word,)
    return word if len(word) <= _LONGEST_RUN else _PIECES.findall(word)


def _steps(before: Sequence[str], after: Sequence[str]) -> list[_Step]:
    ids: dict[str, int] = {}
    ours, theirs = ([ids.setdefault(word, len(ids)) for word in words] for words in (before, after))
    return [
        ("".join(before[b.old.start : b.old.stop]), "".join(after[b.new.start : b.new.stop]))
        for b in align_closely(ours, theirs)
    ]


class _Edit:
    """An edit that grows over the unchanged islands behind it."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = [old], [new]
        self._lengths = [len(old), len(new)]

    def grow(self, gap: str, old: str, new: str) -> None:
        self._old += (gap, old)
        self._new += (gap, new)
        self._lengths = [length + len(gap) + len(more) for length, more in zip(self._lengths, (old, new), strict=True)]

    @property
    def size(self) -> int:
        return max(self._lengths)

    @property
    def step(self) -> _Step:
        return "".join(self._old), "".join(self._new)


def _joined(steps: Iterable[_Step], is_island: Callable[[str, int, int], bool]) -> Iterator[_Step]:
    """Edits with an island between them as one: "a slow" for "the quick" is one edit, not two around a blank."""
    edit: _Edit | None = None
    gap = ""
    for old, new in steps:
        if old == new:
            gap += old
        elif edit is not None and is_island(gap, edit.size, max(len(old), len(new))):
            edit.grow(gap, old, new)
            gap = ""
        else:
            yield from _released(edit, gap)
            edit, gap = _Edit(old, new), ""
    yield from _released(edit, gap)


def _released(edit: _Edit | None, gap: str) -> Iterator[_Step]:
    if edit is not None:
        yield edit.step
    if gap:
        yield gap, gap


def _is_blank(gap: str, _before: int, _after: int) -> bool:
    """Blanks and marks alone."""
    return not any(map(str.isalnum, gap))


def _is_island(gap: str, before: int, after: int) -> bool:
    """A few words lost between two far longer edits."""
    return 3 * len(gap) <= min(before, after) and len(gap.split()) <= _ISLAND


def _spans(steps: Iterable[_Step]) -> Iterator[Span]:
    for old, new in steps:
        if old == new:
            yield Span(kind="same", text=old)
            continue
        if old:
            yield Span(kind="removed", text=old)
        if new:
            yield Span(kind="added", text=new)
