"""CPT, PLA and HCPCS codes in running text: single, with the add-on sign, and as ranges, whatever the dash between."""

import re
from collections.abc import Collection, Iterator

from msgspec import Struct

from monitor.assess.folding import Folded

MAX_RANGE = 200
"""A longer "range" is two codes with a dash between, or a misprint."""

_DIGITS = re.compile(r"[0-9](?<![0-9].)(?:[0-9]{4}(?![0-9])|(?<=[^\W\d_].)[0-9]{3}|[0-9]{3,}(?=[^\W\d_]))")
"""Every code has four digits in a row; a letter stands before or behind them, or there are five. Not so in a year."""

_CODE = r"(?:[0-9]{4}[tumf]|[a-ceghj-mp-v][0-9]{4}|[0-9]{5})"
_FOUND = re.compile(
    rf"(?<![a-z0-9$#.])(?<!\d[-,/])(?P<first>{_CODE})(?![a-z0-9])"
    rf"(?:\s?(?:-|to|thru|through)\s?\+?(?P<last>{_CODE})(?![a-z0-9]))?"
)
_STATE = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
    r",?\s$"
)
_COUNTED = re.compile(
    r"\s(?:patients|people|persons|members|rows|devices|cases|images|dollars|physicians|beneficiaries)\b"
)
_PAGE = re.compile(r"(?:\bfr|\bpage|\bpp?\.|phone:?|\btel\.?|fax:?|\bzip|\bbox|\$)\s?$")


class CodeHit(Struct, frozen=True, kw_only=True):
    """One code and where it stands; for a code inside a range the span is that of the whole range."""

    code: str
    start: int
    end: int


def find_codes(folded: Folded, plain: Collection[str]) -> tuple[CodeHit, ...]:
    """Every code once, at its first place.

    Five plain digits count only when they are one of ``plain`` (the watch list) and do not read as a year, page,
    postal code, telephone number or count.
    """
    found: dict[str, CodeHit] = {}
    read: set[str] = set()
    for match in _written(folded.lower):
        if match.group() in read:
            continue
        codes = _spelled(match, folded, plain)
        if codes:
            read.add(match.group())
        for code in codes:
            if code not in found:
                found[code] = CodeHit(code=code, start=match.start("first"), end=match.end())
    return tuple(found.values())


def _written(lower: str) -> Iterator[re.Match[str]]:
    """Every code or range, looked for only where digits stand."""
    free = 0
    for run in _DIGITS.finditer(lower):
        first = run.start()
        for start in (first - 1, first):
            match = _FOUND.match(lower, start) if start >= free else None
            if match:
                free = match.end()
                yield match
                break


def _spelled(match: re.Match[str], folded: Folded, plain: Collection[str]) -> tuple[str, ...]:
    first, last = match["first"].upper(), match["last"]
    codes = expand(first, last.upper()) if last else (first,)
    if first.isdigit() and not _reads_as_code(match, folded):
        return ()
    return tuple(code for code in codes if not code.isdigit() or code in plain)


def _reads_as_code(match: re.Match[str], folded: Folded) -> bool:
    before, after = (
        folded.exact[max(0, match.start() - 8) : match.start()],
        folded.lower[match.end() : match.end() + 16],
    )
    if re.match(r"-\d{4}\b|,\d{3}|\.\d|%", after) or _COUNTED.match(after):
        return False
    return not (_STATE.search(before) or _PAGE.search(before.lower()))


def is_service(code: str) -> bool:
    """Whether new services of software are given codes of this shape: Category III, PLA, and CMS's own G and C."""
    return code[-1] in "TU" or code[0] in "CG"


def expand(first: str, last: str) -> tuple[str, ...]:
    """Every code from ``first`` to ``last``; both ends alone when they are no range of one family.

    >>> expand("0623T", "0626T")
    ('0623T', '0624T', '0625T', '0626T')
    """
    if first[:1].isalpha() and first[0] == last[0] and last[1:].isdigit():
        return _count(first[0], int(first[1:]), int(last[1:]), "", 4) or (first, last)
    if first[-1].isalpha() and first[-1] == last[-1] and last[:-1].isdigit():
        return _count("", int(first[:-1]), int(last[:-1]), first[-1], 4) or (first, last)
    if first.isdigit() and last.isdigit():
        return _count("", int(first), int(last), "", 5) or (first, last)
    return (first, last)


def _count(head: str, low: int, high: int, tail: str, width: int) -> tuple[str, ...]:
    if not low <= high <= low + MAX_RANGE:
        return ()
    return tuple(f"{head}{number:0{width}d}{tail}" for number in range(low, high + 1))
