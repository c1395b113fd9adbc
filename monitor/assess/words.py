"""A text cut into its words, each with its place: what stands at a word is looked up, not searched for."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, compress, count

from msgspec import Struct

_FEW_SIGNS = 40
_SIGN = re.compile(r"[\W_]")
_SIGNS_TO_BLANKS = "".join(" " if _SIGN.match(char) else char for char in map(chr, range(128)))


class Words(Struct, frozen=True):
    """The words of a folded, lower-case text, one sign between each two: where signs stand together, the words between
    are empty, and so is one behind the last.
    """

    texts: Sequence[str]
    ends: Sequence[int]
    """The end of each word, the signs before it not counted."""

    def place(self, number: int) -> tuple[int, int]:
        end = self.ends[number] + number
        return end - len(self.texts[number]), end

    def number_at(self, start: int) -> int:
        """The number of the first word that begins at ``start`` or behind it."""
        numbers = range(len(self.texts))
        return bisect_left(numbers, start, key=lambda number: self.place(number)[0]) if start else 0

    def met(self, look_up: Callable[[str], object], first: int = 0, last: int | None = None) -> Iterator[int]:
        """The numbers of the words from ``first`` up to ``last`` that ``look_up`` knows something of."""
        texts = self.texts[first:last] if first or last is not None else self.texts
        return compress(count(first), map(look_up, texts))


@lru_cache(maxsize=2)
def words_of(lower: str) -> Words:
    """The words of ``lower``; remembered for the next who asks, as terms and dates are looked for in one text."""
    texts = cut(lower)
    texts.append("")
    return Words(texts, [*accumulate(map(len, texts))])


def cut(lower: str) -> list[str]:
    """The words of a folded, lower-case text without their places."""
    if lower.isascii():
        return lower.translate(_SIGNS_TO_BLANKS).split(" ")
    signs = {char for char in set(lower) if not char.isalnum()}
    if len(signs) > _FEW_SIGNS:
        return _SIGN.split(lower)
    for sign in signs:  # much faster than the regular expression
        lower = lower.replace(sign, " ")
    return lower.split(" ")
