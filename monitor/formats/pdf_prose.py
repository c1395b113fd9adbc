"""PDF documents as paragraphs under their headings.

The order is that of the document itself: programs write a cell, a column, a page after the other, as they are read.
Headings are told by the size and weight of their letters; paragraphs by the space before them, by indents and by
list marks. A paragraph goes on over the end of a page or column when its last line does not end a sentence.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from msgspec import Struct

from monitor.formats.html import Block
from monitor.formats.pdf import Layout, Line
from monitor.formats.pdf_furniture import strip_furniture
from monitor.formats.text import collapse

_MARK: Final = re.compile(
    r"(?:[•●○▪■◦‣▶·o\u2013\u2014*-]|\(?(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,4})[.)]|\d{1,2}(?:\.\d{1,2})+\.?)\s"
)
_SENTENCE_END: Final = re.compile(r"[.!?:;][\"'”\u2019)\]]*$")
_LAST_WORD: Final = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_WORD: Final = 60
_HEADING_CHARS: Final = 200
_HEADING_LINES: Final = 4
_USUAL_LEADING: Final = 1.2
_CLOSE: Final = 1.45
"""Lines no further apart than this share of their size are never double-spaced."""


class Document(Struct, frozen=True, kw_only=True):
    """``blocks``: the text in reading order; ``title``: the largest heading of the first page, else the file's own."""

    title: str | None
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together. What is asked of it for each further line is kept up to date, never added up anew."""

    page: int
    lines: list[Line]
    size: float
    bold: bool
    widest: float
    length: int

    @classmethod
    def begun(cls, page: int, line: Line) -> "_Paragraph":
        return cls(page, [line], line.size, line.bold, line.right, len(line.text))

    def add(self, page: int, line: Line) -> None:
        self.page = page
        self.lines.append(line)
        self.bold = self.bold and line.bold
        self.widest = max(self.widest, line.right)
        self.length += len(line.text)


class _Type(Struct, frozen=True):
    """The type the body is set in: size, whether it is bold, the distance of its lines as a share of the size, and how
    far to the right they reach.
    """

    size: float
    bold: bool
    leading: float
    right: float


def read_prose(layout: Layout) -> Document:
    """The document without running headers, footers and page numbers; what these say alike on every page comes last."""
    stripped = strip_furniture(layout)
    lines = [(sheet.number, line) for sheet in stripped.layout.sheets for line in sheet.lines]
    if not lines:
        return Document(title=layout.title, blocks=())
    body = _body_type([line for _, line in lines])
    paragraphs = list(_paragraphs(lines, body))
    words = _Vocabulary(line for _, line in lines)
    blocks = list(_blocks(paragraphs, body, words))
    blocks += [Block(headings=(), text=text) for text in stripped.running]
    return Document(title=_title(paragraphs, body, words) or layout.title, blocks=tuple(blocks))


def _body_type(lines: list[Line]) -> _Type:
    sizes: Counter[float] = Counter()
    bold = 0
    for line in lines:
        sizes[_half(line.size)] += len(line.text)
        bold += len(line.text) * line.bold
    size = sizes.most_common(1)[0][0]
    steps = [(b.baseline - a.baseline) / size for a, b in pairwise(lines) if _half(a.size) == size]
    usual = [step for step in steps if 0.8 < step < 2.2]
    leading = sorted(usual)[len(usual) // 4] if usual else _USUAL_LEADING
    right = max(line.right for line in lines if _half(line.size) == size)
    return _Type(size=size, bold=2 * bold > sum(sizes.values()), leading=leading, right=right)


def _half(size: float) -> float:
    """The size to half a point, never nothing: hidden text may be set as small as its writer likes."""
    return max(1, round(2 * size)) / 2


def _paragraphs(lines: list[tuple[int, Line]], body: _Type) -> Iterator[_Paragraph]:
    page, first = lines[0]
    current = _Paragraph.begun(page, first)
    for page, line in lines[1:]:
        if _goes_on(current, page, line, body):
            current.add(page, line)
        else:
            yield current
            current = _Paragraph.begun(page, line)
    yield current


def _goes_on(paragraph: _Paragraph, page: int, line: Line, body: _Type) -> bool:
    """Whether ``line`` belongs to the paragraph that the lines before it make up."""
    last = paragraph.lines[-1]
    if abs(last.size - line.size) > 0.6 or (last.bold != line.bold and (paragraph.bold or len(line.text) > 60)):
        return False
    if _MARK.match(line.text):
        return False
    step = line.baseline - last.baseline
    if page != paragraph.page or step < -last.size:
        return _goes_on_elsewhere(paragraph, line, body)
    if step <= 0.45 * line.size:
        return True  # the same line, in several pieces
    if step > 1.25 * body.leading * max(line.size, last.size) + 0.5:
        return False
    # Lines so far apart are either set with wide leading or are paragraphs of one line: had the next word found room?
    if step > _CLOSE * line.size and last.right + _width_of_first_word(line) < body.right:
        return False
    return not _begins_anew(paragraph, line)


def _width_of_first_word(line: Line) -> float:
    return line.places[1] - line.places[0] + 0.5 * line.size


def _goes_on_elsewhere(paragraph: _Paragraph, line: Line, body: _Type) -> bool:
    """Over the end of a page or column: only body text does, and only in the middle of a sentence."""
    last = paragraph.lines[-1]
    if _is_heading(paragraph, body) or _SENTENCE_END.search(last.text[-_LONGEST_WORD:]):
        return False
    return line.text[0].islower() or last.text.endswith(("-", ",")) or _is_full(paragraph, last)


def _begins_anew(paragraph: _Paragraph, line: Line) -> bool:
    last = paragraph.lines[-1]
    if not _SENTENCE_END.search(last.text[-_LONGEST_WORD:]):
        return False
    indented = line.left > last.left + 0.8 * line.size and len(paragraph.lines) > 1
    return indented or (not _is_full(paragraph, last) and last.right < line.right - 4 * line.size)


def _is_full(paragraph: _Paragraph, last: Line) -> bool:
    """Whether the last line reaches about as far as the paragraph's widest."""
    return len(paragraph.lines) > 1 and last.right >= paragraph.widest - 5 * last.size


