"""The program of the child process: a PDF on standard input, its text with places as JSON on standard output.

It is started by path in an isolated interpreter, imports nothing of the monitor, and limits itself before it loads
PDFium. Arguments: memory in bytes, processor time in seconds, most pages, most characters. It ends with 0 and one JSON
object, with ``NO_PDFIUM``, or it was stopped. Lengths are tenths of points, from the upper left of the page as shown:

    {"title": "...", "pages": [[width, height, lines, rules], ...]}     or     {"fault": "encrypted", "pages": 0}
    line: [baseline, size, bold, text, [left, right, left, right, ...]]   bold: every word is; places: of the words
    rule: [x0, y0, x1, y1]                                                 a drawn line, level or upright

Faults: ``encrypted``, ``damaged``, ``pages`` (too many), ``characters`` (too many).
"""

import ctypes
import json
import math
import re
import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

WORD: Final = re.compile("[^\\s\x00-\x08\x0e-\x1f\u00a0\u00ad\ufffe\uffff]+[\x02\u00ad\ufffe]?|[\x02\u00ad\ufffe]")
HYPHEN_MARKS: Final = "\x02\u00ad\ufffe"
"""PDFium's own mark for a hyphen at a line's end, and the soft hyphen."""

NO_PDFIUM: Final = 4
"""How it ends when there is no PDFium to load."""

MAX_OBJECTS: Final = 20_000
MAX_SEGMENTS: Final = 2_000
MAX_RULES: Final = 5_000
LEAST_RULE: Final = 6.0
LARGEST: Final = 20_000.0
"""Of a page, in points; places beyond it are nowhere."""


class Fault(Exception):
    def __init__(self, name: str, pages: int = 0) -> None:
        super().__init__(name)
        self.name = name
        self.pages = pages


@dataclass(slots=True)
class Line:
    """Words on one baseline, as they follow each other in the document."""

    baseline: float
    size: float
    bold: bool = True
    words: list[str] = field(default_factory=list)
    places: list[float] = field(default_factory=list)

    def takes(self, left: float, baseline: float, size: float) -> bool:
        """Whether a word at that place goes on with this line. Small signs above and below the line belong to it."""
        larger = max(self.size, size)
        return abs(self.baseline - baseline) <= 0.45 * larger and left >= self.places[-1] - 0.6 * larger

    def add(self, word: str, left: float, right: float, bold: bool) -> None:
        self.words.append(word)
        self.bold = self.bold and bold
        self.places += (left, max(left, right))

    def told(self) -> list[object]:
        places = [round(10 * place) for place in self.places]
        return [tenths(self.baseline), tenths(self.size), int(self.bold), " ".join(self.words), places]


def tenths(points: float) -> int:
    return round(10 * points)


def limit(memory_bytes: int, cpu_s: int) -> None:
    """Limits kept by the kernel. An orphan ends by the alarm. macOS knows no limit on memory; the others hold there."""
    wanted = {"RLIMIT_AS": memory_bytes, "RLIMIT_CPU": cpu_s, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 32}
    for name, most in wanted.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (ValueError, OSError, AttributeError):
            continue
    signal.alarm(6 * cpu_s)


class Sheet:
    """One page: turns PDFium's places (from the lower left, before rotation) into those a reader sees."""

    def __init__(self, pdfium: Any, page: Any) -> None:
        self.pdfium = pdfium
        self.page = page
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
        self._left, self._bottom = min(box.left, box.right), min(box.top, box.bottom)
        self._wide, self._high = abs(box.right - box.left), abs(box.top - box.bottom)
        self._turns = pdfium.FPDFPage_GetRotation(page) % 4
        self.width, self.height = (self._high, self._wide) if self._turns % 2 else (self._wide, self._high)

    def place(self, x: float, y: float) -> tuple[float, float]:
        right, up = x - self._left, y - self._bottom
        wide, high = self._wide, self._high
        return ((right, high - up), (up, right), (wide - right, up), (high - up, wide - right))[self._turns]

    def is_level(self, matrix: Any) -> bool:
        """Whether text so set runs from left to right on the page as shown; a watermark across it does not."""
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) - 90 * self._turns
        return bool(abs((angle + 180) % 360 - 180) < 8)

    def shows(self, x: float, y: float) -> bool:
        """Text set outside the page is nothing a reader sees."""
        return bool(-2 <= x <= self.width + 2 and -2 <= y <= self.height + 2)


