"""Tables in PDF documents, by the places of their words: rows over several lines and over the ends of pages.

1. Where the columns are. Drawn upright lines say so; else the white gutters do that the lines have in common, over the
   whole document.
2. Where the rows are. Drawn level lines between the upright ones say so; else a row opens where it has a first cell.
3. A page's first row without a first cell goes on with the last row of the page before; a repeated header is left out.

What cannot be told apart is refused: a shifted column would be a false change in every row.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from monitor.formats.pdf import Layout, Line, Rule, Sheet, Word
from monitor.formats.pdf_columns import Gutters, find_gutters, is_caption, lines_of, words_of
from monitor.formats.pdf_furniture import strip_furniture
from monitor.formats.text import collapse
from monitor.model.errors import Unreadable

_TOUCH: Final = 3.0
"""Places that differ by no more, in points, are one place."""


class _Row(Struct, frozen=True):
    """The words of one row by column; ``page`` counts from 1."""

    page: int
    cells: tuple[tuple[Word, ...], ...]

    def texts(self) -> list[str]:
        return [_text(cell) for cell in self.cells]


def read_grid(layout: Layout) -> list[list[str]]:
    """The document's table: its header first (once), then its rows; every cell on one line.

    Raises ``Unreadable``: ``no-table``, ``shifted-columns`` (a page in the middle has other columns).
    """
    ruled = [_uprights(sheet) for sheet in layout.sheets]
    gutters, bare = ((), layout.sheets) if all(ruled) else _unruled(layout)
    found = (
        _ruled_rows(sheet, words_of(sheet), uprights) if uprights else _unruled_rows(left, words_of(left), gutters)
        for sheet, uprights, left in zip(layout.sheets, ruled, bare, strict=True)
    )
    pages = [rows for rows in found if rows]
    if not pages:
        raise Unreadable("no-table", "The PDF document holds no table; it may be another document than the one due.")
    return _merged(_of_one_width(pages))


def _uprights(sheet: Sheet) -> list[float]:
    """Where upright lines part a page into columns; nowhere when there are too few of them."""
    uprights = _edges(((rule.x0, rule.y0, rule.y1) for rule in sheet.rules if not rule.is_level), share=0.25)
    return uprights if len(uprights) >= 3 else []


def _unruled(layout: Layout) -> tuple[Gutters, tuple[Sheet, ...]]:
    """The gutters of the document, and its pages without running lines (within drawn lines there are none)."""
    gutters = find_gutters(strip_furniture(layout).layout.sheets)
    return gutters, strip_furniture(layout, keep=lambda line: _fills_all(line, gutters)).layout.sheets


def _fills_all(line: Line, gutters: Gutters) -> bool:
    """A line with text in each column is a table's header, though it stands on every page."""
    centres = _centres(gutters)
    return bool(centres) and len({_column(word, centres) for word in line.words()}) == len(centres) + 1


def _centres(gutters: Gutters) -> list[float]:
    return [sum(gutter) / 2 for gutter in gutters]


def _edges(drawn: Iterable[tuple[float, float, float]], share: float) -> list[float]:
    """Places (in order) where lines reach over ``share`` of the longest such stretch; each line is its place, start and
    end. Lines near each other are one, drawn in pieces or twice.
    """
    clusters: list[list[tuple[float, float, float]]] = []
    for line in sorted(drawn):
        if clusters and line[0] - clusters[-1][0][0] <= _TOUCH:
            clusters[-1].append(line)
        else:
            clusters.append([line])
    reach = [_reach((start, end) for _, start, end in cluster) for cluster in clusters]
    least = share * max(reach, default=0.0)
    return [cluster[0][0] for cluster, length in zip(clusters, reach, strict=True) if length >= least]


def _reach(stretches: Iterable[tuple[float, float]]) -> float:
    """How much is covered by at least one of the stretches."""
    total, far = 0.0, float("-inf")
    for start, end in sorted(stretches):
        total += max(0.0, end - max(start, far))
        far = max(far, end)
    return total


def _ruled_rows(sheet: Sheet, words: Sequence[Word], columns: list[float]) -> list[_Row]:
    uprights = [rule for rule in sheet.rules if not rule.is_level]
    top, bottom = min(rule.y0 for rule in uprights), max(rule.y1 for rule in uprights)
    inside = [
        word
        for word in words
        if top - 1 <= word.baseline <= bottom + 1 and columns[0] - 1 <= _middle(word) <= columns[-1] + 1
    ]
    levels = _levels(sheet.rules, columns, top, bottom)
    if len(levels) >= 3:
        # A row that goes on on the next page may have no line below it, or none above it.
        borders = [top - 1, *levels, bottom + 1]
        bands = [[w for w in inside if above < w.baseline <= below] for above, below in pairwise(borders)]
    else:
        bands = list(_bands(inside, columns[1]))
    return [_row(sheet.number, band, columns[1:-1]) for band in bands if band]


def _levels(rules: Iterable[Rule], columns: list[float], top: float, bottom: float) -> list[float]:
    """Where rows are parted: level lines that reach over most of the table, and over its first column."""
    level = [rule for rule in rules if rule.is_level and top - _TOUCH <= rule.y0 <= bottom + _TOUCH]
    inner = _edges(((rule.y0, rule.x0, rule.x1) for rule in level), share=0.6)
    return [place for place in inner if any(abs(r.y0 - place) <= _TOUCH and r.x0 <= columns[0] + 9 for r in level)]