def _is_heading(paragraph: _Paragraph, body: _Type) -> bool:
    if paragraph.length > _HEADING_CHARS or len(paragraph.lines) > _HEADING_LINES or not _has_letter(paragraph):
        return False
    if paragraph.size > body.size * 1.08 + 0.2:
        return True
    closed = paragraph.lines[-1].text.endswith((".", ",", ";"))
    return paragraph.bold and not body.bold and paragraph.size >= body.size - 0.6 and not closed


def _has_letter(paragraph: _Paragraph) -> bool:
    return any(char.isalpha() for line in paragraph.lines for char in line.text)


def _blocks(paragraphs: list[_Paragraph], body: _Type, words: "_Vocabulary") -> Iterator[Block]:
    path: list[tuple[float, str]] = []
    for paragraph in paragraphs:
        text = words.joined(paragraph.lines)
        if not text:
            continue
        if not _is_heading(paragraph, body):
            yield Block(headings=tuple(heading for _, heading in path), text=text)
            continue
        # Larger letters stand above smaller ones; bold letters of the body's size stand lowest.
        rank = max(_half(paragraph.size), body.size)
        path = [(above, heading) for above, heading in path if above > rank]
        yield Block(headings=tuple(heading for _, heading in path), text=text)
        path.append((rank, text))


def _title(paragraphs: list[_Paragraph], body: _Type, words: "_Vocabulary") -> str | None:
    first = [paragraph for paragraph in paragraphs if paragraph.page == 1 and _is_heading(paragraph, body)]
    largest = max(first, key=lambda paragraph: paragraph.size, default=None)
    return None if largest is None else words.joined(largest.lines)


class _Vocabulary:
    """Joins lines. A hyphen at a line's end is the setter's unless the document shows that it is the writer's."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._known = {word.strip("().,;:“”\"'").lower() for line in lines for word in line.text.split(" ")}

    def joined(self, lines: list[Line]) -> str:
        parts = [lines[0].text]
        for line in lines[1:]:
            above = parts.pop()
            parts += self._parted(above, line.text)
        return collapse("".join(parts))

    def _parted(self, above: str, below: str) -> tuple[str, str]:
        """Two lines as they stand one behind the other, with or without a blank or a hyphen at the end of the first."""
        if not above.endswith("-") or above.endswith((" -", "--")) or not below[0].isalnum():
            return f"{above} ", below
        stem, rest = _LAST_WORD.search(above[-_LONGEST_WORD:]), _FIRST_WORD.match(below[:_LONGEST_WORD])
        if stem is None or rest is None or not below[0].islower():
            return above, below
        return (above if self._is_compound(stem[1].lower(), rest[0].lower()) else above[:-1]), below

    def _is_compound(self, stem: str, rest: str) -> bool:
        if stem + rest in self._known:
            return False
        return f"{stem}-{rest}" in self._known or {stem, rest} <= self._known
