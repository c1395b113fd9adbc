"""Patterns written for people, read into what the matcher looks for.

Blank-separated words; ``a|b`` either word; ``autonom*`` any ending; ``codes?`` with or without the last letter; ``...``
up to three words between; ``<clinician>`` any word of a list that bears this name.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from monitor.assess.folding import fold

STEM = 4
"""An open word is filed under so many of its first letters."""

GAP_WORDS = 3
"""The most words that ``...`` stands for."""

MAX_SIGNS = 6
"""The most blanks and signs between two words of a pattern."""

TOKEN = re.compile(r"[^\W_]+")
"""One word of a text."""

_GAP_WORD = "..."
_BETWEEN = rf"[^\w.;:!?]{{1,{MAX_SIGNS}}}"
_GAP = rf"(?:[^\W_]+{_BETWEEN}){{0,{GAP_WORDS}}}"
_WORD_END = r"(?![^\W_])"
_LIST = re.compile(r"<([a-z-]+)>")
_WORD_SHAPE = re.compile(r"[a-z0-9./&'+]+(?:\?[a-z0-9./&'+]*)?\*?", re.IGNORECASE)


class Beginnings(Struct, frozen=True, kw_only=True):
    """What a word of the text must be: one of the whole ``words``, or begin with all the letters of one ``opened``."""

    words: frozenset[str]
    opened: tuple[str, ...] = ()

    def fits(self, word: str) -> bool:
        return word in self.words or word.startswith(self.opened)

    def any_of(self, words: Sequence[str]) -> bool:
        if not self.words.isdisjoint(words):
            return True
        return bool(self.opened) and any(word.startswith(self.opened) for word in words)

    @property
    def stems(self) -> frozenset[str]:
        """The first letters that an open word is filed under."""
        return frozenset(letters[:STEM] for letters in self.opened)


class Pattern(Struct, frozen=True, kw_only=True):
    """One spelling of one term: its ``words`` with blanks between, empty when the first is all of it. ``apart``: at
    most so many signs stand between them, where they are a name; 0 where they are written as patterns are.

    ``first`` is the word it begins with.
    """

    id: str
    words: str
    apart: int = 0
    first: Beginnings
    exact: bool

    @property
    def following(self) -> "tuple[Beginnings | None, Beginnings | None]":
        """The word right behind the first, and one that must come within ``GAP_WORDS`` further; None where nothing can
        be said. A text without them needs no look at the whole.
        """
        return (None, None) if self.apart or not self.words else _following(self.words)


def with_lists(words: str, lists: Mapping[str, str]) -> str:
    """A written pattern with each ``<name>`` replaced by the words of that list; ValueError if unknown."""

    def spelled(match: re.Match[str]) -> str:
        if match[1] not in lists:
            msg = f"there is no word list '{match[1]}'; known: {', '.join(sorted(lists)) or 'none'}"
            raise ValueError(msg)
        return lists[match[1]]

    return _LIST.sub(spelled, words)


def compile_pattern(pattern_id: str, words: str, *, exact: bool = False) -> Pattern:
    """A pattern from its written form; ``ValueError`` says what is wrong with it."""
    for part in words.split():
        if "-" in part and "|" in part:
            msg = f"'{part}' mixes - and |: a hyphen counts as a blank, so write that spelling as a pattern of its own"
            raise ValueError(msg)
    parts = words.replace("-", " ").split()
    if not parts or parts[0] == _GAP_WORD or parts[-1] == _GAP_WORD:
        msg = "a pattern must begin and end with a word"
        raise ValueError(msg)
    for part in parts:
        _check_shape(part)
    first = _beginnings(parts[0])
    alone = len(parts) == 1 and not exact and _is_one_word(parts[0])
    return Pattern(
        id=pattern_id,
        words="" if alone else " ".join(parts),
        first=first,
        exact=exact,
    )


def literal_pattern(pattern_id: str, text: str) -> Pattern:
    """A pattern of exactly these words, whatever signs they hold (names that users give); ValueError without a word."""
    lower = fold(text).lower
    words = TOKEN.findall(lower)
    if not words:
        msg = f"'{text}' holds no letter or digit to look for"
        raise ValueError(msg)
    gap = max(3, *map(len, TOKEN.split(lower)[1:-1]), 0)  # the signs between two of the words, as the user wrote them
    first = Beginnings(words=frozenset(words[:1]))
    return Pattern(id=pattern_id, words=" ".join(words), apart=gap, first=first, exact=False)


def expression(words: str, apart: int) -> str:
    """The regular expression of ``words`` and ``apart`` as ``Pattern`` has them."""
    parts = words.split(" ")
    if apart:
        return rf"[\W_]{{0,{apart}}}".join(map(re.escape, parts)) + _WORD_END
    written = (_GAP if part == _GAP_WORD else _part_regex(part) + _BETWEEN for part in parts)
    return "".join(written).removesuffix(_BETWEEN) + _WORD_END


@lru_cache(maxsize=2048)  # the same words come in many patterns
def _check_shape(part: str) -> None:
    for word in part.split("|"):
        if part != _GAP_WORD and not _WORD_SHAPE.fullmatch(word):
            msg = f"'{word}' is not a word: use letters, digits, ., /, &, one ?, a * at the end"
            raise ValueError(msg)


def _part_regex(part: str) -> str:
    return "(?:" + "|".join(map(_spelling_regex, part.split("|"))) + ")"


def _spelling_regex(word: str) -> str:
    ending = r"[^\W_]*" if word.endswith("*") else ""
    escaped = re.escape(word.rstrip("*")).replace(r"\?", "?").replace(r"\.", r"\.\s?")
    return escaped + ending


@lru_cache(maxsize=2048)
def _following(words: str) -> tuple[Beginnings | None, Beginnings | None]:
    """What must stand behind the first part, right there or after a ``...``; None where that is not plain."""
    first, *rest = words.split(" ")
    gap = rest[:1] == [_GAP_WORD]
    rest = rest[1:] if gap else rest
    if not rest or rest[0] == _GAP_WORD or not _is_one_word(first):
        return None, None
    try:
        found = _beginnings(rest[0])
    except ValueError:
        return None, None  # a sign or a short stem to begin with
    return (None, found) if gap else (found, None)


@lru_cache(maxsize=2048)
def _is_one_word(part: str) -> bool:
    """Whether each spelling is a single word of letters and digits, whatever its ending."""
    return all(TOKEN.fullmatch(word.replace("?", "").rstrip("*")) for word in part.split("|"))


@lru_cache(maxsize=2048)
def _beginnings(part: str) -> Beginnings:
    """The whole words, and the stems of open words, that a part of a pattern can be met as."""
    words: set[str] = set()
    opened: set[str] = set()
    for spelling in part.lower().split("|"):
        mark = spelling.find("?")
        forms = [spelling] if mark < 0 else [spelling.replace("?", ""), spelling[: mark - 1] + spelling[mark + 1 :]]
        for form in forms:
            first = TOKEN.match(form)
            if first is None:
                msg = f"'{spelling}' does not begin with a letter or digit"
                raise ValueError(msg)
            if first.end() == len(form) - 1 and form.endswith("*"):
                if first.end() < STEM:
                    msg = f"'{spelling}': write at least {STEM} letters before the *"
                    raise ValueError(msg)
                opened.add(first.group())
            else:
                words.add(first.group())
    return Beginnings(words=frozenset(words), opened=tuple(sorted(opened)))
