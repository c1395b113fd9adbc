"""HTML text to trees, with the guards every parser needs: both libxml2 and Lexbor are quadratic on hostile markup.

Measured on 200,000 attributes in one tag: libxml2 159 s, Lexbor 230 s; on elements nested 100,000 deep: Lexbor 30 s. So
attributes are counted before any parser sees them, and libxml2 with its depth limit always comes first.
"""

import re
from typing import TYPE_CHECKING, Final, cast

from monitor.formats.cuts import missing_part, selected_markup
from monitor.formats.selectors import found, is_plain
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Strip

if TYPE_CHECKING:
    from lxml.etree import _Element

# lxml and selectolax are imported where they are used: they cost more than the rest of the program's start.

MAX_CHARS: Final = 24_000_000
MAX_TAGS: Final = 400_000
MAX_ATTRIBUTES: Final = 100
MAX_ALL_ATTRIBUTES: Final = 1_500_000
SMALL_CHARS: Final = 20_000
"""A page no larger cannot hold enough attributes to make a parser slow."""
MAX_TABLE_ELEMENTS: Final = 60_000
MAX_SOUP_ELEMENTS: Final = 60_000
"""A soup takes a kilobyte and 40 microseconds an element."""

_WS: Final = r"\t\n\f\r "
_ATTRIBUTE: Final = rf"[^{_WS}/>][^{_WS}/>=]*+(?:[{_WS}]*+=[{_WS}]*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^{_WS}>]*+))?+"
_TAG: Final = re.compile(rf"(</?[a-zA-Z][^{_WS}/>]*+)((?:[{_WS}/]++|{_ATTRIBUTE})*+)")
"""A tag without its ``>``, by the tokenizer's rules of the HTML standard. Possessive throughout, hence linear."""

_UNFIT: Final = bytes({*range(0x20), 0x7F} - {*b"\t\n\f\r"})
_UNFIT_WIDE: Final = re.compile("[\ufffe\uffff\ud800-\udfff]+")
"""Characters that no tree can hold, and no reader sees."""

_ONE_ATTRIBUTE: Final = re.compile(_ATTRIBUTE)
_MUTE_NAMES: Final = "script style template noscript svg math iframe object canvas select datalist textarea"
_MUTE: Final = tuple(_MUTE_NAMES.split())
_OWN_ROWS: Final = "count(./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr)"


def parse_html(text: str) -> "_Element | None":
    """The page's root element; None for a page without any element.

    Raises ``Unreadable`` (``hostile-markup``) for a page nested deeper or larger than real ones are.
    """
    root, complete = _parsed(text)
    if not complete:
        raise _hostile("is nested deeper than any real page")
    return root


def parse_leniently(text: str) -> "_Element | None":
    """Like ``parse_html``, but never raises: of a page nested too deep the part before that, of a monster nothing."""
    try:
        return _parsed(text)[0]
    except Unreadable:
        return None


