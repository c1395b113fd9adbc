"""Medicare coverage documents: guidance, compendia and calls for comment beside the national decisions.

- What: one row a document, with its kind, its status and whether comments are open (``public_comment`` "1").
- Where: the Coverage API report of Medicare coverage documents; no licence token needed.
- How often it moves: a few times a year.
- Caveats: ``last_updated`` tells of a new text, so it is compared. Keyed by the number of the document. No recorded
  answer is known.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.cms_national import SEARCH_PAGE, snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = (
    "document_id",
    "document_display_id",
    "document_type",
    "mc_document_type",
    "title",
    "document_status",
    "public_comment",
    "last_updated",
)
"""The columns compared; the report also has stamps for sorting and url."""

SOURCE = Source(
    id=SourceId("cms.coverage-documents"),
    name="Medicare coverage documents (guidance on national coverage)",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/national-coverage-medicare-coverage-documents/"),),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.coverage-documents",
    contract=Contract(media_types=("application/json",), columns=COLUMNS, min_items=1, key_pattern=r"\d+"),
    why="Guidance tells what evidence Medicare will ask of a new kind of service, with comment periods of its own.",
    noun="document",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The documents, keyed by their number."""
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
