"""The recorded copies of documents behind the official lists. They have no address of their own; each is read as if it
had been fetched from the one that stands here.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.pipeline.opening import Opening
from monitor.sandbox.pdf import PdfOpener
from monitor.sources import DOCUMENTS, RULE_TEXT, extractor_for
from monitor.sources.official import Reader
from tests.sources.copies import MEDIA_TYPES, RECORDED

READERS: Final = (*DOCUMENTS, RULE_TEXT)
_CMS: Final = "https://api.coverage.cms.gov/v1/data"
_FDA: Final = "https://api.fda.gov/device"
_AMA: Final = "https://www.ama-assn.org/system/files"
_FEDERAL: Final = "https://www.federalregister.gov/documents/full_text/text/2026"

ADDRESSES: Final = {
    "cms.document-text/01": f"{_CMS}/lcd/?lcdid=99001&ver=4",
    "cms.document-text/02": f"{_CMS}/lcd/?lcdid=99001&ver=5",
    "cms.document-text/03": f"{_CMS}/lcd/tracking-sheet?lcdid=99003&ver=2",
    "cms.document-text/04": f"{_CMS}/nca/history?ncaid=9001",
    "cms.document-codes/01": f"{_CMS}/article/hcpc-code?articleid=99716&ver=5",
    "cms.document-codes/02": f"{_CMS}/article/hcpc-code?articleid=99716&ver=6",
    "fda.submission/01": f"{_FDA}/510k.json?search=k_number:K900101",
    "fda.submission/02": f"{_FDA}/pma.json?search=pma_number:P900102&sort=decision_date:asc&limit=100",
    "ama.panel-grid/01": f"{_AMA}/demo-may-2026-summary.pdf",
    "ama.panel-grid/02": f"{_AMA}/demo-may-2026-summary.pdf",
    "ama.panel-agenda/01": f"{_AMA}/demo-september-2026-agenda.pdf",
    "ama.panel-agenda/02": f"{_AMA}/demo-september-2026-agenda.pdf",
    "federal-register.rule-text/01": f"{_FEDERAL}/07/14/2026-90001.txt",
    "federal-register.rule-text/02": f"{_FEDERAL}/11/04/2026-90002.txt",
}


@dataclass(frozen=True)
class Word:
    """A topic of one word, so that the copies are read alike whatever the terms are."""

    word: str = "software"
    version: int = 7

    def speaks(self, text: str) -> bool:
        return self.word in text.casefold()


def document_source(name: str, url: str) -> Source:
    return Source(
        id=SourceId(f"demo.{name}"), name="DEMO", authority="DEMO", kind=Kind.PROSE, routes=(Route(url=url),),
        every=timedelta(days=1), extractor=name, contract=Contract(),
    )  # fmt: skip


def reader_of(name: str) -> Reader:
    return extractor_for(document_source(name, "https://demo.invalid/"), Word())


def read_document(copy: Path) -> Snapshot:
    name = copy.parent.name
    url = ADDRESSES[f"{name}/{copy.stem}"]
    page = Page(body=copy.read_bytes(), url=url, media_type=MEDIA_TYPES[copy.suffix])
    return Opening(reader_of(name), PdfOpener().open).extract(page, document_source(name, url))


def document_copies(name: str) -> list[Path]:
    """The recorded copies of one reader, in order, without their goldens."""
    return sorted(path for path in (RECORDED / name).iterdir() if not path.name.endswith(".golden.json"))
