"""Calendar days as regulators write them, found in folded text with the time of day beside them.

ISO, US (MM/DD/YYYY), ``January 4, 2027``, ``Jan. 4th, 2027``, ``4 January 2027``, ``the 4th day of January 2027`` and
ranges of them. What no calendar holds (February 30) is no day. A date without a year is one only below a heading that
tells which (``headed_days``): elsewhere it would be a guess.
"""

import re
from datetime import date

from msgspec import Struct

from monitor.assess.words import words_of

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH_NAMES = frozenset(_MONTHS)
MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
YEAR = "(?:19|20)[0-9]{2}"
TO = r"\s*(?:-|to|through|thru|until|and)\s*"
_FOUND = re.compile(
    rf"(?<![\w/-])(?:"
    rf"(?P<iso>{YEAR}-[0-9]{{2}}-[0-9]{{2}})(?![\d-])"
    rf"|(?P<us>[0-9]{{1,2}}/[0-9]{{1,2}}/{YEAR})(?![\d/])"
    rf"|(?P<m1>{MONTH})\s+(?P<d1>{DAY})(?:{TO}(?:(?P<m2>{MONTH})\s+)?(?P<d2>{DAY}))?,?\s+(?P<y1>{YEAR})\b"
    rf"|(?P<d3>{DAY})\s+(?:(?:day\s+)?of\s+)?(?P<m3>{MONTH}),?\s+(?P<y3>{YEAR})\b)"
)
_FIGURES = re.compile(r"[0-9](?<![\w/-].)(?=[0-9]?/[0-9]|[0-9]{3}-[0-9])")
_NUMBERS = re.compile(r"[0-9](?<![\w/-].)(?=[0-9]?/|[0-9]{3}-|[0-9]?(?:st|nd|rd|th)?\s)")
_MONTH_LETTERS = frozenset("jfmasond")
_MONTHS_BEGUN = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_ZONE = (
    r"(?:\s*\(?(?:u\.?s\.?\s+)?(?:eastern|central|mountain|pacific|e[sd]?t|c[sd]?t|m[sd]t|p[sd]?t|utc|gmt)\b"
    r"(?:\s+(?:standard|daylight))?(?:\s+time)?\)?)"
)
_HOUR = r"(?:\d{1,2}(?::\d\d)?(?:\s*[ap]\.?m\b\.?)|(?:12(?::00)?\s*)?(?:noon|midnight)\b|\d{1,2}:\d\d)"
_CLOCK = re.compile(
    rf"(?:\d{{1,2}}(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?\s?(?:-|to)\s?|{_HOUR}\s+(?:to|until|-)\s+)?{_HOUR}{_ZONE}?"
)
# Begins with a set of signs, so that a search flies over everything else.
_CLOCK_SIGN = re.compile(r"[\dnm](?:(?<=\d)(?::\d|\s*[ap]\.?m\b)|(?<=n)oon|(?<=m)idnight)")
_CLOCK_REACH = 45
_LINK = re.compile(
    r"[\s,;(]*(?:at|on|from|by|,|of|(?:at the )?(?:end|close) of)?\s*(?:on\s+)?(?:the\s+)?(?:\w+day,?\s*)?"
)
_BEGINS = re.compile(
    r"[\s,]+(?:(?:will|is to)\s+)?(?:begin(?:s|ning)?|start(?:s|ing)?|convenes?|opens?)\s+(?:promptly\s+)?(?:at\s+)?"
)


class Day(Struct, frozen=True, kw_only=True):
    """A day, or a range of them (``until``), and where it stands in the folded text. ``heading``: where the heading
    stands that its year is taken from, None where it bears its own.
    """

    on: date
    until: date | None
    start: int
    end: int
    heading: tuple[int, int] | None = None

    @property
    def last(self) -> date:
        return self.until or self.on


def find_days(lower: str) -> list[Day]:
    """Every day of a folded, lower-case text, in text order."""
    return days_and_months(lower)[0]


def days_and_months(lower: str) -> tuple[list[Day], list[int]]:
    """Every day, in text order, and where else the name of a month may begin."""
    days = []
    written, months = _written(lower)
    for match in written:
        read = _read(match)
        if read:
            start, end = match.span()
            days.append(Day(on=read[0], until=read[1], start=start, end=end))
    return days, months


def _written(lower: str) -> tuple[list[re.Match[str]], list[int]]:
    """What has the shape of a day, looked for only where a number or the name of a month begins, and the names left."""
    if "20" not in lower and "19" not in lower:
        return [], []
    if _MONTH_NAMES.isdisjoint(words_of(lower).texts):
        starts = [number.start() for number in _FIGURES.finditer(lower)]
    else:
        begun = (*_NUMBERS.finditer(lower), *_MONTHS_BEGUN.finditer(lower))
        starts = sorted(match.start() for match in begun)
    free, found, months = 0, [], []
    for start in starts:
        if start < free:
            continue
        match = _FOUND.match(lower, start)
        if match:
            free = match.end()
            found.append(match)
        elif lower[start] in _MONTH_LETTERS:
            months.append(start)
    return found, months


def clock_at(lower: str, day: Day, low: int, high: int) -> tuple[int, int] | None:
    """Where the time of day of ``day`` stands within ``lower[low:high]``: right behind it, else right before it."""
    start, end = day.end, min(high, day.end + _CLOCK_REACH)
    if _CLOCK_SIGN.search(lower, start, end):
        behind = _CLOCK.search(lower, start, end)
        if behind and any(link.fullmatch(lower, start, behind.start()) for link in (_LINK, _BEGINS)):
            return _trimmed(lower, *behind.span())
    start, end = max(low, day.start - _CLOCK_REACH), day.start
    if _CLOCK_SIGN.search(lower, start, end):
        before = [*_CLOCK.finditer(lower, start, end)]
        if before and _LINK.fullmatch(lower, before[-1].end(), end):
            return _trimmed(lower, *before[-1].span())
    return None


def _trimmed(lower: str, start: int, end: int) -> tuple[int, int]:
    written = lower[start:end].rstrip(" (")
    return start, start + len(written if "(" in written else written.rstrip(")"))


def read_date(written: str) -> date | None:
    """A calendar date in ISO, US (MM/DD/YYYY) or long English form at the start of the text; None for anything else."""
    match = _FOUND.match(written.strip().lower())
    read = _read(match) if match else None
    return read[0] if read else None


def _read(match: re.Match[str]) -> tuple[date, date | None] | None:
    shape = match.lastgroup
    if shape == "us":
        month, day, year = map(int, match["us"].split("/"))
        on = _date(year, month, day)
    elif shape == "iso":
        on = _date(*map(int, match["iso"].split("-")))
    elif shape == "y3":
        on = spelled(match["y3"], match["m3"], match["d3"])
    else:
        return _range(match)
    return (on, None) if on else None


def _range(match: re.Match[str]) -> tuple[date, date | None] | None:
    on = spelled(match["y1"], match["m1"], match["d1"])
    if not match["d2"]:
        return (on, None) if on else None
    until = spelled(match["y1"], match["m2"] or match["m1"], match["d2"])
    if on and until and on > until:  # December 30 to January 5, 2027
        on = spelled(str(until.year - 1), match["m1"], match["d1"])
    return (on, until) if on and until else None


def spelled(year: str, month: str, day: str) -> date | None:
    """The day of a folded month's name, or None where the calendar has none."""
    return _date(int(year), _MONTHS[month.rstrip(".")], int(day.rstrip("stndrh")))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