def _unruled_rows(sheet: Sheet, words: Sequence[Word], gutters: Gutters) -> list[_Row]:
    if not gutters:
        return []
    centres = _centres(gutters)
    lines = [line for line in lines_of(words) if not is_caption(line, gutters)]
    inside = [word for line in _table_part(lines, centres) for word in line]
    return [_row(sheet.number, band, centres) for band in _bands(inside, centres[0]) if band]


def _table_part(lines: list[list[Word]], centres: list[float]) -> list[list[Word]]:
    """From the first to the last line with text in several columns; a cell that ends later than the others goes on."""
    wide = [place for place, line in enumerate(lines) if len({_column(word, centres) for word in line}) > 1]
    if not wide:
        return []
    end = wide[-1] + 1
    while end < len(lines) and _follows(lines[end - 1], lines[end]):
        end += 1
    return lines[wide[0] : end]


def _follows(line: list[Word], below: list[Word]) -> bool:
    return below[0].baseline - line[0].baseline <= 1.6 * below[0].size


def _bands(words: Sequence[Word], edge: float) -> Iterator[list[Word]]:
    """The words of each row: one opens where there is text left of ``edge``, unless it only goes on with that text."""
    lines = lines_of(words)
    opens = _openings(lines, edge)
    band: list[Word] = []
    opened = False
    for line, is_opening in zip(lines, opens, strict=True):
        if is_opening and opened:
            yield band
            band = []
        opened = opened or is_opening
        band.extend(line)
    yield band


def _openings(lines: list[list[Word]], edge: float) -> list[bool]:
    """For each line, whether it opens a row. Where rows stand apart, a first cell's second line does not."""
    has_first = [_middle(line[0]) < edge for line in lines]
    steps = [0.0, *(b[0].baseline - a[0].baseline for a, b in pairwise(lines))]
    inner = sorted(step for step, first in zip(steps[1:], has_first[1:], strict=True) if not first) or sorted(steps[1:])
    if not inner:
        return has_first
    usual = inner[len(inner) // 2] if not all(has_first) else inner[0]
    apart = [step > 1.12 * usual + 0.5 for step in steps]
    if not _stand_apart(has_first, apart):
        return has_first
    return [first and (place == 0 or apart[place]) for place, first in enumerate(has_first)]


def _stand_apart(has_first: list[bool], apart: list[bool]) -> bool:
    """Whether the table sets its rows apart: it does so where rows surely begin, after a line without a first cell."""
    sure = [apart[n] for n in range(1, len(apart)) if has_first[n] and not has_first[n - 1]]
    if sure:
        return sum(sure) > 0.8 * len(sure)
    return 0.2 * len(apart) <= sum(apart) < 0.8 * len(apart)


def _row(page: int, words: Iterable[Word], edges: Sequence[float]) -> _Row:
    cells: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
    for word in words:
        cells[_column(word, edges)].append(word)
    return _Row(page, tuple(tuple(cell) for cell in cells))


def _column(word: Word, edges: Sequence[float]) -> int:
    return bisect_left(edges, _middle(word))


def _middle(word: Word) -> float:
    return (word.left + word.right) / 2


def _text(cell: Sequence[Word]) -> str:
    """A cell's words in reading order. A hyphen at a line's end stays: it is mostly part of an identifier."""
    text = ""
    for line in lines_of(cell):
        piece = " ".join(word.text for word in line)
        text += piece if not text or (text.endswith("-") and not text.endswith(" -")) else f" {piece}"
    return collapse(text)


def _of_one_width(pages: list[list[_Row]]) -> list[list[_Row]]:
    """The pages of the table with most rows, by its number of columns. Others may only stand before or after it."""
    weight: dict[int, int] = {}
    for rows in pages:
        weight[len(rows[0].cells)] = weight.get(len(rows[0].cells), 0) + len(rows)
    width = max(weight, key=lambda columns: (weight[columns], columns))
    chosen = [place for place, rows in enumerate(pages) if len(rows[0].cells) == width]
    for rows in pages[chosen[0] : chosen[-1] + 1]:
        if len(rows[0].cells) != width:
            raise Unreadable(
                "shifted-columns",
                f"Page {rows[0].page} of the PDF document has {len(rows[0].cells)} columns where its table has {width};"
                " cells could not be told apart.",
            )
    return [pages[place] for place in chosen]


def _merged(pages: list[list[_Row]]) -> list[list[str]]:
    """All pages as one table: the header once, rows that go on over a page's end whole.

    A first cell in the middle of its row's height may stand on either page: a row without one at the top of a page ends
    the row before, one at the foot of a page begins the row after.
    """
    header, *rest = [texts for row in pages[0] if any(texts := row.texts())]
    table, held = [header], [""] * len(header)
    for rows in (rest, *([row.texts() for row in rows] for rows in pages[1:])):
        body = [texts for row in rows if any(texts := _without_header(row, header))]
        if body and any(held):
            body[0], held = _glued(held, body[0]), [""] * len(header)
        elif body and len(table) > 1 and not body[0][0]:
            table[-1] = _glued(table[-1], body.pop(0))
        if len(body) > 1 and not body[-1][0]:
            held = body.pop()
        table += body
    return [*table, held] if any(held) else table


def _without_header(texts: list[str], header: list[str]) -> list[str]:
    """The row without the header that stands above it on every page, where no line parts the two."""
    if all(text.startswith(name) for text, name in zip(texts, header, strict=True)):
        return [text.removeprefix(name).lstrip() for text, name in zip(texts, header, strict=True)]
    return texts


def _glued(above: list[str], below: list[str]) -> list[str]:
    return [
        one + more if one.endswith("-") else collapse(f"{one} {more}") for one, more in zip(above, below, strict=True)
    ]
