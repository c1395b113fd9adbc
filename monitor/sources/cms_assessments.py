"""Technology assessments: reviews of the evidence that Medicare ordered for a coverage decision.

- What: one row an assessment, with its year.
- Where: the Coverage API report of technology assessments; no licence token needed.
- How often it moves: a few times a year.
- Caveats: ``last_updated`` tells of a report posted, so it is compared. Keyed by the number of the document. No
  recorded answer is known.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.cms_national import SEARCH_PAGE, snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = ("document_id", "document_display_id", "document_type", "title", "year", "last_updated")
"""The columns compared; the report also has stamps for sorting and url."""

SOURCE = Source(
    id=SourceId("cms.technology-assessments"),
    name="Technology assessments for Medicare coverage",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/national-coverage-technology-assessments/"),),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.technology-assessments",
    contract=Contract(media_types=("application/json",), columns=COLUMNS, min_items=1, key_pattern=r"\d+"),
    why="An assessment is ordered before a national decision and names the evidence that will count.",
    noun="assessment",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The assessments, keyed by their number."""
    report = read_report(page)
    return snapshot_of(
        report,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        rows=report.rows,
        key="{document_id}",
    )


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
