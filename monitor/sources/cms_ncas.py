"""National coverage analyses (NCAs) and coding analyses for laboratory services (CALs): how an NCD comes about.

- What: open and closed analyses with status and whether comments are open, keyed by their number (``CAG-00444R2``).
- Where: the Coverage API report ``national-coverage-ncacal`` (there is no ``national-coverage-nca``); no token
  needed.
- How often it moves: a few times a month; each step (tracking sheet, proposed memo, decision memo) is a new
  version.
- Caveats: the version is a field, not part of the key: one analysis keeps its number through all its steps. Here
  ``last_updated`` tells of a step taken, so it is compared. ``public_comment`` is "1" while comments are open.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.cms_national import snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = (
    "document_display_id",
    "document_version",
    "document_type",
    "title",
    "document_status",
    "public_comment",
    "last_updated",
)
"""The columns compared; the report also has document_id, last_updated_sort and url."""

SOURCE = Source(
    id=SourceId("cms.ncas"),
    name="Medicare national coverage analyses",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/national-coverage-ncacal/"),),
    page_url="https://www.cms.gov/medicare-coverage-database/search.aspx",
    every=timedelta(days=1),
    extractor="cms.ncas",
    contract=Contract(
        media_types=("application/json",),
        columns=COLUMNS,
        min_items=1,
        key_pattern=r"[A-Z]{2,4}-\d{3,6}[A-Z0-9]*",
    ),
    why="An open analysis is a national coverage decision in the making, with a comment period.",
    noun="analysis",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The analyses of the report, keyed ``CAG-00444R2``; of two versions of one analysis only the later is kept."""
    report = read_report(page)
    return snapshot_of(
        report,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        rows=_latest(report.rows),
        key="{document_display_id}",
    )


def _latest(rows: Iterable[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    """The rows without those of which a later version stands beside them."""
    newest: dict[str, Mapping[str, str]] = {}
    for row in sorted(rows, key=_version):
        newest[row.get("document_display_id", "")] = row
    return newest.values()


def _version(row: Mapping[str, str]) -> int:
    digits = row.get("document_version", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
