"""Full text of a payment rule: the passages that speak of software services, under their section headings.

- What: the plain text of one rule behind ``federal-register`` (the CY2025 fee schedule's has some 5.7 million
  characters, as reported), of which those passages are kept that are relevant by their own words or stand in a section
  whose heading is. What is relevant, ``monitor.assess`` says by its terms and watched codes; it is handed in.
- Where: ``/documents/full_text/text/YYYY/MM/DD/NUMBER.txt``, as recorded ``raw_text_url``s have it. No key.
- How often it moves: never, once published; corrections are documents of their own.
- Caveats: the final rule's passages are compared with those of the proposed one, two documents by number. Tables set
  as pictures are not in the text. When the terms are edited, the stored bytes are read anew and nobody is told.
"""

import re
from typing import Final

from monitor.formats.register import Paragraph, RegisterText, read_register
from monitor.formats.text import decode
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Passage, Snapshot
from monitor.model.source import Source
from monitor.sources.official import Reader, Topic

VERSION: Final = 1
EXTRACTOR: Final = "federal-register.rule-text"

_NUMBER_IN_URL: Final = re.compile(r"/([A-Z0-9-]+)\.txt(?:\?|$)")
_TERMS_RANGE: Final = 1_000_000


def reader(topic: Topic) -> Reader:
    """Reads a rule's text; the version moves with the topic, so that the stored text is then read anew."""
    version = VERSION * _TERMS_RANGE + topic.version % _TERMS_RANGE

    def extract(page: Page, source: Source) -> Snapshot:
        document = _document(page)
        kept = tuple(_kept(document, topic))
        return Snapshot(
            extractor=source.extractor, extractor_version=version, form="text", passages=kept, title=document.number
        )

    return Reader(version=version, extract=extract)


def _document(page: Page) -> RegisterText:
    """The text, if it is the whole text of the document that was asked for. Raises ``Unreadable``."""
    document = read_register(decode(page.body, page.charset))
    asked = _NUMBER_IN_URL.search(page.url)
    if document.number is None or not document.is_whole:
        raise Unreadable("not-whole", "The text lacks the document's number or its last line: it is not a whole rule.")
    if asked and asked[1] != document.number:
        raise Unreadable("other-document", f"The text is that of {document.number}, not of {asked[1]}.")
    return document


def _kept(document: RegisterText, topic: Topic) -> list[Passage]:
    known: dict[str, bool] = {}

    def is_about(heading: str) -> bool:
        if heading not in known:
            known[heading] = topic.speaks(heading)
        return known[heading]

    def is_kept(paragraph: Paragraph) -> bool:
        return any(map(is_about, paragraph.headings)) or topic.speaks(paragraph.text)

    return [Passage(headings=p.headings, text=p.text) for p in document.paragraphs if is_kept(p)]
