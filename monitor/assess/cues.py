"""Finds written expressions in a text, each tried only at the words it can begin with."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.assess.first_words import first_words
from monitor.assess.words import words_of

_MET_WORDS = 20_000
"""More than real lists have: a memory that is emptied on the way is of little use."""


class _Cue(NamedTuple):
    """An expression; of two that begin at one place the one of the upper kind, then the upper one counts."""

    kind: int
    number: int
    expression: str


class Cues(dict[str, re.Pattern[str] | None]):
    """By word of a text, the expressions that begin with it, compiled at first need: a text meets a few of them.

    ``kinds``: the expressions of each kind; a match's ``lastgroup`` is ``k0`` for one of the first kind, and so on.
    """

    def __init__(self, kinds: Sequence[Sequence[str]]) -> None:
        super().__init__()
        self._whole: dict[str, list[_Cue]] = {}
        self._opened: dict[str, list[tuple[str, _Cue]]] = {}
        for kind, expressions in enumerate(kinds):
            for number, expression in enumerate(expressions):
                self._file(_Cue(kind, number, expression))

    def _file(self, cue: _Cue) -> None:
        first = first_words(cue.expression)
        for letters in first.opened:
            self._opened.setdefault(letters[:1], []).append((letters, cue))
        for word in first.words:
            self._whole.setdefault(word, []).append(cue)

    def __missing__(self, word: str) -> re.Pattern[str] | None:
        if len(self) > _MET_WORDS:
            self.clear()
        opened = (*self._opened.get(word[:1], ()), *self._opened.get("", ()))
        begun = {*self._whole.get(word, ()), *(cue for letters, cue in opened if word.startswith(letters))}
        compiled = self[word] = _compiled(sorted(begun)) if begun else None
        return compiled

    def found(self, lower: str, start: int, stop: int, end: int) -> Iterator[re.Match[str]]:
        """What begins within ``start`` and ``stop`` of a folded, lower-case text and is over at ``end``, in text order,
        none overlapping another.
        """
        words = words_of(lower)
        free = start
        for number in words.met(self.__getitem__, words.number_at(start), words.number_at(stop)):
            at, _ = words.place(number)
            cues = self[words.texts[number]]
            match = cues.match(lower, at, end) if cues is not None and at >= free else None
            if match:
                free = match.end()
                yield match


def _compiled(cues: Sequence[_Cue]) -> re.Pattern[str]:
    by_kind: dict[int, list[str]] = {}
    for cue in cues:
        by_kind.setdefault(cue.kind, []).append(cue.expression)
    return re.compile("|".join(rf"(?P<k{kind}>\b(?:{'|'.join(each)})\b)" for kind, each in by_kind.items()))
