"""FDA submission numbers: ``K240058``, ``DEN180001``, ``P140011/S008``, in one spelling and out of running text."""

import re
from collections.abc import Iterator

_PREMARKET = r"P\d{6}(?:/?S\d{3,4})?"
_WHOLE = re.compile(rf"(?:K|BK|DEN)\d{{6}}|{_PREMARKET}")
_FOUND = re.compile(rf"(?<![A-Za-z0-9])(?:(?:B?K|DEN)\s?\d{{6}}|{_PREMARKET})(?![A-Za-z0-9])")
_SPACES = re.compile(r"\s+")


def usual_number(written: str) -> str | None:
    """The number in its usual spelling, whatever its case and blanks; None for what is no submission number."""
    bare = _SPACES.sub("", written).upper().strip(".,;")
    return _slashed(bare) if _WHOLE.fullmatch(bare) else None


def numbers_in(text: str) -> Iterator[str]:
    """Every submission number that stands in the text, in its usual spelling."""
    if "K" in text or "DEN" in text or "P" in text:
        yield from (_slashed(_SPACES.sub("", found.group())) for found in _FOUND.finditer(text))


def base_of(number: str) -> str:
    """``P140011`` of a supplement ``P140011/S008``; any other number as it is."""
    return number.partition("/")[0]


def _slashed(bare: str) -> str:
    """FDA writes a supplement with a slash in its list and without one in its links."""
    return f"{bare[:7]}/{bare[7:]}" if bare.startswith("P") and len(bare) > 7 and bare[7] != "/" else bare
