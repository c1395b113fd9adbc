"""Changes as Atom (RFC 4287) and as JSON Feed 1.1. Titles and texts are plain: no reader is to take them for HTML."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from monitor.compose.envelope import Json
from monitor.model.feed import FeedEntry

TITLE = "CMAA Watch"
DEMO_TITLE = "[DEMO] CMAA Watch: invented events, not regulatory news"
AUTHOR = "CMAA Watch"
_ATOM = "http://www.w3.org/2005/Atom"


def atom_feed(entries: Sequence[FeedEntry], *, feed_id: str, begun_at: datetime, demo: bool) -> bytes:
    """The feed as UTF-8 XML, newest entry first. It was updated with its newest entry, or at ``begun_at``."""
    # Imported here: most ticks write no feed.
    from lxml import etree

    feed = etree.fromstring(f'<feed xmlns="{_ATOM}"/>')

    def put(parent: "etree._Element", name: str, text: str | None = None, **attributes: str) -> "etree._Element":
        made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
        made.text = text
        return made

    put(feed, "id", feed_id)
    put(feed, "title", DEMO_TITLE if demo else TITLE, type="text")
    put(feed, "updated", _stamp(max((one.updated for one in entries), default=begun_at)))
    put(put(feed, "author"), "name", AUTHOR)
    for one in entries:
        entry = put(feed, "entry")
        put(entry, "id", one.id)
        put(entry, "title", one.title, type="text")
        put(entry, "published", _stamp(one.published))
        put(entry, "updated", _stamp(one.updated))
        if one.url:
            put(entry, "link", rel="alternate", href=one.url)
        for tag in one.tags:
            put(entry, "category", term=tag)
        put(entry, "content", one.text, type="text")
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def json_feed(entries: Sequence[FeedEntry], *, demo: bool) -> bytes:
    """The same as JSON."""
    items = []
    for one in entries:
        item: dict[str, Json] = {
            "id": one.id,
            "title": one.title,
            "content_text": one.text,
            "date_published": _stamp(one.published),
            "date_modified": _stamp(one.updated),
            "tags": list(one.tags),
        }
        items.append({**item, "url": one.url} if one.url else item)
    title = DEMO_TITLE if demo else TITLE
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "authors": [{"name": AUTHOR}],
        "items": items,
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
