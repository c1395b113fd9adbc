"""Finding words in text so that every quote can be copied from the original.

Text is folded (case, dashes, blanks, full-width and invisible characters) with a map back to the original positions.
Patterns are written for people: blank-separated words; ``a|b`` either word; ``autonom*`` any ending; ``codes?`` with or
without the last letter; ``...`` up to three words between.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

MAX_SCANNED_CHARS = 1_000_000
"""Longer text is scanned up to here: a bound on time, far above any notice or policy."""

MAX_HITS_PER_PATTERN = 40
_STEM = 4
_MET_WORDS = 50_000
_FEW = 3
_GAP_WORD = "..."
_BETWEEN = r"[^\w.;:!?]{1,6}"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_TOKEN = re.compile(r"[^\W_]+")
_WORD_SHAPE = re.compile(r"[a-z0-9./&'+]+(?:\?[a-z0-9./&'+]*)?\*?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Text ready for matching. ``exact`` keeps the case, ``lower`` does not; both have the same length.

    ``offsets`` maps their positions to ``original`` (None: the positions are the same).
    """

    original: str
    exact: str
    lower: str
    offsets: tuple[int, ...] | None

    def quote(self, start: int, end: int) -> str:
        """The original text of a folded span."""
        return self.original[slice(*self.place(start, end))]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a folded span stands in ``original``."""
        if self.offsets is None:
            return start, end
        inside = self.offsets[start:end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place where a pattern was found; positions are in the folded text."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One spelling of one term.

    ``words`` are the whole words it can begin with, ``stems`` the first letters where an ending is left open. ``regex``
    is empty when the first word is all of it.
    """

    id: str
    regex: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    """The patterns that one word can begin. ``any_of`` tells at once that none but those ``alone`` is here."""

    patterns: tuple[Pattern, ...]
    alone: tuple[Pattern, ...]
    any_of: re.Pattern[str] | None


