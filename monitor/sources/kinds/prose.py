"""Any document that comes as a web page or as PDF: its text as passages under their headings."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from monitor.formats.html import Block, page_title, prose
from monitor.formats.sniff import Form
from monitor.formats.text import decode, without_icon_names
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Passage, Snapshot
from monitor.model.source import Source
from monitor.sources.kinds.forms import WORDS, form_met

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

    Of a PDF document, which has no such parts, all paragraphs. Raises ``Unreadable`` for a body that is neither a web
    page nor a PDF document with text, and for a selector that matches nothing.
    """
    form = form_met(page, source)
    if form is Form.PDF:
        return _read_pdf(page)
    if form is not Form.HTML:
        raise Unreadable("not-html", f"The address answered with {WORDS[form]}, not with the web page that was due.")
    text = decode(page.body, page.charset)
    return _snapshot(form, prose(text, source.reading.selector, source.reading.drop), page_title(text))


def _read_pdf(page: Page) -> Snapshot:
    # Imported here: no start waits for the readers of a form that few documents come in.
    from monitor.formats.pdf import read_layout
    from monitor.formats.pdf_prose import read_prose

    document = read_prose(read_layout(page.layout))
    return _snapshot(Form.PDF, document.blocks, document.title)


def _snapshot(form: Form, blocks: Iterable[Block], title: str | None) -> Snapshot:
    return Snapshot(
        extractor="prose",
        extractor_version=VERSION,
        form=form.value,
        passages=tuple(_passages(blocks)),
        title=title,
    )


def _passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    for block in blocks:
        text = without_icon_names(block.text)
        if text and not _VOLATILE.fullmatch(text):
            yield Passage(headings=tuple(map(without_icon_names, block.headings)), text=text)
