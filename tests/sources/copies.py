"""The recorded copies, the real data beside the checkout, and a snapshot as comparable text."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.pipeline.opening import Opening
from monitor.sandbox.pdf import PdfOpener
from monitor.sources import SOURCES
from monitor.sources.official import Reader

RECORDED = Path(__file__).resolve().parents[1] / "recorded"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def copies(source_id: str) -> list[Path]:
    """The recorded copies of a source in order, without their goldens."""
    return sorted(path for path in (RECORDED / source_id).iterdir() if not path.name.endswith(".golden.json"))


def golden(copy: Path) -> Path:
    return copy.with_name(f"{copy.stem}.golden.json")


def source(source_id: str) -> Source:
    return next(entry.source for known, entry in SOURCES.items() if known == source_id)


def page_of(body: bytes, source_id: str, media_type: str | None = None) -> Page:
    return Page(body=body, url=source(source_id).routes[0].url, media_type=media_type)


def read(body: bytes, source_id: str, media_type: str | None = None) -> Snapshot:
    """What the official list's own module reads from ``body``."""
    entry = next(entry for known, entry in SOURCES.items() if known == source_id)
    reader = Opening(Reader(version=entry.version, extract=entry.extract), PdfOpener().open)
    return reader.extract(page_of(body, source_id, media_type), entry.source)


def read_copy(copy: Path) -> Snapshot:
    return read(copy.read_bytes(), copy.parent.name, MEDIA_TYPES[copy.suffix])


def shared(name: str) -> bytes:
    """A file of real data; skips the test, saying so, where the folder is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"real data not found: {path}")
    return path.read_bytes()


def by_key(snapshot: Snapshot) -> dict[str, Record]:
    return {str(record.key): record for record in snapshot.records}


def as_text(snapshot: Snapshot) -> str:
    """A snapshot as JSON a person can compare line by line."""
    told = {
        "extractor": snapshot.extractor,
        "form": snapshot.form,
        "title": snapshot.title,
        "columns": list(snapshot.columns),
        "declared_total": snapshot.declared_total,
        "next_url": snapshot.next_url,
        "records": [{"key": r.key, "label": r.label, "url": r.url, "fields": dict(r.fields)} for r in snapshot.records],
        "passages": [{"headings": list(p.headings), "text": p.text} for p in snapshot.passages],
        "duplicates": [{"key": d.key, "kept": dict(d.kept), "dropped": dict(d.dropped)} for d in snapshot.duplicates],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def unsigned(snapshot: Snapshot) -> Snapshot:
    """Without the form, which may differ between two exports of one list."""
    return replace(snapshot, form="")
