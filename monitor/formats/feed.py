"""RSS and Atom feeds as entries. Only a complete and sound feed is believed: half a feed looks like removals."""

import html.entities
import io
import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from monitor.formats.dates import iso_moment
from monitor.formats.html import absolute_url
from monitor.formats.sniff import Form, sniff
from monitor.formats.text import collapse, decode, plain, unescape_fully
from monitor.model.errors import Unreadable

MAX_BYTES: Final = 16 * 1024 * 1024
_MAX_TAGS: Final = 60_000
_MAX_ATTRIBUTES: Final = 100
_HARMLESS: Final = frozenset({"CharacterEncodingOverride", "NonXMLContentType"})
_NAMED: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_HREF: Final = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']([^\"'<>]+)[\"']", re.IGNORECASE)
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Entry(Struct, frozen=True, kw_only=True):
    """One item. ``id`` is the publisher's (guid), else the link; ``published`` is ISO 8601 with the offset when one is
    stated, "" when there is none that can be read; ``link`` is absolute http(s) or ""; the rest is plain text.
    """

    id: str
    title: str
    link: str
    published: str
    summary: str


class Feed(Struct, frozen=True, kw_only=True):
    title: str
    entries: tuple[Entry, ...]


def read_feed(body: bytes) -> Feed:
    """The feed's entries in published order.

    Raises ``Unreadable``: ``not-feed`` (a web page or other XML), ``bad-feed`` (not sound: cut short, for one),
    ``too-large``.
    """
    # Imported here: only feeds pay for it.
    import feedparser

    source = _sound_xml(body)
    # From a stream: given bytes, feedparser first tries them as the name of a local file.
    parsed = feedparser.parse(io.BytesIO(source), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version"):
        raise _not_feed()
    if parsed.get("bozo") and type(parsed.get("bozo_exception")).__name__ not in _HARMLESS:
        raise _broken(str(parsed.get("bozo_exception")))
    base = str(parsed.feed.get("link") or "")
    return Feed(title=plain(_text(parsed.feed, "title")), entries=tuple(_entry(item, base) for item in parsed.entries))


def _sound_xml(body: bytes) -> bytes:
    """The feed as well-formed UTF-8 XML that feedparser's strict parser takes; its lenient one is slow and guesses."""
    from lxml import etree

    if len(body) > MAX_BYTES or body.count(b"<") > _MAX_TAGS:
        raise Unreadable("too-large", "The feed is larger than any feed is; it was not read.")
    text = _NO_XML.sub("", decode(body, None))
    source = _NAMED.sub(_as_character, text[_prologue_end(text) :].rstrip()).encode()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as fault:
        if sniff(body, None) is not Form.FEED:
            raise _not_feed() from fault
        raise _broken(str(fault)) from fault
    if root.xpath(f"//*[count(@*) > {_MAX_ATTRIBUTES}]"):
        raise _broken("an element has more attributes than any real one")
    if str(root.tag).rpartition("}")[2].lower() not in ("rss", "feed", "rdf"):
        raise _not_feed()
    return source


def _prologue_end(text: str) -> int:
    """Where the root element begins: declarations, comments and a plain DOCTYPE are passed over."""
    position, end = 0, 0
    while end >= 0:
        position = _past_spaces(text, end)
        if text.startswith("<!--", position):
            end = _past(text, "-->", position)
        elif text.startswith("<?", position):
            end = _past(text, "?>", position)
        elif text[position : position + 9].lower() == "<!doctype":
            end = _past(text, ">", position)
            if "[" in text[position:end]:
                raise _broken("it declares entities of its own")
        else:
            break
    return position


def _past(text: str, mark: str, position: int) -> int:
    found = text.find(mark, position)
    return found + len(mark) if found >= 0 else -1


def _past_spaces(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n\ufeff":
        position += 1
    return position


def _as_character(found: re.Match[str]) -> str:
    """HTML's names for characters, which XML does not know, as the characters; unknown names as plain text."""
    character = html.entities.html5.get(f"{found[1]};")
    return f"&amp;{found[1]};" if character is None else character


def _not_feed() -> Unreadable:
    return Unreadable("not-feed", "The address answered with a web page, not with the news feed that was due.")


def _broken(what: str) -> Unreadable:
    shown = collapse(what)[:120]
    return Unreadable("bad-feed", f"The feed is not sound XML ({shown}); it may have been cut short on its way.")


def _text(members: Mapping[str, Any], name: str) -> str:
    # Asked with `in` first: feedparser answers for absent names by guessing another, with a warning.
    return str(members[name] or "") if name in members else ""


def _entry(item: Mapping[str, Any], base: str) -> Entry:
    title = _text(item, "title")
    link = absolute_url(_text(item, "link") or _address_in(title), base) or ""
    stated = _text(item, "published") or _text(item, "updated") or _text(item, "created")
    return Entry(
        id=collapse(_text(item, "id")) or link or plain(title),
        title=plain(title),
        link=link,
        published=iso_moment(collapse(stated)) or "",
        summary=plain(_text(item, "summary") or _content(item)),
    )


def _address_in(title: str) -> str:
    """Some feeds write the title as a link: ``<a href="/newsroom/...">Title</a>``."""
    found = _HREF.search(unescape_fully(title))
    return found[1] if found else ""


def _content(item: Mapping[str, Any]) -> str:
    return str(item["content"][0].get("value") or "") if item.get("content") else ""
