"""A watched page and its checks, as the pipeline's tests need them."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.pipeline.rulings import slot_of

ONE = "https://www.cms.gov/one"
TWO = "https://www.cms.gov/two"
OTHER = "https://www.fda.gov/other"
DAY = timedelta(days=1)


def a_source(*routes: Route | str, every: timedelta = DAY, **more: Any) -> Source:
    plain = Source(
        id=SourceId("demo.list"),
        name="Demo list",
        authority="DEMO",
        kind=Kind.JSON,
        routes=tuple(one if isinstance(one, Route) else Route(url=one) for one in routes or (ONE,)),
        every=every,
        extractor="json",
        contract=Contract(),
    )
    return replace(plain, **more)


def read_lines(page: Page, source: Source) -> Snapshot:
    """Each line of the body is a record; a line ``next: URL`` names the following page."""
    lines = page.body.decode().split()
    url = lines[lines.index("next:") + 1] if "next:" in lines else None
    kept = [line for line in lines if line not in {"next:", url}]
    records = tuple(Record(key=RecordKey(line), label=line, fields={"key": line}) for line in kept)
    return Snapshot(extractor="lines", extractor_version=1, form="text", records=records, next_url=url)


def a_check(at: datetime, verdict: Verdict = Verdict.SAME, *, every: timedelta = DAY, code: str = "code") -> Check:
    return Check(
        source_id=SourceId("demo.list"),
        slot_at=slot_of(at, every),
        started_at=at,
        ended_at=at + timedelta(seconds=1),
        trigger=Trigger.SCHEDULE,
        ruling=Ruling(verdict=verdict, code=code, reason=f"It was {code}."),
    )
