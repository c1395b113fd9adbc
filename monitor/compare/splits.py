"""One passage that became several in its place; read the other way round, several that became one."""

from collections.abc import Iterator, Mapping, Sequence

from monitor.compare.likeness import Words, likeness

_LEAD = 2  # words in which the first part and the whole begin alike
_LEAST_WORDS = 6  # of a whole
_MOST_PARTS = 20
_STARTS = 4  # parts that may be tried as the first
_LIKE = 0.85  # likeness of the whole and of its parts joined


def find_splits(wholes: Mapping[int, Words], parts: Mapping[int, Words]) -> Iterator[tuple[int, range]]:
    """Each whole with the run of neighbouring parts it became; no part is used twice. Both in order of their places."""
    starts: dict[tuple[int, ...], list[int]] = {}
    for place, words in parts.items():
        starts.setdefault(tuple(words[:_LEAD]), []).append(place)
    used: set[int] = set()
    for place, words in wholes.items():
        if len(words) < _LEAST_WORDS:
            continue
        for first in starts.get(tuple(words[:_LEAD]), ())[:_STARTS]:
            run = _run(words, first, parts, used)
            if len(run) > 1 and _fits(words, [parts[part] for part in run]):
                used.update(run)
                yield place, run
                break


def _run(words: Words, first: int, parts: Mapping[int, Words], used: set[int]) -> range:
    """The parts from ``first`` on whose length together comes nearest to the whole's."""
    length, best, stop = 0, len(words), first
    for place in range(first, first + _MOST_PARTS):
        if place not in parts or place in used:
            break
        length += len(parts[place])
        if abs(length - len(words)) > best:
            break
        best, stop = abs(length - len(words)), place + 1
    return range(first, stop)


def _fits(words: Words, parts: Sequence[Words]) -> bool:
    """Whether the parts joined are like the whole, and more so than without any one of their ends."""
    joined = [word for part in parts for word in part]
    share = likeness(words, joined)
    return share >= _LIKE and share > max(
        likeness(words, joined[: len(joined) - len(parts[-1])]), likeness(words, joined[len(parts[0]) :])
    )
