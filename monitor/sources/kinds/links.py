"""Any page that is an index: its links as records, so that a new document is an added record."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from monitor.formats.html import Link, links, page_title
from monitor.formats.sniff import Form, sniff
from monitor.formats.text import decode, without_icon_names
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot, Strip
from monitor.model.source import Source

VERSION: Final = 3

COLUMNS: Final = ("title", "url", "heading")
_MENUS: Final = ("nav", "footer")


def extract(page: Page, source: Source) -> Snapshot:
    """One record a link of ``reading.selector`` whose address matches ``reading.link_pattern`` and whose words match
    ``reading.link_text``, keyed by its address.

    Menus and footers are left out unless the selector names a part of them. A document linked more than once is one
    record, under the first link that has words. Raises ``Unreadable`` where the index may be empty and the page came
    without any link: that is no evidence that the link looked for is not there.
    """
    if sniff(page.body, page.media_type) is not Form.HTML:
        raise Unreadable("not-html", "The address answered with something else than the web page that was due.")
    text, reading = decode(page.body, page.charset), source.reading
    drop = reading.drop if reading.selector else (*reading.drop, *_MENUS)
    cuts: list[Strip] = []
    found = [_tidy(link) for link in links(text, page.url, reading.selector, drop, cuts=cuts)]
    if not found and source.contract.allow_empty:
        raise Unreadable("no-links", "The page came without any link in its main part, where an index was due.")
    return Snapshot(
        extractor="links",
        extractor_version=VERSION,
        form="html",
        records=_records(_matching(found, reading.link_pattern, reading.link_text)),
        title=page_title(text),
        columns=COLUMNS,
        strips=tuple(cuts),
    )


def _tidy(link: Link) -> Link:
    return replace(link, text=without_icon_names(link.text), heading=without_icon_names(link.heading))


def _matching(found: Iterable[Link], address: str | None, words: str | None) -> list[Link]:
    place, said = re.compile(address or ""), re.compile(words or "")
    return [link for link in found if place.search(link.href) and said.search(link.text)]


def _records(found: Iterable[Link]) -> tuple[Record, ...]:
    chosen: dict[str, Link] = {}
    for link in found:
        if link.href not in chosen or (link.text and not chosen[link.href].text):
            chosen[link.href] = link
    return tuple(_record(link) for link in chosen.values())


def _record(link: Link) -> Record:
    fields = dict(zip(COLUMNS, (link.text, link.href, link.heading), strict=True))
    return Record(key=RecordKey(link.href), label=link.text or link.href, fields=fields, url=link.href)
