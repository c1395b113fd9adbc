"""National coverage determinations (NCDs): whether Medicare as a whole pays for an item or service.

- What: every NCD of the manual: 345 to 350 rows, keyed by section number and version (``100.3 v1``).
- Where: the Coverage API report of NCDs; no licence token needed.
- How often it moves: some dozen real changes a year.
- Caveats: ``last_updated`` is bumped for many rows on one day while the version and the text stay, so the stamps
  are not compared; a retired NCD is marked in its title only; ``document_status`` is promised by the specification
  and absent in the data; ``is_lab`` is a number in the data and a text in the specification.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.cms_national import snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = ("document_display_id", "document_version", "document_type", "title", "chapter", "is_lab")
"""The columns compared; the report also has document_id, last_updated, last_updated_sort and url."""

SOURCE = Source(
    id=SourceId("cms.ncds"),
    name="Medicare national coverage determinations",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/national-coverage-ncd/"),),
    page_url="https://www.cms.gov/medicare-coverage-database/search.aspx",
    every=timedelta(days=1),
    extractor="cms.ncds",
    contract=Contract(
        media_types=("application/json",),
        columns=COLUMNS,
        min_items=200,
        max_shrink=0.10,
        key_pattern=r"[0-9A-Za-z][0-9A-Za-z.\-]* v\d+",
    ),
    why="An NCD binds every Medicare contractor, whatever their local determinations say.",
    noun="NCD",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The NCDs of the report, keyed ``100.3 v1``."""
    report = read_report(page)
    return snapshot_of(
        report,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        rows=report.rows,
        key="{document_display_id} v{document_version}",
    )


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
