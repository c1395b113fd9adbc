"""What a body turned out to be, in words; and the one promise that an address makes: that a PDF document will come."""

from typing import Final
from urllib.parse import urlsplit

from monitor.formats.sniff import Form, sniff
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page
from monitor.model.source import Source

PDF_MEDIA_TYPE: Final = "application/pdf"

WORDS: Final = {
    Form.CSV: "plain text or a CSV list",
    Form.XLSX: "an Excel workbook",
    Form.XML: "an XML file",
    Form.HTML: "a web page",
    Form.JSON: "JSON data",
    Form.FEED: "a news feed",
    Form.PDF: "a PDF document",
    Form.ZIP: "a zip archive",
    Form.UNKNOWN: "nothing readable",
}


def form_met(page: Page, source: Source) -> Form:
    """The form of the body, by its bytes.

    Raises ``Unreadable`` (``not-pdf``) for anything else where the address or the server promised a PDF document: a
    page that says "sign in" or "moved" would otherwise be read as the document's new text.
    """
    form = sniff(page.body, page.media_type)
    if form is not Form.PDF and _promises_pdf(page, source):
        raise Unreadable("not-pdf", f"The address answered with {WORDS[form]}, not with the PDF document that was due.")
    return form


def _promises_pdf(page: Page, source: Source) -> bool:
    addresses = [route.url for route in source.routes if route.link_text is None]
    named = _is_named_pdf(page.url) or (bool(addresses) and all(map(_is_named_pdf, addresses)))
    return named or page.media_type == PDF_MEDIA_TYPE


def _is_named_pdf(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(".pdf")