def _beginning(patterns: tuple[Pattern, ...]) -> _Beginning:
    phrases = [pattern.regex for pattern in patterns if pattern.regex and not pattern.exact]
    if len(phrases) < _FEW:
        return _Beginning(patterns=patterns, alone=patterns, any_of=None)
    alone = tuple(pattern for pattern in patterns if not pattern.regex or pattern.exact)
    return _Beginning(patterns=patterns, alone=alone, any_of=_compiled("|".join(phrases)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Every pattern of the rules, filed under the word it begins with: two look-ups for each word of a text."""

    by_word: dict[str, tuple[Pattern, ...]]
    by_stem: dict[str, tuple[Pattern, ...]]
    met: dict[str, "_Beginning"] = field(default_factory=dict, compare=False, repr=False)
    """Words met before, with the patterns they can begin: most words of a text begin none, and come again and again."""

    def find(self, folded: Folded) -> dict[str, list[Hit]]:
        """Hits by pattern id, in text order, at most ``MAX_HITS_PER_PATTERN`` each."""
        found: dict[str, list[Hit]] = {}
        met = self.met
        if len(met) > _MET_WORDS:
            met.clear()
        for token in _TOKEN.finditer(folded.lower):
            word = token.group()
            beginning = met.get(word)
            if beginning is None:
                filed = (*self.by_word.get(word, ()), *self.by_stem.get(word[:_STEM], ()))
                beginning = met[word] = _beginning(filed)
            any_of = beginning.any_of
            if any_of is None or not any_of.match(folded.lower, token.start()):
                patterns = beginning.alone
            else:
                patterns = beginning.patterns
            for pattern in patterns:
                end = _end_of(pattern, folded, token)
                if end:
                    hits = found.setdefault(pattern.id, [])
                    if len(hits) < MAX_HITS_PER_PATTERN:
                        hits.append(Hit(id=pattern.id, start=token.start(), end=end))
        return found


def _end_of(pattern: Pattern, folded: Folded, token: re.Match[str]) -> int:
    """Where the pattern ends when it stands at this word, else 0."""
    if not pattern.regex:
        return token.end()
    match = _compiled(pattern.regex).match(folded.exact if pattern.exact else folded.lower, token.start())
    return match.end() if match else 0


@lru_cache(maxsize=4096)
def _compiled(regex: str) -> re.Pattern[str]:
    """Compiled at first need: most patterns are never met in a run."""
    return re.compile(regex)


def fold(text: str) -> Folded:
    """``text`` with case, dashes, blanks and compatibility characters made alike, one character for one."""
    text = text[:MAX_SCANNED_CHARS]
    if text.isascii():
        return Folded(original=text, exact=text, lower=text.lower(), offsets=None)
    offsets = None
    visible = text
    if _INVISIBLE.search(text):
        kept = [(i, c) for i, c in enumerate(text) if not _INVISIBLE.match(c)]
        offsets = tuple(i for i, _ in kept)
        visible = "".join(c for _, c in kept)
    exact = visible.translate({ord(char): _fold_char(char) for char in set(visible) if not char.isascii()})
    lower = exact.lower()
    if len(lower) != len(exact):
        lower = "".join(map(_lower_char, exact))
    return Folded(original=text, exact=exact, lower=lower, offsets=offsets)


def _fold_char(char: str) -> str:
    if char in _DASHES:
        return "-"
    if char.isspace():
        return " " if char != "\n" else char
    normal = unicodedata.normalize("NFKC", char)
    return normal if len(normal) == 1 else char


def _lower_char(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char


def compile_pattern(pattern_id: str, words: str, *, exact: bool = False) -> Pattern:
    """A pattern from its written form; ``ValueError`` says what is wrong with it."""
    parts = words.replace("-", " ").split()
    if not parts or parts[0] == _GAP_WORD or parts[-1] == _GAP_WORD:
        msg = "a pattern must begin and end with a word"
        raise ValueError(msg)
    regex = ""
    for number, part in enumerate(parts):
        if part == _GAP_WORD:
            regex += rf"(?:[^\W_]+{_BETWEEN}){{0,3}}"
            continue
        regex += _word_regex(part) + ("" if number == len(parts) - 1 else _BETWEEN)
    starts, stems = _beginnings(parts[0])
    alone = len(parts) == 1 and not exact and not stems and all(_TOKEN.fullmatch(word) for word in parts[0].split("|"))
    return Pattern(id=pattern_id, regex="" if alone else f"{regex}(?![^\\W_])", words=starts, stems=stems, exact=exact)


def literal_pattern(pattern_id: str, text: str) -> Pattern:
    """A pattern of exactly these words, whatever signs they hold (names that users give); ValueError without a word."""
    lower = fold(text).lower
    words = _TOKEN.findall(lower)
    if not words:
        msg = f"'{text}' holds no letter or digit to look for"
        raise ValueError(msg)
    gap = max(3, *map(len, _TOKEN.split(lower)[1:-1]), 0)  # the signs between two of the words, as the user wrote them
    regex = rf"[\W_]{{0,{gap}}}".join(map(re.escape, words))
    return Pattern(id=pattern_id, regex=f"{regex}(?![^\\W_])", words=(words[0],), stems=(), exact=False)


def _word_regex(part: str) -> str:
    spellings = part.split("|")
    for word in spellings:
        if not _WORD_SHAPE.fullmatch(word):
            msg = f"'{word}' is not a word: use letters, digits, ., /, &, one ?, a * at the end"
            raise ValueError(msg)
    return "(?:" + "|".join(_spelling_regex(word) for word in spellings) + ")"


def _spelling_regex(word: str) -> str:
    ending = r"[^\W_]*" if word.endswith("*") else ""
    escaped = re.escape(word.rstrip("*")).replace(r"\?", "?").replace(r"\.", r"\.\s?")
    return escaped + ending


def _beginnings(part: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The whole words, and the stems of open words, that a pattern's first part can be met as."""
    words: dict[str, None] = {}
    stems: dict[str, None] = {}
    for spelling in part.lower().split("|"):
        mark = spelling.find("?")
        forms = [spelling] if mark < 0 else [spelling.replace("?", ""), spelling[: mark - 1] + spelling[mark + 1 :]]
        for form in forms:
            first = _TOKEN.match(form)
            if first is None:
                msg = f"'{spelling}' does not begin with a letter or digit"
                raise ValueError(msg)
            if first.end() == len(form) - 1 and form.endswith("*"):
                if first.end() < _STEM:
                    msg = f"'{spelling}': write at least {_STEM} letters before the *"
                    raise ValueError(msg)
                stems[first.group()[:_STEM]] = None
            else:
                words[first.group()] = None
    return tuple(words), tuple(stems)


def build_matcher(patterns: Iterable[Pattern]) -> Matcher:
    """Files the patterns; those of one word stay in the order given."""
    by_word: dict[str, list[Pattern]] = {}
    by_stem: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        for word in pattern.words:
            by_word.setdefault(word, []).append(pattern)
        for stem in pattern.stems:
            by_stem.setdefault(stem, []).append(pattern)
    return Matcher(
        by_word={word: tuple(filed) for word, filed in by_word.items()},
        by_stem={stem: tuple(filed) for stem, filed in by_stem.items()},
    )


def near(hits: Sequence[Hit], others: Iterable[Hit], within: int) -> Hit | None:
    """The first of ``hits`` that has one of ``others`` at most ``within`` characters away."""
    rest = tuple(others)
    for hit in hits:
        for other in rest:
            if other.start - hit.end <= within and hit.start - other.end <= within:
                return hit
    return None
