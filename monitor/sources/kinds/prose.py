"""Any document that comes as a web page or as PDF: its text as passages under their headings."""

from collections.abc import Iterable
from typing import Final

from monitor.formats.html import Block, page_title, prose
from monitor.formats.sniff import Form
from monitor.formats.text import decode
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Passage, Snapshot, Strip
from monitor.model.source import Source
from monitor.sources.kinds.forms import WORDS, form_met
from monitor.sources.kinds.noise import without_noise

VERSION: Final = 3


def extract(page: Page, source: Source) -> Snapshot:
    """The passages of ``reading.selector`` (default: the page's main part), without the parts ``reading.drop`` names
    and without the noise that ``noise`` knows; what was cut is told in ``strips``.

    Of a PDF document, which has no such parts, all paragraphs. Raises ``Unreadable`` for a body that is neither a web
    page nor a PDF document with text, and for a selector that matches nothing.
    """
    form = form_met(page, source)
    if form is Form.PDF:
        return _read_pdf(page)
    if form is not Form.HTML:
        raise Unreadable("not-html", f"The address answered with {WORDS[form]}, not with the web page that was due.")
    text = decode(page.body, page.charset)
    cuts: list[Strip] = []
    blocks = prose(text, source.reading.selector, source.reading.drop, cuts=cuts)
    return _snapshot(form, blocks, page_title(text), cuts)


def _read_pdf(page: Page) -> Snapshot:
    # Imported here: no start waits for the readers of a form that few documents come in.
    from monitor.formats.pdf import read_layout
    from monitor.formats.pdf_prose import read_prose

    document = read_prose(read_layout(page.layout))
    return _snapshot(Form.PDF, document.blocks, document.title, [])


def _snapshot(form: Form, blocks: Iterable[Block], title: str | None, cuts: Iterable[Strip]) -> Snapshot:
    passages, noise = without_noise([Passage(headings=block.headings, text=block.text) for block in blocks])
    return Snapshot(
        extractor="prose",
        extractor_version=VERSION,
        form=form.value,
        passages=passages,
        title=title,
        strips=(*cuts, *noise),
    )
