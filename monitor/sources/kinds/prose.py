"""Any document that comes as a web page: its text as passages under their headings."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from monitor.formats.html import Block, page_title, prose
from monitor.formats.sniff import Form, sniff
from monitor.formats.text import decode, without_icon_names
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Passage, Snapshot
from monitor.model.source import Source

VERSION: Final = 2

_VOLATILE: Final = re.compile(
    r"(?:updated?\s*[|:·-]\s*)?\d{1,3}\s*min(?:ute)?s?\.?\s+read|back to top|skip to (?:main )?content"
    r"|print(?: this page)?|share(?: this page)?|(?:give |send )?feedback"
    r"|user id:?\s*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
"""Whole passages that say nothing of the document: reading times, buttons, and the number that a consent banner gives
each visit."""


def extract(page: Page, source: Source) -> Snapshot:
    """The passages of ``reading.selector`` (default: the page's main part), without the parts ``reading.drop`` names.

    Raises ``Unreadable`` for a body that is no web page and for a selector that matches nothing.
    """
    text = _page_text(page)
    blocks = prose(text, source.reading.selector, source.reading.drop)
    return Snapshot(
        extractor="prose",
        extractor_version=VERSION,
        form="html",
        passages=tuple(_passages(blocks)),
        title=page_title(text),
    )


def _passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    for block in blocks:
        text = without_icon_names(block.text)
        if text and not _VOLATILE.fullmatch(text):
            yield Passage(headings=tuple(map(without_icon_names, block.headings)), text=text)


def _page_text(page: Page) -> str:
    form = sniff(page.body, page.media_type)
    if form is not Form.HTML:
        raise Unreadable("not-html", f"The address answered with {_WORDS[form]}, not with the web page that was due.")
    return decode(page.body, page.charset)


_WORDS: Final = {
    Form.CSV: "plain text or a CSV list",
    Form.XLSX: "an Excel workbook",
    Form.XML: "an XML file",
    Form.JSON: "JSON data",
    Form.FEED: "a news feed",
    Form.PDF: "a PDF document",
    Form.ZIP: "a zip archive",
    Form.UNKNOWN: "nothing readable",
}
