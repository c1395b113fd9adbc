"""Running headers, footers and page numbers: what stands at the edge of page after page and is no text of its own.

Only what stands apart from the text can be furniture: the first line of a table that fills the page is none, even when
every page begins with the same word.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.formats.pdf import Layout, Line, Sheet
from monitor.formats.text import collapse

_MARGIN: Final = 0.13
"""The share of the page's height, above and below, in which running lines stand."""

_SHARE: Final = 0.4
"""Of the pages a running line is on; left and right pages may differ, and chapters have title pages."""

_PLACE: Final = 6.0
_APART: Final = 1.5
"""Lines this much of their size apart are not of one block."""

_DASHES: Final = "\u2013\u2014-"
_AROUND_NUMBERS: Final = f" |{_DASHES}"
_DIGITS: Final = re.compile(r"\d+")
_PAGE_NUMBER: Final = re.compile(
    r"(?:\|\s*)?(?:page|pg\.?)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?(?:\s*\|)?|\b\d{1,4}\s+of\s+\d{1,4}\b", re.IGNORECASE
)
_ONLY_A_NUMBER: Final = re.compile(rf"[\s|{_DASHES}]*(?:\d{{1,4}}|[ivxl]{{1,6}})[\s|{_DASHES}]*")


class Stripped(Struct, frozen=True, kw_only=True):
    """A document without its furniture. ``running``: the words of it that are the same on each page it is on, each
    once: a date in a footer may be the only sign of a new edition.
    """

    layout: Layout
    running: tuple[str, ...]


def strip_furniture(layout: Layout, keep: Callable[[Line], bool] = lambda _: False) -> Stripped:
    """Takes running lines and page numbers off every page, but for lines that ``keep`` knows to be something else."""
    masks = _running_masks(layout.sheets)
    sheets = tuple(replace(sheet, lines=_kept(sheet, masks, keep)) for sheet in layout.sheets)
    return Stripped(layout=replace(layout, sheets=sheets), running=_running_words(layout.sheets, masks))


def _running_masks(sheets: tuple[Sheet, ...]) -> frozenset[str]:
    """The texts, digits masked, that recur at one height on enough pages."""
    if len(sheets) < 2:
        return frozenset()
    places: dict[str, Counter[int]] = defaultdict(Counter)
    for sheet in sheets:
        for mask, place in {(_mask(line), _place(line)) for line in _at_the_edge(sheet)}:
            places[mask][place] += 1
    least = max(2, _SHARE * len(sheets))
    return frozenset(mask for mask, seen in places.items() if max(n + seen[at + 1] for at, n in seen.items()) >= least)


def _kept(sheet: Sheet, masks: frozenset[str], keep: Callable[[Line], bool]) -> tuple[Line, ...]:
    edge = {id(line) for line in _at_the_edge(sheet) if _mask(line) in masks or _is_number(line)}
    return tuple(line for line in sheet.lines if id(line) not in edge or keep(line))


def _running_words(sheets: Iterable[Sheet], masks: frozenset[str]) -> tuple[str, ...]:
    said: dict[str, list[list[str]]] = defaultdict(list)
    for sheet in sheets:
        for line in _at_the_edge(sheet):
            if (mask := _mask(line)) in masks and not _is_number(line):
                said[mask].append(_without_number(line.text).split())
    alike = (" ".join(_alike(texts)).strip(_AROUND_NUMBERS) for texts in said.values())
    return tuple(dict.fromkeys(text for text in alike if any(char.isalpha() for char in text)))


def _alike(texts: list[list[str]]) -> Iterator[str]:
    """The words that are the same on every page; what moves from page to page is a number of it."""
    return (words[0] for words in zip(*texts, strict=False) if len(set(words)) == 1)


def _at_the_edge(sheet: Sheet) -> Iterator[Line]:
    """The lines of blocks that lie wholly within the upper or lower margin."""
    margin = _MARGIN * sheet.height
    for block in _level_blocks(sheet):
        if block[-1].baseline < margin or block[0].baseline > sheet.height - margin:
            yield from block


def _level_blocks(sheet: Sheet) -> Iterator[list[Line]]:
    """The lines from top to bottom, parted where there is white space all across the page."""
    block: list[Line] = []
    for line in sorted(sheet.lines, key=lambda line: line.baseline):
        if block and line.baseline - block[-1].baseline > _APART * max(line.size, block[-1].size):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _is_number(line: Line) -> bool:
    return _ONLY_A_NUMBER.fullmatch(line.text) is not None or not _without_number(line.text)


def _without_number(text: str) -> str:
    return collapse(_PAGE_NUMBER.sub(" ", text)).strip(_AROUND_NUMBERS)


def _mask(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _place(line: Line) -> int:
    return int(line.baseline // _PLACE)
