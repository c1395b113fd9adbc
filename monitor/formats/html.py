"""Web pages as passages and links. Pages are walked, never recursed into: nesting is the publisher's to choose."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urljoin, urlsplit, urlunsplit

from msgspec import Struct

from monitor.formats.markup import (
    MAX_SOUP_ELEMENTS,
    markup_of,
    parse_html,
    parse_leniently,
    refuse_larger,
    region,
    remove,
)
from monitor.formats.text import collapse
from monitor.model.snapshot import Strip, StripKind, add_up

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from lxml.etree import _Element

# lxml is imported where it is used: it costs more than the rest of the program's start.

_DROPPED_NAMES: Final = "nav footer aside dialog head"
_BLOCK_NAMES: Final = (
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure form header hr html"
    " legend li main ol p pre section summary table tbody tfoot thead tr ul"
)

DROPPED: Final = tuple(_DROPPED_NAMES.split())
"""Elements that hold no text of the document, besides scripts and the like. Forms go too, unless the whole page is one
(as ASP.NET makes it)."""

_DROPPED_XPATH: Final = " | ".join(f"descendant::{name}" for name in DROPPED) + " | descendant::*[@hidden]"
_MAIN_CSS: Final = "main, article, [role=main]"
_MAIN_XPATH: Final = "descendant-or-self::*[self::main or self::article or @role='main']"
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split()) | frozenset(_HEADINGS)
_CELLS: Final = frozenset({"td", "th"})
_TITLE_END: Final = re.compile(r"</title\s*>", re.IGNORECASE)
_TRACKING: Final = re.compile(r"ref|utm_\w*", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAX_URL: Final = 4_000


class Block(Struct, frozen=True, kw_only=True):
    """A paragraph, list item, heading or table row (cells joined with `` | ``), with the headings above it."""

    headings: tuple[str, ...]
    text: str


class Link(Struct, frozen=True, kw_only=True):
    """A link's visible text, its absolute normalised address, and the nearest heading above it ("" when none)."""

    text: str
    href: str
    heading: str = ""


def page_title(text: str) -> str | None:
    """The page's title as one line; None when there is none."""
    end = _TITLE_END.search(text)
    root = parse_leniently(text[: end.end()] if end else text)  # the first title's end, and what comes before it
    if root is None:
        return None
    title = cast(str, root.xpath("string((//title[not(ancestor::svg)])[1])"))
    return collapse(title) or None


def prose(
    text: str, selector: str | None, drop: tuple[str, ...] = (), *, cuts: list[Strip] | None = None
) -> tuple[Block, ...]:
    """The text of a page in reading order.

    ``selector``: CSS of the region (None: ``main, article, [role=main]``, or else the body). ``drop``: CSS of volatile
    parts. What was cut out of the region is appended to ``cuts``, rule by rule. Raises ``Unreadable``:
    ``selector-missing``, ``bad-selector``, ``hostile-markup``.
    """
    chosen = region(parse_html(text), selector, drop, read=_MAIN_CSS, cuts=cuts)
    parts = [chosen] if selector else _main_parts(chosen)
    _strip(chosen, parts, cuts)
    walk = _Walk()
    for part in parts if selector else _main_parts(chosen):
        walk.through(part)
    return tuple(walk.blocks)


def _main_parts(root: "_Element") -> "list[_Element]":
    """The outermost main parts, or the page itself when it marks none."""
    found = cast("list[_Element]", root.xpath(_MAIN_XPATH))
    known = set(map(id, found))
    return [part for part in found if not any(id(above) in known for above in part.iterancestors())] or [root]


def _strip(page: "_Element", parts: "list[_Element]", cuts: list[Strip] | None) -> None:
    """Takes out what is no text of the document; what of it lay in ``parts`` is told in ``cuts``."""
    elements = cast("list[_Element]", page.xpath(_DROPPED_XPATH))
    forms = list(page.iter("form"))
    if not elements and not forms:
        return
    known = set(map(id, parts))
    of_chars = sum(map(_text_length, parts)) if cuts is not None else 0
    found: list[Strip] = []
    for element in elements:
        found += _cut(element, known, of_chars)
    if forms:
        most = _text_length(page) / 2
        for form in forms:
            if form is not page and _text_length(form) <= most:
                found += _cut(form, known, of_chars)
    if cuts is not None:
        cuts += add_up(found)


