"""Writes a recorded copy out in the form its publisher uses: the bytes and their media type."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Final
from xml.sax.saxutils import escape

from monitor.demo.edits import Copy, Row
from monitor.demo.story import Recorded


def read_copy(recorded: Recorded, folder: Path) -> Copy:
    """The copy a source begins with."""
    if recorded.form == "page":
        return Copy(file=recorded.base)
    with (folder / recorded.base).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = tuple(dict(row) for row in reader)
    return Copy(columns=tuple(reader.fieldnames or ()), rows=rows)


def write_out(recorded: Recorded, copy: Copy, folder: Path) -> tuple[str, bytes]:
    """Media type and bytes of the copy."""
    media_type, write = FORMS[recorded.form]
    return media_type, write(recorded, copy, folder)


def _csv(_recorded: Recorded, copy: Copy, _folder: Path) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, copy.columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(copy.rows)
    return out.getvalue().encode()


def _coverage_report(recorded: Recorded, copy: Copy, _folder: Path) -> bytes:
    """The Coverage API's envelope."""
    rows = [_report_row(recorded, row) for row in copy.rows]
    meta = {"status": {"id": 200, "message": "OK"}, "notes": f"{len(rows)} results", "fields": [], "children": []}
    return _json({"meta": meta, "data": rows})


def _report_row(recorded: Recorded, row: Row) -> Row:
    shown = row["document_display_id"]
    number = "".join(sign for sign in shown if sign.isdigit())
    invented = f"https://mcd.demo.invalid/{shown}?ver={row['document_version']}"
    real = recorded.view.format(number=number, **row) if recorded.view else ""
    url = row.get("url") or (invented if shown.startswith("DEMO-") else real)
    return {"document_id": number, **recorded.given, **row, "url": url}


def _documents(_recorded: Recorded, copy: Copy, _folder: Path) -> bytes:
    """The Federal Register's envelope; some of its columns are lists, and absent values are null."""
    rows = [{name: _published(name, value) for name, value in row.items()} for row in copy.rows]
    return _json({"count": len(rows), "description": "DEMO", "total_pages": 1, "next_page_url": None, "results": rows})


def _published(name: str, value: str) -> str | list[str] | None:
    if name in {"agency_names", "docket_ids"}:
        return [part for part in value.split("; ") if part]
    return value or None


def _feed(_recorded: Recorded, copy: Copy, _folder: Path) -> bytes:
    items = "\n".join(_item(row) for row in copy.rows)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0">\n<channel>\n'
        "<title>DEMO copy of a newsroom</title>\n"
        "<link>https://newsroom.demo.invalid/</link>\n<description>DEMO, invented</description>\n"
        f"{items}\n</channel>\n</rss>\n"
    ).encode()


def _item(row: Row) -> str:
    title, link, description, published = (escape(row[n]) for n in ("title", "link", "description", "published"))
    return (
        f"<item><title>{title}</title><link>{link}</link><description>{description}</description>"
        f'<pubDate>{published}</pubDate><guid isPermaLink="false">{escape(row["guid"])}</guid></item>'
    )


def _page(_recorded: Recorded, copy: Copy, folder: Path) -> bytes:
    return Template((folder / copy.file).read_text(encoding="utf-8")).substitute(stamp=copy.stamp).encode()


def _json(answer: Mapping[str, object] | Sequence[object]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, indent=1).encode()


FORMS: Final[Mapping[str, tuple[str, Callable[[Recorded, Copy, Path], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "coverage-report": ("application/json", _coverage_report),
    "documents": ("application/json; charset=utf-8", _documents),
    "feed": ("application/rss+xml; charset=utf-8", _feed),
    "page": ("text/html; charset=utf-8", _page),
}
"""Form of a recorded source -> its media type, and how its bytes are written."""
