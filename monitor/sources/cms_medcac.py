"""Meetings of the MEDCAC, the committee that weighs evidence for Medicare's national coverage decisions.

- What: past and announced meetings, one row each, with the day of the meeting.
- Where: the Coverage API report of MEDCAC meetings; no licence token needed.
- How often it moves: a few times a year: a meeting is announced, then its agenda, questions and minutes are posted.
- Caveats: the day stands in a column made for sorting, ``medcac_date_sort``. ``last_updated`` tells of papers posted,
  so it is compared. Keyed by the number of the document, since nothing else is unique. No recorded answer is known.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.cms_national import SEARCH_PAGE, snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = ("document_id", "document_display_id", "document_type", "title", "medcac_date_sort", "last_updated")
"""The columns compared; the report also has stamps for sorting and url."""

SOURCE = Source(
    id=SourceId("cms.medcac"),
    name="MEDCAC meetings (Medicare evidence advisory committee)",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/national-coverage-medcac-meetings/"),),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.medcac",
    contract=Contract(media_types=("application/json",), columns=COLUMNS, min_items=1, key_pattern=r"\d+"),
    why="A meeting on an item shows a national decision in the making, with a chance to speak.",
    noun="meeting",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The meetings, keyed by their number."""
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
