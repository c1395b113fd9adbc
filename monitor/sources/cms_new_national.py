"""What is new among the national coverage documents: each step with CMS's own words for it.

- What: the steps of the last 120 days over all kinds of document (CAL, MCD, MEDCAC, NCA, NCD, TA); a step is one
  document at one moment, and its description says what was posted.
- Where: the Coverage API report ``whats-new/national``; no licence token needed. 120 days is the most it gives.
- How often it moves: some steps a month.
- Caveats: a window, so a step that is gone was not withdrawn. The kinds of document are written in capitals, another
  spelling finds nothing. No recorded answer with its ``meta`` is known; the rows are those of a third party's tests.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.cms_national import SEARCH_PAGE, snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = ("document_type", "document_display_id", "title", "whats_new_description", "document_status", "last_updated")
"""The columns compared; the report also has stamps for sorting and url."""

SOURCE = Source(
    id=SourceId("cms.new-national"),
    name="Medicare: new national coverage documents",
    authority="CMS",
    kind=Kind.JSON,
    routes=(
        Route(url=f"{ORIGIN}/v1/reports/whats-new/national/?document_type=CAL,MCD,MEDCAC,NCA,NCD,TA&timeframe=120"),
    ),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.new-national",
    contract=Contract(
        media_types=("application/json",), columns=COLUMNS, min_items=1, key_pattern=r"[A-Z]{2,8} \d+ \d{8,14}"
    ),
    sliding=True,
    why="CMS says here in its own words what was posted, such as a proposed decision memo and its comment period.",
    noun="step",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The steps, keyed by document and moment (``NCA 323 20260730160359``)."""
    report = read_report(page)
    return snapshot_of(
        report,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        rows=report.rows,
        key="{document_type} {document_id} {last_updated_sort}",
    )


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