def _parsed(text: str, *, tame: bool = True) -> "tuple[_Element | None, bool]":
    from lxml import etree

    markup = _fit(_tamed(text) if tame else text)
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = cast("_Element | None", etree.fromstring(markup, parser))
    except etree.LxmlError:
        return None, True
    return root, all(entry.type_name != "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def _fit(text: str) -> bytes:
    """The text as the parser takes it, without what no tree can hold."""
    wide = text if text.isascii() else _UNFIT_WIDE.sub("", text)
    return wide.encode().translate(None, _UNFIT)


def _tamed(text: str) -> str:
    if len(text) > MAX_CHARS or text.count("<") > MAX_TAGS:
        raise _hostile("is larger than any real page")
    if len(text) <= SMALL_CHARS:
        return text
    return _TAG.sub(_Tamer().tamed, text)


class _Tamer:
    """Takes the attributes off tags that have more than any real tag, and counts those of the page (roughly)."""

    def __init__(self) -> None:
        self._seen = 0

    def tamed(self, tag: re.Match[str]) -> str:
        attributes = tag[2]
        if len(attributes) < 3:
            return tag[0]
        # Never fewer than there are: they are parted by white space, by slashes, or by quotes after an equals sign.
        at_most = attributes.count("=") + attributes.count("/") + len(attributes.split())
        if at_most > MAX_ATTRIBUTES and sum(1 for _ in _ONE_ATTRIBUTE.finditer(attributes)) > MAX_ATTRIBUTES:
            # Script that looks like a tag comes here too; it is no text of the page anyway.
            return tag[1]
        self._seen += at_most
        if self._seen > MAX_ALL_ATTRIBUTES:
            raise _hostile("is larger than any real page")
        return tag[0]


def _hostile(what: str) -> Unreadable:
    return Unreadable("hostile-markup", f"The page {what}; it was not read.")


def is_selector(written: str) -> bool:
    """Whether it is a CSS selector that pages can be searched by. The plainest ones are known without a parser."""
    if is_plain(written):
        return True
    # Imported here: a settings file with plain selectors alone must not pay for it.
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p></p>").css(written)
    except SelectolaxError:
        return False
    return True


def region(
    root: "_Element | None",
    selector: str | None,
    drop: tuple[str, ...] = (),
    *,
    read: str = "body",
    cuts: list[Strip] | None = None,
) -> "_Element":
    """The parts of a page that ``selector`` names (outermost ones, each in a ``div``), without those ``drop`` names.

    Without a selector it is the whole page. Scripts, styles and the like are gone. What each ``drop`` took is appended
    to ``cuts``, counted inside ``selector``, or without one inside ``read``: what the caller will read. Raises
    ``Unreadable``: ``selector-missing``, ``bad-selector``.
    """
    from lxml import etree

    if root is None:
        root = etree.Element("html")
    remove_mute(root)
    if selector is None and not drop:
        return root
    chosen, complete = _parsed(
        selected_markup(markup_of(root), selector, drop, read, cuts), tame=False
    )  # tamed when it was read
    if not complete:
        raise _hostile("is nested deeper than any real page")
    return etree.Element("html") if chosen is None else chosen


def remove_mute(root: "_Element") -> None:
    """Takes out scripts, styles and the like, whose text nobody reads."""
    for element in list(root.iter(*_MUTE)):
        if element is not root:
            remove(element)


def markup_of(element: "_Element") -> str:
    """The element as HTML text, without the text that follows it."""
    from lxml import etree

    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def remove(element: "_Element") -> None:
    """Takes an element out of its tree; the text that follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def table_element(text: str, selector: str | None) -> "_Element":
    """The one table meant: of those in the region, the one with most rows of its own, without tables inside its cells.

    Raises ``Unreadable``: ``no-table``, and as ``region``.
    """
    tables = _tables(parse_html(text), selector)
    if not tables:
        where = f"The part “{selector}” of the page" if selector else "The page"
        raise Unreadable("no-table", f"{where} holds no table; it may be an error page or a rebuilt one.")
    chosen = max(tables, key=_own_rows)
    for inner in list(chosen.iter("table")):
        if inner is not chosen:
            remove(inner)
    refuse_larger(chosen, MAX_TABLE_ELEMENTS)
    return chosen


def _tables(root: "_Element | None", selector: str | None) -> "list[_Element]":
    """All tables of the page or of the part of it; what is no text of the page is gone from them."""
    if root is None or selector is None or not is_plain(selector):
        return list(region(root, selector).iter("table"))
    remove_mute(root)
    parts = found(root, selector)
    if not parts:
        raise missing_part(selector)
    return [table for part in parts for table in part.iter("table")]


def refuse_larger(element: "_Element", most: int) -> None:
    """Raises ``Unreadable`` (``hostile-markup``) for a part with more than ``most`` elements in it."""
    if cast(float, element.xpath("count(descendant::*)")) > most:
        raise _hostile("has a part larger than any real one")


def _own_rows(table: "_Element") -> float:
    return cast(float, table.xpath(_OWN_ROWS))
