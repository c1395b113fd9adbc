"""Sources and pages as an entry in sources.yaml would make them."""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.pipeline.opening import Opening
from monitor.sandbox.pdf import PdfOpener
from monitor.sources.kinds import KINDS
from monitor.sources.official import Reader

URL = "https://h.invalid/list/"


def source(kind: Kind, reading: Reading, contract: Contract | None = None, url: str = URL) -> Source:
    return Source(
        id=SourceId("demo.page"),
        name="DEMO page",
        authority="DEMO",
        kind=kind,
        routes=(Route(url=url),),
        every=timedelta(days=1),
        extractor=kind.value,
        contract=contract or Contract(),
        reading=reading,
    )


def extracted(
    kind: Kind, body: bytes | str, reading: Reading, contract: Contract | None = None, url: str = URL
) -> Snapshot:
    """What the kind reads from the body."""
    raw = body.encode() if isinstance(body, str) else body
    module = KINDS[kind]
    reader = Opening(Reader(version=module.VERSION, extract=module.extract), PdfOpener().open)
    return reader.extract(Page(body=raw, url=url), source(kind, reading, contract, url))
