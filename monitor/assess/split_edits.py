"""An edit that was split: its old wording went with one passage, its new one came with another.

1. Only sentences that take a side, of passages removed and of passages added, are looked at.
2. Two are one edit when they are opposed and about the same matter, and neither is nearly as close to any other.
3. What is opposed but cannot be told apart so is said plainly: one passage removed, one added.
"""

from collections.abc import Iterator, Sequence

from monitor.assess.rulebook import Scale
from monitor.assess.sentences import Sentence, are_opposed, overlap

Pair = tuple[Sentence, Sentence]

_CLOSE = 0.5
_SHARED_WORDS = 2
_AHEAD = 0.2
"""By how much a pair must be closer than either of its sentences is to a third."""


def pairs_of(gone: Sequence[Sentence], come: Sequence[Sentence], scales: Sequence[Scale]) -> Iterator[Pair]:
    """Each removed sentence with the added one that can only be its new wording."""
    for one in gone:
        rivals = [other for other in come if _opposed(one, other, scales)]
        best = max(rivals, key=lambda other: overlap(one, other), default=None)
        if best is not None and _is_close(one, best) and _is_alone(one, best, gone, come):
            yield one, best


def unpaired(gone: Sequence[Sentence], come: Sequence[Sentence], scales: Sequence[Scale]) -> Pair | None:
    """The first removed and added sentences that are opposed, whatever they are about; None when none are."""
    return next(((one, other) for one in gone for other in come if _opposed(one, other, scales)), None)


def _opposed(one: Sentence, other: Sentence, scales: Sequence[Scale]) -> bool:
    return any(are_opposed(one, other, scale) for scale in scales)


def _is_close(one: Sentence, other: Sentence) -> bool:
    return len(one.matter & other.matter) >= _SHARED_WORDS and overlap(one, other) >= _CLOSE


def _is_alone(one: Sentence, other: Sentence, gone: Sequence[Sentence], come: Sequence[Sentence]) -> bool:
    ours = overlap(one, other)
    thirds = [overlap(one, third) for third in come if third is not other and third.key != other.key]
    thirds += [overlap(third, other) for third in gone if third is not one and third.key != one.key]
    return all(ours - third >= _AHEAD for third in thirds)
