"""Text made ready for matching, with a map back to the original so that every quote can be copied from it.

Case, dashes, blanks, full-width and invisible characters are made alike, one character for one; mark-up is passed over.
"""

import re
import unicodedata
from functools import lru_cache

from msgspec import Struct

MAX_SCANNED_CHARS = 1_000_000
"""Longer text is scanned up to here: a bound on time, far above any notice or policy."""

_FEW_SIGNS = 8
_UNSEEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_INLINE = "abbr|b|em|font|i|mark|small|span|strong|sub|sup|s|u|wbr"
_TAG = r"(?:\s[^<>]{0,300})?/?>"
_PASSED_OVER = re.compile(  # begins with a set of signs, so that a search flies over everything else
    rf"[<&{_UNSEEN}](?:(?<=[{_UNSEEN}])|(?<=<)/?(?i:{_INLINE}){_TAG}"
    rf"|(?P<blank>(?<=<)/?[A-Za-z][A-Za-z0-9]{{0,9}}{_TAG}|(?<=&)(?:nbsp|\#160|\#xa0);))"
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_FOREIGN = re.compile(r"[^\x00-\x7f]")


class Folded(Struct, frozen=True, kw_only=True):
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

    def words(self, start: int, end: int) -> str:
        """The text of a folded span without what was passed over in it: ``5 p.m.`` of ``5 <b>p.m.</b>``."""
        quote = self.quote(start, end)
        return self.exact[start:end] if _PASSED_OVER.search(quote) else quote

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a folded span stands in ``original``."""
        if self.offsets is None:
            return start, end
        inside = self.offsets[start:end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


@lru_cache(maxsize=2)
def fold(text: str) -> Folded:
    """``text`` with case, dashes, blanks and compatibility characters made alike, one character for one; remembered for
    the next who asks, as terms and dates are looked for in one text.
    """
    text = text[:MAX_SCANNED_CHARS]
    has_markup = "<" in text or "&" in text
    if text.isascii() and not has_markup:
        return Folded(original=text, exact=text, lower=text.lower(), offsets=None)
    visible, offsets = _read(text)
    exact = _without_variants(visible)
    lower = exact.lower()
    if len(lower) != len(exact):
        lower = "".join(map(_lower_char, exact))
    return Folded(original=text, exact=exact, lower=lower, offsets=offsets)


def _read(text: str) -> tuple[str, tuple[int, ...] | None]:
    """What is read of a text, a blank for each mark-up that parts words, and where each character stood."""
    passed = list(_PASSED_OVER.finditer(text))
    if not passed:
        return text, None
    pieces, offsets, at = [], [], 0
    for match in passed:
        blank = " " if match["blank"] else ""
        pieces += [text[at : match.start()], blank]
        offsets += [*range(at, match.start()), *([match.start()] if blank else ())]
        at = match.end()
    return "".join((*pieces, text[at:])), (*offsets, *range(at, len(text)))


def _without_variants(visible: str) -> str:
    """A few foreign signs are replaced one by one, much faster than by a table; no fold is a sign to fold again."""
    signs = {*_FOREIGN.findall(visible)}
    folds = {sign: _fold_char(sign) for sign in signs}
    if len(signs) > _FEW_SIGNS:
        return visible.translate({ord(sign): plain for sign, plain in folds.items()})
    for sign, plain in folds.items():
        if sign != plain:
            visible = visible.replace(sign, plain)
    return visible


@lru_cache(maxsize=1024)
def _fold_char(char: str) -> str:
    if char.isspace():
        return " "
    normal = unicodedata.normalize("NFKC", char)
    if normal in _DASHES:
        return "-"
    return normal if len(normal) == 1 else char


def _lower_char(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char