def _cut(element: "_Element", parts: set[int], of_chars: int) -> Iterator[Strip]:
    if of_chars and any(id(above) in parts for above in element.iterancestors()):
        rule = "[hidden]" if element.get("hidden") is not None and element.tag not in DROPPED else str(element.tag)
        chars = _text_length(element)
        yield Strip(rule=rule, kind=StripKind.ELEMENT, parts=1, chars=chars, of_chars=of_chars)
    remove(element)


def _text_length(element: "_Element") -> int:
    return int(cast(float, element.xpath("string-length(normalize-space(.))")))


class _Walk:
    """Collects inline text and closes a block at every block-level border."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None

    def through(self, part: "_Element") -> None:
        from lxml import etree

        for event, element in etree.iterwalk(part, events=("start", "end")):
            if event == "start":
                self._enter(element)
            else:
                self._leave(element)
                if element is not part:
                    self._text.append(element.tail or "")
        self._close_block(None)

    def _enter(self, element: "_Element") -> None:
        tag = element.tag
        if tag in _BLOCKS or tag in _CELLS:
            self._close_block(None)
        elif tag == "br":
            self._text.append(" ")
        if tag == "tr" and element.find(".//table") is None:
            self._cells = []
        self._text.append(element.text or "")

    def _leave(self, element: "_Element") -> None:
        tag = element.tag
        if self._cells is not None:
            if tag in _CELLS:
                self._cells.append(self._taken())
            elif tag == "tr":
                self._close_row(self._cells)
            elif tag in _BLOCKS:
                self._text.append(" ")
        elif tag in _BLOCKS or tag in _CELLS:
            self._close_block(_HEADINGS.index(tag) + 1 if tag in _HEADINGS else None)

    def _taken(self) -> str:
        text = collapse("".join(self._text))
        self._text.clear()
        return text

    def _close_row(self, cells: list[str]) -> None:
        stray = self._taken()
        self._cells = None
        if any((*cells, stray)):
            self._add(" | ".join((*cells, stray) if stray else cells))

    def _close_block(self, level: int | None) -> None:
        if self._cells is not None:
            self._text.append(" ")
            return
        text = self._taken()
        if not text:
            return
        if level is not None:
            self._path = [(above, heading) for above, heading in self._path if above < level]
        self._add(text)
        if level is not None:
            self._path.append((level, text))

    def _add(self, text: str) -> None:
        self.blocks.append(Block(headings=tuple(heading for _, heading in self._path), text=text))


def links(
    text: str, base_url: str, selector: str | None, drop: tuple[str, ...] = (), *, cuts: list[Strip] | None = None
) -> tuple[Link, ...]:
    """The http(s) links of the page or of a region, in reading order; the same address may come more than once.

    Without a selector the whole page is searched, navigation too. What was cut out is appended to ``cuts``. Raises
    ``Unreadable`` as ``prose``.
    """
    # Imported here: it costs more than the rest of the program's start, and only index pages need it.
    from bs4 import BeautifulSoup

    root = parse_html(text)
    base = base_url if root is None else _base(root, base_url)
    part = region(root, selector, drop, cuts=cuts)
    refuse_larger(part, MAX_SOUP_ELEMENTS)
    soup = BeautifulSoup(markup_of(part), "lxml")
    return tuple(_links(soup, base))


def _base(root: "_Element", base_url: str) -> str:
    written = next((element.get("href") for element in root.iter("base")), None)
    return (written and absolute_url(written, base_url)) or base_url


def _links(soup: "BeautifulSoup", base: str) -> Iterator[Link]:
    heading = ""
    for tag in soup.find_all(["a", *_HEADINGS]):
        if tag.name != "a":
            heading = _visible(tag) or heading
        elif href := absolute_url(str(tag.get("href") or ""), base):
            yield Link(text=_visible(tag), href=href, heading=heading)


def _visible(tag: "Tag") -> str:
    """The text people see of a link or heading: its words, or what stands in for its picture."""
    return collapse(tag.get_text()) or collapse(str(tag.get("aria-label") or tag.get("title") or _alternative(tag)))


def _alternative(tag: "Tag") -> str:
    image = cast("Tag | None", tag.find("img", alt=True))
    return str(image["alt"]) if image is not None else ""


def absolute_url(written: str, base_url: str) -> str | None:
    """The address as absolute http(s) URL, without fragment and tracking (``ref``, ``utm_...``); None for any other."""
    if not written.strip() or len(written) > _MAX_URL:
        return None
    try:
        parts = urlsplit(urljoin(base_url, written.strip()))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None:
        return None
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        place = f"{place}:{port}"
    return urlunsplit((parts.scheme, place, parts.path or "/", _without_tracking(parts.query), ""))


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not _TRACKING.fullmatch(pair.split("=", 1)[0]))
