"""The update period that the report of new local documents covers when it is asked without dates.

- What: one row: ``period_id``, ``begin_date`` and ``end_date``.
- Where: the Coverage API's metadata; no licence token needed.
- How often it moves: once a week, with the refresh of the local data.
- Caveats: says nothing of any document; it dates the lists beside it. Should more than one row come, the newest counts.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, FieldRoles, Kind, Route, Source
from monitor.sources.cms_national import SEARCH_PAGE
from monitor.sources.coverage_api import ORIGIN, newest_row
from monitor.sources.official import OfficialList

VERSION = 1

COLUMNS = ("end_date", "begin_date", "period_id")

SOURCE = Source(
    id=SourceId("cms.update-period"),
    name="Update period of the Medicare local coverage data",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/metadata/update-period/"),),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.update-period",
    contract=Contract(media_types=("application/json",), columns=COLUMNS, key_pattern="update-period"),
    roles=FieldRoles(calendar=frozenset(COLUMNS)),
    why="It says which days the newest local coverage data stand for.",
    noun="period",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The newest row, under the one key ``update-period``."""
    return newest_row(
        page,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        key="update-period",
        label="The local coverage data cover {begin_date} to {end_date}.",
    )


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
