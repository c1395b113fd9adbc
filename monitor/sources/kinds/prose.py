"""Any document that comes as a web page: its text as passages under their headings."""

import re
from typing import Final

from monitor.formats.html import page_title, prose
from monitor.formats.sniff import Form, sniff
from monitor.formats.text import decode
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Passage, Snapshot
from monitor.model.source import Source

VERSION: Final = 1

_VOLATILE: Final = re.compile(
    r"(?:updated?\s*[|:·-]\s*)?\d{1,3}\s*min(?:ute)?s?\.?\s+read|back to top|skip to (?:main )?content"
    r"|print(?: this page)?|share(?: this page)?",
    re.IGNORECASE,
)
"""Whole passages that say nothing of the document: reading times and buttons."""


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
        passages=tuple(
            Passage(headings=block.headings, text=block.text) for block in blocks if not _VOLATILE.fullmatch(block.text)
        ),
        title=page_title(text),
    )


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
