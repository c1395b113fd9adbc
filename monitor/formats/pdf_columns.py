"""The columns of a table that nobody drew: the white gutters that its lines have in common, page after page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from monitor.formats.pdf import Sheet, Word

_WIDE_GAP: Final = 0.55
"""White space between words, as a share of their size, that is more than a blank."""

_LEAST_GUTTER: Final = 4.0
_CROSSED: Final = 0.02
"""The share of the lines that may reach into a gutter and leave it one (a word too long for its cell)."""

_FURTHEST: Final = 20_000
_LEVEL: Final = 0.4

Gutters = tuple[tuple[float, float], ...]
"""From left to right, each with its left and right edge in points."""

_Stretch = tuple[float, float]


def words_of(sheet: Sheet) -> list[Word]:
    """All words of a page from top to bottom."""
    return sorted((word for line in sheet.lines for word in line.words()), key=lambda word: (word.baseline, word.left))


def lines_of(words: Iterable[Word]) -> list[list[Word]]:
    """Words (given from top to bottom) by the line they stand on, each line from left to right."""
    lines: list[list[Word]] = []
    for word in words:
        if lines and word.baseline - lines[-1][0].baseline <= _LEVEL * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    for line in lines:
        line.sort(key=lambda word: word.left)
    return lines


def find_gutters(sheets: Sequence[Sheet]) -> Gutters:
    """The gutters between columns; none when no line of the document has text in several columns."""
    parted = [stretches for sheet in sheets for stretches in _parted(sheet)]
    if not parted:
        return ()
    first = int(min(line[0][0] for line in parted))
    last = min(max(int(line[-1][1]) for line in parted) + 1, first + _FURTHEST)
    gaps = _gaps(_coverage(parted, first, last), first, most=_CROSSED * len(parted))
    return tuple(gap for gap in gaps if gap[0] > first and gap[1] < last and gap[1] - gap[0] >= _LEAST_GUTTER)


def _parted(sheet: Sheet) -> Iterator[list[_Stretch]]:
    """The lines that have a wide gap in them, as the stretches their text covers."""
    lines = (stretches_of(line) for line in lines_of(words_of(sheet)))
    return (stretches for stretches in lines if len(stretches) > 1)


def stretches_of(line: Sequence[Word]) -> list[_Stretch]:
    """Where a line has text, from left to right; parted where the white space is wider than a blank."""
    stretches = [(line[0].left, line[0].right)]
    for word in line[1:]:
        left, right = stretches[-1]
        if word.left - right <= max(_LEAST_GUTTER, _WIDE_GAP * word.size):
            stretches[-1] = (left, max(right, word.right))
        else:
            stretches.append((word.left, word.right))
    return stretches


def is_caption(line: Sequence[Word], gutters: Gutters) -> bool:
    """Whether a line runs across the columns as text does: a caption, or text before and after the table. A cell that
    only reaches into a gutter, further than those the gutter was found by, is none.
    """
    stretches = stretches_of(line)
    covered = sum(any(start <= left and end >= right for start, end in stretches) for left, right in gutters)
    return covered > 0 and (len(stretches) == 1 or 2 * covered >= len(gutters))


def _coverage(parted: Iterable[Sequence[_Stretch]], first: int, last: int) -> list[int]:
    """For each point from ``first`` to ``last``: how many lines have text there."""
    changes = [0] * (last - first + 2)
    for line in parted:
        for left, right in line:
            changes[_within(int(left), first, last) - first] += 1
            changes[_within(int(right), first, last) + 1 - first] -= 1
    covered, total = [], 0
    for change in changes[:-1]:
        total += change
        covered.append(total)
    return covered


def _within(place: int, first: int, last: int) -> int:
    return min(max(place, first), last)


def _gaps(covered: Sequence[int], first: int, most: float) -> Iterator[tuple[float, float]]:
    """The runs of points that at most ``most`` lines cover."""
    start: int | None = None
    for place, lines in enumerate(covered, start=first):
        if lines <= most and start is None:
            start = place
        elif lines > most and start is not None:
            yield float(start), float(place)
            start = None
    if start is not None:
        yield float(start), float(first + len(covered))