class TextReader:
    """The words of one page in the order of the document."""

    def __init__(self, sheet: Sheet, text_page: Any, bold_fonts: dict[int, bool]) -> None:
        self._sheet, self._text_page, self._pdfium = sheet, text_page, sheet.pdfium
        self._bold_fonts = bold_fonts
        self._object: int | None = None
        self._size, self._bold, self._level = 0.0, False, True
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), self._pdfium.FS_RECTF()

    def lines(self, count: int) -> Iterator[Line]:
        line: Line | None = None
        for match in WORD.finditer(self._text(count)):
            placed = self._placed(match.start(), match.end() - 1)
            if placed is None:
                continue
            left, right, baseline = placed
            if line is None or not line.takes(left, baseline, self._size):
                if line is not None:
                    yield line
                line = Line(baseline, self._size)
            elif self._size > line.size:
                line.baseline, line.size = baseline, self._size
            word = match[0]
            line.add(word[:-1] + "-" if word[-1] in HYPHEN_MARKS else word, left, right, self._bold)
        if line is not None:
            yield line

    def _text(self, count: int) -> str:
        """One character for each of PDFium's, so that places in the text are indices."""
        buffer = (ctypes.c_ushort * (count + 1))()
        written = self._pdfium.FPDFText_GetText(self._text_page, 0, count, buffer)
        text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return text
        codes = (self._pdfium.FPDFText_GetUnicode(self._text_page, index) for index in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " " for code in codes)

    def _placed(self, first: int, last: int) -> tuple[float, float, float] | None:
        """Left, right and baseline of a word; None when it is turned, lies off the page or has no place."""
        self._look(first)
        if not self._level or not self._pdfium.FPDFText_GetCharOrigin(self._text_page, first, self._x, self._y):
            return None
        left, baseline = self._sheet.place(self._x.value, self._y.value)
        if not self._sheet.shows(left, baseline) or not self._pdfium.FPDFText_GetLooseCharBox(
            self._text_page, last, ctypes.byref(self._box)
        ):
            return None
        box = self._box
        right = max(self._sheet.place(box.left, box.top)[0], self._sheet.place(box.right, box.bottom)[0])
        return left, min(right, LARGEST), baseline

    def _look(self, index: int) -> None:
        """Size, weight and direction of the text; they hold for a whole text object."""
        found = self._pdfium.FPDFText_GetTextObject(self._text_page, index)
        address = ctypes.addressof(found.contents) if found else None
        if address is not None and address == self._object:
            return
        self._object = address
        matrix = self._pdfium.FS_MATRIX()
        self._pdfium.FPDFText_GetMatrix(self._text_page, index, ctypes.byref(matrix))
        size = self._pdfium.FPDFText_GetFontSize(self._text_page, index) * math.hypot(matrix.c, matrix.d)
        self._size = min(size, LARGEST) if math.isfinite(size) and size > 0 else 1.0
        self._level = self._sheet.is_level(matrix)
        self._bold = self._is_bold(found) if found else False

    def _is_bold(self, text_object: Any) -> bool:
        font = self._pdfium.FPDFTextObj_GetFont(text_object)
        if not font:
            return False
        address = ctypes.addressof(font.contents)
        if address not in self._bold_fonts:
            name = ctypes.create_string_buffer(200)
            self._pdfium.FPDFFont_GetBaseFontName(font, name, 200)
            said = name.value.lower()
            self._bold_fonts[address] = any(word in said for word in (b"bold", b"black", b"heavy", b"semibd"))
        return self._bold_fonts[address]


