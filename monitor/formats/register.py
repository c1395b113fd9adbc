"""The plain text of a Federal Register document as paragraphs under their section headings.

The Government Publishing Office sets such a text for a printer: inside ``<pre>``, lines of at most some 72 characters,
paragraphs begun by four blanks, headings flush left between empty lines and numbered I., A., 1., a., (1), (a), (i).
``[[Page 32353]]`` and footnotes between two rules of hyphens stand wherever the printed page ended, in the middle of
a sentence too. Written after the published form; no whole rule could be fetched to try it on.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

MAX_CHARS: Final = 24_000_000
"""Four times the longest rule known (5.7 million characters)."""

_NUMBER: Final = re.compile(r"\[FR Doc\.? (?:No: )?([A-Z0-9]{0,3}-?\d{2,4}-\d{3,6})[\s\]]")
_LAST_LINE: Final = re.compile(r"\[FR Doc\.? [A-Z0-9]{0,3}-?\d{2,4}-\d{3,6}\s+Filed ")
_PAGE_MARK: Final = re.compile(r"\[\[Page [\d A-Z]+\]\]")
_IMPRINT: Final = ("[FR Doc", "BILLING CODE ", "[Federal Register Volume", "[Pages ")
"""How the lines begin that number the document and say nothing."""

_RULE: Final = re.compile(r"-{20,}")
_FOOTNOTE: Final = re.compile(r"\\\d{1,4}\\")
_TAG: Final = re.compile(r"</?(?:a|b|i|em|html|head|title|body|pre|p|br)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_LABEL: Final = re.compile(r"([IVXL]{1,7}|[A-Z]|\d{1,2}|[a-z])\.\s+\S|\((\d{1,2}|[a-z]{1,5})\)\s+\S")
_PART: Final = re.compile(
    r"(?:PART \d+|List of Subjects|SUPPLEMENTARY INFORMATION|Sec\. {1,2}\d+\.\d+|Subpart [A-Z])\b"
)
_ROMANS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")
_ENDED: Final = (".", "?", "!", ":", ";", '"', ")", "\u201d")
_LONGEST_HEADING: Final = 300
_UNNUMBERED: Final = 8
_MOST_CHUNKS: Final = 400_000


class Paragraph(Struct, frozen=True, kw_only=True):
    """One paragraph or footnote on one line, with the headings above it, the outermost first."""

    headings: tuple[str, ...]
    text: str


class RegisterText(Struct, frozen=True, kw_only=True):
    """A document's own number as it prints it (None when it does not), whether the line that ends every document is
    there, and the paragraphs in order.
    """

    number: str | None
    is_whole: bool
    paragraphs: tuple[Paragraph, ...]


def read_register(text: str) -> RegisterText:
    """The document. Linear in the text's length; any text gives some reading, its trustworthiness is the caller's to
    judge.
    """
    plain = _unwrapped(text[:MAX_CHARS])
    number = _NUMBER.search(plain)
    return RegisterText(
        number=number[1] if number else None,
        is_whole=_LAST_LINE.search(plain, max(0, len(plain) - 5_000)) is not None,
        paragraphs=tuple(_Walk().through(plain)),
    )


def _unwrapped(text: str) -> str:
    """What stands in ``<pre>``, without links and with entities undone; the text itself when there is no ``<pre>``."""
    start = text.find("<pre>")
    if start >= 0:
        end = text.rfind("</pre>")
        text = text[start + 5 : end if end > start else len(text)]
    if "<" in text:
        text = _TAG.sub("", text)
    return html.unescape(text) if "&" in text else text


class _Chunk(Struct, frozen=True):
    """Lines between two breaks. ``flush``: the first begins at the margin. ``broken``: the page ended before it."""

    text: str
    flush: bool
    broken: bool


def _chunks(text: str) -> Iterator[_Chunk]:
    """Paragraphs, headings and rules. A page mark ends no paragraph by itself, it only says that one may go on."""
    lines: list[str] = []
    flush = broken = False

    def ended() -> Iterator[_Chunk]:
        nonlocal broken
        if lines:
            yield _Chunk(" ".join(" ".join(lines).split()), flush, broken)
            lines.clear()
            broken = False

    for line in text.split("\n"):
        bare = line.strip()
        if not bare or bare.startswith(_IMPRINT) or _PAGE_MARK.fullmatch(bare) or _RULE.fullmatch(bare):
            yield from ended()
            broken = broken or bare.startswith("[[")
            if bare.startswith("---"):
                yield _Chunk("", True, broken)
            continue
        if line.startswith("    ") and lines:
            yield from ended()
        if not lines:
            flush = not line.startswith(" ")
        lines.append(bare)
    yield from ended()


class _Draft(Struct, frozen=True):
    """A paragraph that may still go on."""

    headings: tuple[str, ...]
    parts: list[str]

    @property
    def has_ended(self) -> bool:
        return self.parts[-1].endswith(_ENDED)

    def done(self) -> Paragraph:
        return Paragraph(headings=self.headings, text=" ".join(self.parts))


class _Walk:
    """Follows the outline; holds back the last paragraph, which may go on after a page's end or a footnote."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str, str]] = []  # level, label, heading
        self._open: _Draft | None = None
        self._notes: list[_Draft] = []  # met inside the open paragraph, told after it
        self._aside = False  # between two rules
        self._cut = False  # a page's end or a footnote came since the open paragraph's last words

    def through(self, text: str) -> Iterator[Paragraph]:
        for chunk in islice(_chunks(text), _MOST_CHUNKS):
            self._cut = self._cut or chunk.broken
            if not chunk.text:
                self._aside, self._cut = False, True
            elif _FOOTNOTE.match(chunk.text):
                self._aside = True
                self._notes.append(_Draft(self._headings, [chunk.text]))
            elif self._aside and self._notes:
                self._notes[-1].parts.append(chunk.text)
            else:
                yield from self._take(chunk)
        yield from self._release()

    @property
    def _headings(self) -> tuple[str, ...]:
        return tuple(heading for _, _, heading in self._path)

    def _take(self, chunk: _Chunk) -> Iterator[Paragraph]:
        last = self._open
        goes_on = chunk.flush and self._cut and not _PART.match(chunk.text)
        self._cut = False
        if last and goes_on and not last.has_ended:
            last.parts.append(chunk.text)
            return
        yield from self._release()
        if chunk.flush and (place := self._place(chunk.text)):
            self._path = [step for step in self._path if step[0] < place[0]] + [(*place, chunk.text)]
        else:
            self._open = _Draft(self._headings, [chunk.text])

    def _release(self) -> Iterator[Paragraph]:
        if self._open is not None:
            yield self._open.done()
        for note in self._notes:
            yield note.done()
        self._open, self._notes = None, []

    def _place(self, text: str) -> tuple[int, str] | None:
        """Level and label of a heading; None for text that is none."""
        if len(text) > _LONGEST_HEADING:
            return None
        if _PART.match(text):
            return 0, ""
        label = _LABEL.match(text)
        if label is None:
            return None if text.endswith(_ENDED) or ": " in text[:40] else (_UNNUMBERED, "")
        return self._numbered(label[1], label[2])

    def _numbered(self, plain: str | None, bracketed: str | None) -> tuple[int, str]:
        if bracketed is not None:
            if bracketed.isdigit():
                return 5, bracketed
            return (7 if self._is_roman(bracketed, 6) else 6), bracketed
        label = plain or ""
        if label.isdigit():
            return 3, label
        if label.islower():
            return 4, label
        return (1 if self._is_roman(label, 2) else 2), label

    def _is_roman(self, label: str, letters: int) -> bool:
        """Whether a label is a numeral and not the next letter of the alphabet at the level of ``letters``."""
        if len(label) > 1 or (label.lower() not in _ROMANS and label != "L"):
            return len(label) > 1
        before = next((known for level, known, _ in self._path if level == letters), None)
        return before is None or len(before) > 1 or ord(label) != ord(before) + 1
