"""The weekly schedule of the local coverage data: when they were last refreshed, and through which day they go.

- What: one row: ``refreshed_on_date`` (a Thursday) and ``data_captured_through`` (the Sunday before it).
- Where: the Coverage API's metadata; no licence token needed.
- How often it moves: once a week. Between two refreshes the local lists do not change.
- Caveats: asked before the local lists, whose check says "nothing new" with the date that stands here. A schedule that
  stands still for more than a week means that the lists stand still, however healthy they look. Should more than one
  row come, the newest counts.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, FieldRoles, Kind, Route, Source
from monitor.sources.cms_national import SEARCH_PAGE
from monitor.sources.coverage_api import ORIGIN, newest_row
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = ("refreshed_on_date", "data_captured_through")

SOURCE = Source(
    id=SourceId("cms.local-schedule"),
    name="Schedule of the Medicare local coverage data",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/metadata/local-data-schedule/"),),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.local-schedule",
    contract=Contract(
        media_types=("application/json",),
        columns=COLUMNS,
        key_pattern="local-data-schedule",
        fresh_within=timedelta(days=9),  # a week, and a holiday
    ),
    roles=FieldRoles(calendar=frozenset(COLUMNS)),
    why="Until the next refresh no local coverage decision can show up in the lists.",
    noun="schedule",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The newest row, under the one key ``local-data-schedule``."""
    return newest_row(
        page,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        key="local-data-schedule",
        label="CMS refreshed its local coverage data last on {refreshed_on_date}, as of {data_captured_through}.",
    )


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
