"""Short ways to say what a test is about."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.model.capture import Capture, Hop
from monitor.model.ids import RecordKey, Sha256, SourceId
from monitor.model.snapshot import Passage, Record, Snapshot
from monitor.model.source import Contract, Kind, Route, Source

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIST_URL = "https://www.fda.gov/media/178541/download?attachment"
PAGE_URL = "https://www.ama-assn.org/practice-management/cpt/cpt-appendix-s"


def record(key: str, label: str = "", **fields: str) -> Record:
    return Record(key=RecordKey(key), label=label or fields.get("device", key), fields=fields)


def table(*records: Record, form: str = "csv", columns: tuple[str, ...] = (), total: int | None = None) -> Snapshot:
    return Snapshot(
        extractor="fda.ai-devices",
        extractor_version=1,
        form=form,
        records=records,
        columns=columns,
        declared_total=total,
    )


def devices(count: int, *, start: int = 1) -> tuple[Record, ...]:
    return tuple(record(f"K{n:06}", device=f"Device {n}", company=f"Company {n}") for n in range(start, start + count))


def prose(*texts: str, heading: str | None = None, title: str | None = "Appendix S") -> Snapshot:
    headings = () if heading is None else (heading,)
    return passages(*(Passage(headings=headings, text=text) for text in texts), title=title)


def passages(*found: Passage, title: str | None = "Appendix S") -> Snapshot:
    return Snapshot(extractor="prose", extractor_version=1, form="html", passages=found, title=title)


def under(heading: str, text: str) -> Passage:
    return Passage(headings=(heading,), text=text)


def response(
    body: bytes | str = b"",
    *,
    status: int = 200,
    url: str = LIST_URL,
    final: str | None = None,
    media: str | None = "text/html; charset=utf-8",
    headers: Mapping[str, str] | None = None,
    hops: tuple[Hop, ...] | None = None,
) -> Capture:
    data = body.encode() if isinstance(body, str) else body
    sent = ({"Content-Type": media} if media else {}) | dict(headers or {})
    return Capture(
        official_url=url,
        final_url=final or url,
        hops=hops or (Hop(url=url, status=status),),
        status=status,
        headers=tuple(sent.items()),
        body=data,
        sha256=Sha256(hashlib.sha256(data).hexdigest()),
        wire_bytes=len(data),
        started_at=NOW,
        ended_at=NOW + timedelta(seconds=1),
    )


def source(
    name: str = "FDA list of AI-enabled medical devices",
    *,
    authority: str = "FDA",
    noun: str = "device",
    kind: Kind = Kind.TABLE,
    sliding: bool = False,
) -> Source:
    return Source(
        id=SourceId("demo.list"),
        name=name,
        authority=authority,
        kind=kind,
        routes=(Route(url=LIST_URL),),
        every=timedelta(days=1),
        extractor=kind.value,
        contract=Contract(),
        noun=noun,
        sliding=sliding,
    )
