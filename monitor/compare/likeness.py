"""Texts that are alike wherever they stand, found by the rare runs of words they share."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from monitor.redline.words import cut_long

_WORD = re.compile(r"\w+")
_RUN = 4  # words that make a run; of fewer words than twice that a text says too little to be known again elsewhere
_MOST_RUNS = 256  # of one text, picked by their hash: the same runs are picked from both texts
_COMMON = 8  # a run found in more texts than that tells nothing
_CANDIDATES = 3  # texts compared in full
_FIRST_WORDS = 5_000  # that are compared
_NEAR, _FAR = 0.5, 0.75  # least share of words in common in the same stretch, and elsewhere
_HERE = 0.1  # by how much a likeness elsewhere must exceed one in the same stretch

Words = Sequence[int]


class Lexicon:
    """A number for each word, whatever its case."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def words(self, text: str) -> list[int]:
        return [self._ids.setdefault(word, len(self._ids)) for word in cut_long(_WORD.findall(text.casefold()))]


def likeness(one: Words, other: Words) -> float:
    """The share of words in common, in order: twice the common ones by all; 0 to 1."""
    from rapidfuzz.distance import Indel  # loads an extension module; most checks never need it

    return float(Indel.normalized_similarity(one[:_FIRST_WORDS], other[:_FIRST_WORDS]))


def pair_alike(
    left: Mapping[int, Words], right: Mapping[int, Words], together: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Old and new places whose texts are alike, each used once, the best pairs first.

    ``together``: whether both places lie in the same replaced stretch. Time is proportional to the texts' length.
    """
    index = _index(left)
    claims = sorted(
        (-score, abs(one - other), one, other)
        for other, words in right.items()
        for one in _candidates(words, index)
        if (score := _score(left[one], words, here=together(one, other)))
    )
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, _, one, other in claims:
        if one not in used_old and other not in used_new:
            used_old.add(one)
            used_new.add(other)
            yield one, other


def _score(one: Words, other: Words, *, here: bool) -> float:
    share = likeness(one, other)
    if share < (_NEAR if here else _FAR):
        return 0.0
    return share + _HERE if here else share


def _index(texts: Mapping[int, Words]) -> dict[int, list[int]]:
    """Run of words -> the places that hold it, those of common runs cut short."""
    found: dict[int, list[int]] = {}
    for place, words in texts.items():
        for run in _runs(words):
            places = found.setdefault(run, [])
            if len(places) <= _COMMON:
                places.append(place)
    return found


def _candidates(words: Words, index: Mapping[int, list[int]]) -> list[int]:
    shared = (index.get(run, ()) for run in _runs(words))
    votes = Counter(place for places in shared if len(places) <= _COMMON for place in places)
    return [place for place, _ in votes.most_common(_CANDIDATES)]


def _runs(words: Words) -> set[int]:
    if len(words) < 2 * _RUN:
        return set()
    runs = {hash(run) for run in zip(*(words[step:] for step in range(_RUN)), strict=False)}
    mask = 0
    while len(runs) > _MOST_RUNS:  # powers of two: what a long text picks a short one picks too
        mask = 2 * mask + 1
        runs = {run for run in runs if not run & mask}
    return runs
