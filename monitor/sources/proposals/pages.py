"""What a web page offers to watch: its table with most rows, its list of links, its text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from monitor.formats.html import Link, links, prose
from monitor.formats.markup import table_element
from monitor.formats.text import decode
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page
from monitor.model.source import Kind, Reading
from monitor.sources.proposals.candidate import Candidate
from monitor.sources.proposals.data import table_candidate

if TYPE_CHECKING:
    from lxml.etree import _Element

_MENUS: Final = ("nav", "footer", "header", "aside")
_REGIONS: Final = ("main", "[role=main]", "article", "#content", "#main-content", "#main", ".main-content", ".content")
"""Where the part of a page lies that counts, from the surest sign to the weakest."""

_NAME: Final = re.compile(r"[A-Za-z][\w-]*")
_SPECIAL: Final = re.compile(r"([.+*?^${}()|\[\]\\])")
_FEW: Final = 5
_TABLE_ROWS: Final = 8
_TABLE_SHARE: Final = 0.4
_LINK_SHARE: Final = 0.4
_GROUP_SHARE: Final = 0.5


def page_candidates(page: Page) -> Iterator[Candidate]:
    """The likeliest first: a table that is most of the page, links that are, else the text. None of a hostile page."""
    text = decode(page.body, page.charset)
    try:
        blocks = prose(text, None)
    except Unreadable:
        return
    chars = sum(len(block.text) for block in blocks) or 1
    table, index = list(_table(page, text)), list(_index(page, text))
    words = [_prose(text)] if blocks else []
    first = table if _is_mostly_table(text, chars) else [one for one, linked in index if linked >= _LINK_SHARE * chars]
    rest = [*words, *table, *(one for one, _ in index)]
    yield from (*first, *(one for one in rest if one not in first))


def _table(page: Page, text: str) -> Iterator[Candidate]:
    try:
        element = table_element(text, None)
    except Unreadable:
        return
    selector = _selector(element)
    where = f"the rows of the table {selector}" if selector else "the rows of the page's largest table"
    yield from table_candidate(page, Reading(selector=selector), where)


def _selector(table: "_Element") -> str | None:
    """The table's own id, or that of the nearest part of the page round it that has one."""
    for element in (table, *table.iterancestors()):
        name = element.get("id") or ""
        if _NAME.fullmatch(name):
            return f"#{name}"
    return None


def _is_mostly_table(text: str, chars: int) -> bool:
    try:
        element = table_element(text, None)
    except Unreadable:
        return False
    rows = sum(1 for _ in element.iter("tr"))
    inside = len(" ".join(str(element.xpath("string()")).split()))
    return (rows > _TABLE_ROWS and inside >= _TABLE_SHARE / 2 * chars) or (inside >= _TABLE_SHARE * chars and rows > 2)


def _index(page: Page, text: str) -> Iterator[tuple[Candidate, int]]:
    """The links of the page's main part, and how many characters they have."""
    for selector in (*_REGIONS, None):
        try:
            everything = links(text, page.url, selector)
            found = links(text, page.url, selector, _MENUS)
        except Unreadable:
            continue
        named = list({link.href: link for link in found if link.text}.values())
        if len(named) >= _FEW:
            drop = _MENUS if selector and len(found) < len(everything) else ()
            yield _links(named, selector, drop), sum(len(link.text) for link in named)
            return


def _links(found: Sequence[Link], selector: str | None, drop: tuple[str, ...]) -> Candidate:
    pattern, fitting = _pattern(found)
    region = f"the part {selector} of the page" if selector else "the page, without its menus"
    only = f" whose address holds {pattern}" if pattern else ""
    what = f"the links of {region}{only} ({fitting:,} of them), each under its address"
    reading = Reading(selector=selector, link_pattern=pattern, drop=drop)
    return Candidate(kind=Kind.LINKS, what=what, reading=reading)


def _pattern(found: Sequence[Link]) -> tuple[str | None, int]:
    """What most addresses have in common (a folder, else an ending), when not all links have it; how many do."""
    folders = Counter(urlsplit(link.href).path.rpartition("/")[0] + "/" for link in found)
    endings = Counter(_ending(link.href) for link in found)
    for common, anchored in ((folders, ""), (endings, "$")):
        shared, times = common.most_common(1)[0]
        if shared not in {"", "/"} and len(found) > times >= max(_FEW, _GROUP_SHARE * len(found)):
            return _SPECIAL.sub(r"\\\1", shared) + anchored, times
    return None, len(found)


def _ending(url: str) -> str:
    match = re.search(r"\.(?:pdf|html?|docx?|xlsx?|csv)$", urlsplit(url).path)
    return match[0] if match else ""


def _prose(text: str) -> Candidate:
    """The text of the main part; the page's own mark for it is the default, and need not be written down."""
    for selector in ("main", "[role=main]", "article"):
        if _has(text, selector):
            return Candidate(kind=Kind.PROSE, what=f"the text of the page's {selector} part")
    for selector in _REGIONS:
        if _has(text, selector):
            what = f"the text of the part {selector} of the page"
            return Candidate(kind=Kind.PROSE, what=what, reading=Reading(selector=selector))
    return Candidate(kind=Kind.PROSE, what="the text of the whole page")


def _has(text: str, selector: str) -> bool:
    """Whether the page has such a part, and something in it."""
    try:
        return bool(prose(text, selector))
    except Unreadable:
        return False
