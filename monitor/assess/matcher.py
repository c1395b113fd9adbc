"""Finds every written pattern in one walk over the words of a text.

1. Each pattern is filed under the words it can begin with, and there under the words that can stand next.
2. A word of the text that begins none is passed over after one look-up; most are.
3. Where both words fit, and only there, the pattern's regular expression is compiled and tried.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from monitor.assess.folding import Folded
from monitor.assess.terms import GAP_WORDS, MAX_SIGNS, STEM, Beginnings, Pattern, expression
from monitor.assess.words import words_of

MAX_HITS_PER_PATTERN = 40
_MET_WORDS = 20_000
_GAP_REACH = (GAP_WORDS + 1) * MAX_SIGNS


class Hit(Struct, frozen=True, gc=False):
    """One place where a pattern was found; positions are in the folded text."""

    id: str
    start: int
    end: int


class _Begun(Struct, frozen=True):
    """A pattern whose first word was met; ``later``: what must come within its gap, None where that is not plain."""

    id: str
    words: str
    apart: int
    exact: bool
    later: Beginnings | None


_AllBegun = tuple[_Begun, ...]


class _Beginning(Struct, frozen=True, kw_only=True):
    """The patterns that one word can begin, in the order given, by the word that stands next."""

    by_next: Mapping[str, _AllBegun]
    by_next_stem: Mapping[str, _AllBegun]
    otherwise: _AllBegun

    def with_next(self, word: str) -> _AllBegun:
        patterns = self.by_next.get(word)
        if patterns is None:
            return self.by_next_stem.get(word[:STEM], self.otherwise) if self.by_next_stem else self.otherwise
        return patterns


class _Beginnings(dict[str, _Beginning | None]):
    """What each word can begin, None for most; filed when a text first has the word, and remembered: the words of texts
    come again and again.
    """

    def __init__(self, whole: Mapping[str, Sequence[Pattern]], opened: Mapping[str, Sequence[Pattern]]) -> None:
        super().__init__()
        self._whole = whole
        self._opened = opened

    def __missing__(self, word: str) -> _Beginning | None:
        if len(self) > _MET_WORDS:
            self.clear()
        whole = self._whole.get(word, ())
        opened = self._opened.get(word[:STEM], ())
        patterns = [*whole, *(pattern for pattern in opened if word.startswith(pattern.first.opened))]
        beginning = self[word] = _beginning(patterns) if patterns else None
        return beginning


class Matcher(Struct, frozen=True):
    """Every pattern of the rules, filed under the word it begins with."""

    beginnings: _Beginnings

    def find(self, folded: Folded) -> dict[str, list[Hit]]:
        """Hits by pattern id, in text order, at most ``MAX_HITS_PER_PATTERN`` each."""
        found: dict[str, list[Hit]] = {}
        words = words_of(folded.lower)
        texts = words.texts
        for number in words.met(self.beginnings.__getitem__):
            beginning = self.beginnings[texts[number]]
            patterns = beginning and beginning.with_next(texts[number + 1] or _next_word(texts, number))
            if not patterns:
                continue
            start, stop = words.place(number)
            for pattern in patterns:
                hits = found.get(pattern.id)
                if hits is not None and len(hits) >= MAX_HITS_PER_PATTERN:
                    continue
                end = _end_of(pattern, folded, start, texts, number) if pattern.words else stop
                if not end:
                    continue
                hit = Hit(pattern.id, start, end)
                if hits is None:
                    found[pattern.id] = [hit]
                else:
                    hits.append(hit)
        return found


def _next_word(words: Sequence[str], number: int) -> str:
    return next(filter(None, words[number + 1 : number + 1 + MAX_SIGNS]), "")


def _end_of(pattern: _Begun, folded: Folded, start: int, words: Sequence[str], number: int) -> int:
    """Where a pattern of more than one word ends when it begins with this word, else 0."""
    if pattern.later is not None and not pattern.later.any_of(words[number + 1 : number + 1 + _GAP_REACH]):
        return 0
    match = _compiled(pattern.words, pattern.apart).match(folded.exact if pattern.exact else folded.lower, start)
    return match.end() if match else 0


@lru_cache(maxsize=4096)
def _compiled(words: str, apart: int) -> re.Pattern[str]:
    """Written and compiled at first need: most patterns are never met in a run."""
    return re.compile(expression(words, apart))


def build_matcher(patterns: Iterable[Pattern]) -> Matcher:
    """Files the patterns; those of one word stay in the order given, the open ones last."""
    whole: dict[str, list[Pattern]] = {}
    opened: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        for word in pattern.first.words:
            whole.setdefault(word, []).append(pattern)
        for stem in pattern.first.stems:
            opened.setdefault(stem, []).append(pattern)
    return Matcher(_Beginnings(whole, opened))


def _beginning(patterns: Sequence[Pattern]) -> _Beginning:
    begun = [(_begun(pattern), pattern.following[0]) for pattern in patterns]
    seconds = [second for _, second in begun if second is not None]
    words = {word for second in seconds for word in second.words}
    stems = {stem for second in seconds for stem in second.stems}
    return _Beginning(
        by_next={word: tuple(one for one, second in begun if second is None or second.fits(word)) for word in words},
        by_next_stem={
            stem: tuple(one for one, second in begun if second is None or stem in second.stems) for stem in stems
        },
        otherwise=tuple(one for one, second in begun if second is None),
    )


def _begun(pattern: Pattern) -> _Begun:
    return _Begun(pattern.id, pattern.words, pattern.apart, pattern.exact, pattern.following[1])


def near(hits: Sequence[Hit], others: Iterable[Hit], within: int) -> Hit | None:
    """The first of ``hits`` that has one of ``others`` at most ``within`` characters away."""
    rest = tuple(others)
    for hit in hits:
        for other in rest:
            if other.start - hit.end <= within and hit.start - other.end <= within:
                return hit
    return None
