"""PDF documents as lines of text with their places on the page, from what the confined reader said of them.

The bytes of a PDF are opened elsewhere (``monitor.sandbox``): PDFium must not run in this process. Here begins what is
pure: places to paragraphs (``pdf_prose``) and to tables (``pdf_grid``).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from msgspec import Struct

from monitor.formats.json import read_json
from monitor.formats.text import collapse
from monitor.model.errors import Unopened, Unreadable

_MADE_UP_TITLES: Final = ("microsoft word - ", "untitled", "(anonymous)", "(unspecified)")


class Word(NamedTuple):
    """One word; lengths in points from the upper left corner of the page, as everywhere here. A tuple, for there are
    hundreds of thousands of them.
    """

    left: float
    right: float
    baseline: float
    size: float
    text: str


class Line(Struct, frozen=True, kw_only=True):
    """Words on one baseline that follow each other in the document. ``bold``: every one of them is."""

    baseline: float
    size: float
    bold: bool
    text: str
    places: tuple[float, ...]

    @property
    def left(self) -> float:
        return self.places[0]

    @property
    def right(self) -> float:
        return self.places[-1]

    def words(self) -> Iterator[Word]:
        for place, text in enumerate(self.text.split(" ")):
            left, right = self.places[2 * place : 2 * place + 2]
            yield Word(left, right, self.baseline, self.size, text)


class Rule(Struct, frozen=True, kw_only=True):
    """A drawn line, level (``y0 == y1``, about) or upright."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


class Sheet(Struct, frozen=True, kw_only=True):
    """One page; ``number`` counts from 1."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]


class Layout(Struct, frozen=True, kw_only=True):
    """A document's pages. ``title``: what the file calls itself, when that is a title at all."""

    title: str | None
    sheets: tuple[Sheet, ...]


def read_layout(answer: bytes | None) -> Layout:
    """The layout told by the confined reader; ``answer`` is its JSON (shape: ``monitor/sandbox/child.py``).

    Raises ``Unopened`` for None, and ``Unreadable``: ``encrypted``, ``damaged-pdf``, ``too-large``, ``no-text``
    (a scan).
    """
    if answer is None:
        raise Unopened
    try:
        told = read_json(answer)
    except Unreadable as fault:
        raise Unreadable("too-large", "The PDF document holds more text than any real one; it was not read.") from fault
    if not isinstance(told, dict) or "fault" in told:
        raise _fault(told if isinstance(told, dict) else {})
    try:
        layout = _layout(told)
    except (TypeError, ValueError, KeyError, IndexError) as fault:
        raise _fault({}) from fault
    if not any(sheet.lines for sheet in layout.sheets):
        pages = f"{len(layout.sheets):,} page{'s' * (len(layout.sheets) != 1)}"
        reason = f"The PDF document has {pages} but no text in it: a scan or pictures only, which cannot be compared."
        raise Unreadable("no-text", reason)
    return layout


def _fault(told: dict[str, object]) -> Unreadable:
    pages = told.get("pages", 0)
    match told.get("fault"):
        case "encrypted":
            return Unreadable("encrypted", "The PDF document is protected by a password and cannot be read.")
        case "pages":
            return Unreadable("too-large", f"The PDF document has {pages:,} pages, more than we read; it was not read.")
        case "characters":
            reason = f"The PDF document holds more text by page {pages} than any real one; it was not read."
            return Unreadable("too-large", reason)
        case _:
            where = f" at page {pages}" if pages else ""
            reason = f"The PDF document is damaged{where}; it may have been cut short or replaced by something else."
            return Unreadable("damaged-pdf", reason)


def _layout(told: dict[str, object]) -> Layout:
    pages = cast("list[list[object]]", told["pages"])
    title = collapse(str(told.get("title") or ""))
    return Layout(
        title=None if not title or title.lower().startswith(_MADE_UP_TITLES) else title,
        sheets=tuple(_sheet(number, page) for number, page in enumerate(pages, start=1)),
    )


def _sheet(number: int, page: list[object]) -> Sheet:
    width, height, lines, rules = page
    return Sheet(
        number=number,
        width=_length(width),
        height=_length(height),
        lines=tuple(_line(*line) for line in cast("list[list[object]]", lines)),
        rules=tuple(_rule(*rule) for rule in cast("list[list[object]]", rules)),
    )


def _line(baseline: object, size: object, bold: object, text: object, places: object) -> Line:
    found = tuple(map(_length, cast("list[object]", places)))
    if not isinstance(text, str) or not all(words := text.split(" ")) or 2 * len(words) != len(found):
        raise ValueError("words and places do not agree")
    if any(right < left for left, right in zip(found[::2], found[1::2], strict=True)):
        raise ValueError("a word ends before it begins")
    return Line(baseline=_length(baseline), size=_length(size), bold=bool(bold), text=text, places=found)


def _rule(x0: object, y0: object, x1: object, y1: object) -> Rule:
    return Rule(x0=_length(x0), y0=_length(y0), x1=_length(x1), y1=_length(y1))


def _length(value: object) -> float:
    """Points; the child tells tenths, whole numbers being read much faster."""
    if type(value) is not int:
        raise TypeError("not a length")
    return value / 10
