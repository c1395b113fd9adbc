"""Sources and pages as an entry in sources.yaml would make them."""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.kinds import KINDS

URL = "https://h.invalid/list/"


def source(kind: Kind, reading: Reading, contract: Contract | None = None) -> Source:
    return Source(
        id=SourceId("demo.page"),
        name="DEMO page",
        authority="DEMO",
        kind=kind,
        routes=(Route(url=URL),),
        every=timedelta(days=1),
        extractor=kind.value,
        contract=contract or Contract(),
        reading=reading,
    )


def extracted(kind: Kind, body: bytes | str, reading: Reading, contract: Contract | None = None) -> Snapshot:
    """What the kind reads from the body."""
    raw = body.encode() if isinstance(body, str) else body
    return KINDS[kind].extract(Page(body=raw, url=URL), source(kind, reading, contract))
