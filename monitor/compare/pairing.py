"""Which old text became which new one, inside a stretch that was replaced."""

from collections.abc import Iterator, Sequence, Set

_CUTOFF = 0.5  # share of words in common (twice the common ones by all); below it the two are different texts
_MOST_PAIRS = 200_000  # old texts * new texts of one stretch, and
_MOST_CELLS = 4 * 10**8  # old words * new words: about half a second; beyond either only neighbours are compared,
_NEIGHBOURS = 8  # this many to each side,
_FIRST_WORDS = 300  # by their beginnings
_ROUNDS = 3  # how often the losers of a double claim may choose again

_Words = Sequence[Sequence[int]]


def pair_up(ours: _Words, theirs: _Words) -> dict[int, int]:
    """Old index -> new index of the texts (as numbers, one a word) that are alike, each used once; the best first.

    Bounded: a stretch too large to compare each with each is compared with the texts at about the same height only.
    """
    reach = max(len(theirs), 1)
    if _too_much(ours, theirs):
        reach = _NEIGHBOURS
        ours, theirs = ([words[:_FIRST_WORDS] for words in texts] for texts in (ours, theirs))
    paired: dict[int, int] = {}
    for _ in range(_ROUNDS):
        taken = set(paired.values())
        settled = _settled(_claims(ours, theirs, reach, set(paired), taken))
        if not settled:
            break
        paired |= settled
    return paired


def _too_much(ours: _Words, theirs: _Words) -> bool:
    cells = sum(map(len, ours)) * sum(map(len, theirs))
    return cells > _MOST_CELLS or len(ours) * len(theirs) > _MOST_PAIRS


def _claims(
    ours: _Words, theirs: _Words, reach: int, done: Set[int], taken: Set[int]
) -> Iterator[tuple[float, int, int, int]]:
    """Each old text's best match: (minus likeness, distance, old index, new index), so that the least is the best."""
    from rapidfuzz import process  # loads extension modules; most checks never need them
    from rapidfuzz.distance import Indel

    for index, words in enumerate(ours):
        if index in done:
            continue
        middle = index * len(theirs) // len(ours)
        choices = {place: theirs[place] for place in _outward(middle, reach, len(theirs)) if place not in taken}
        best = process.extractOne(words, choices, scorer=Indel.normalized_similarity, score_cutoff=_CUTOFF)
        if best is not None:
            yield -best[1], abs(best[2] - middle), index, best[2]


def _outward(middle: int, reach: int, length: int) -> Iterator[int]:
    """The places around the middle, the nearest first: of several matches equally good the nearest is taken."""
    around = (middle + step * side for step in range(reach + 1) for side in ((1, -1) if step else (1,)))
    return (place for place in around if 0 <= place < length)


def _settled(claims: Iterator[tuple[float, int, int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, index, choice in sorted(claims):
        if choice not in taken:
            found[index] = choice
            taken.add(choice)
    return found