def rules(sheet: Sheet) -> Iterator[list[int]]:
    """The level and upright lines drawn on a page; the edges of a box are four of them."""
    pdfium, page = sheet.pdfium, sheet.page
    for index in range(min(pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(drawn) == pdfium.FPDF_PAGEOBJ_PATH:
            yield from path_rules(sheet, drawn)


def path_rules(sheet: Sheet, path: Any) -> Iterator[list[int]]:
    start = here = None
    for x, y, kind, closes in segments(sheet, path):
        if kind == sheet.pdfium.FPDF_SEGMENT_MOVETO:
            start = (x, y)
        elif kind == sheet.pdfium.FPDF_SEGMENT_LINETO and here is not None:
            yield from rule(here, (x, y))
            if closes and start is not None:
                yield from rule((x, y), start)
        here = (x, y)


def segments(sheet: Sheet, path: Any) -> Iterator[tuple[float, float, int, bool]]:
    pdfium, matrix, x, y = sheet.pdfium, sheet.pdfium.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
    for index in range(min(pdfium.FPDFPath_CountSegments(path), MAX_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        across = matrix.a * x.value + matrix.c * y.value + matrix.e
        up = matrix.b * x.value + matrix.d * y.value + matrix.f
        if math.isfinite(across) and math.isfinite(up):
            kind, closes = pdfium.FPDFPathSegment_GetType(segment), pdfium.FPDFPathSegment_GetClose(segment)
            yield *sheet.place(across, up), kind, bool(closes)


def rule(start: tuple[float, float], end: tuple[float, float]) -> Iterator[list[int]]:
    (x0, y0), (x1, y1) = sorted((start, end))
    along, across = max(abs(x1 - x0), abs(y1 - y0)), min(abs(x1 - x0), abs(y1 - y0))
    if LEAST_RULE <= along <= LARGEST and across <= 1:
        yield [tenths(x0), tenths(min(y0, y1)), tenths(x1), tenths(max(y0, y1))]


def read(pdfium: Any, body: bytes, most_pages: int, most_characters: int) -> dict[str, object]:
    """The whole document. Raises ``Fault``."""
    document = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise Fault("encrypted" if locked else "damaged")
    count = pdfium.FPDF_GetPageCount(document)
    if count > most_pages:
        raise Fault("pages", count)
    pages, left, bold_fonts = [], most_characters, dict[int, bool]()
    for index in range(count):
        page, used = read_page(pdfium, document, index, left, bold_fonts)
        pages.append(page)
        left -= used
    return {"title": title(pdfium, document), "pages": pages}


def read_page(
    pdfium: Any, document: Any, index: int, most_characters: int, bold_fonts: dict[int, bool]
) -> tuple[list[object], int]:
    """One page as told above, and how many characters it holds."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise Fault("damaged", index + 1)
    text_page = pdfium.FPDFText_LoadPage(page)
    count = max(0, pdfium.FPDFText_CountChars(text_page)) if text_page else 0
    if count > most_characters:
        raise Fault("characters", index + 1)
    sheet = Sheet(pdfium, page)
    lines = [line.told() for line in TextReader(sheet, text_page, bold_fonts).lines(count)] if count else []
    told: list[object] = [tenths(sheet.width), tenths(sheet.height), lines, list(islice(rules(sheet), MAX_RULES))]
    if text_page:
        pdfium.FPDFText_ClosePage(text_page)
    pdfium.FPDF_ClosePage(page)
    return told, count


def title(pdfium: Any, document: Any) -> str:
    buffer = ctypes.create_string_buffer(1_000)
    size = min(1_000, pdfium.FPDF_GetMetaText(document, b"Title", buffer, 1_000))
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def main() -> None:
    memory_bytes, cpu_s, most_pages, most_characters = map(int, sys.argv[1:5])
    limit(memory_bytes, cpu_s)
    body = sys.stdin.buffer.read()
    try:
        import pypdfium2_raw as pdfium
    except (ImportError, OSError):
        sys.exit(NO_PDFIUM)
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))
    try:
        told = read(pdfium, body, most_pages, most_characters)
    except Fault as fault:
        told = {"fault": fault.name, "pages": fault.pages}
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii"))


if __name__ == "__main__":
    main()
