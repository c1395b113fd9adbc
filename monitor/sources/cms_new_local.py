"""What is new among the local coverage documents: LCDs, proposed LCDs and articles, asked for week by week.

- What: the rows of the local lists that were published or updated in one week, all three kinds of document together.
- Where: the Coverage API report ``whats-new/local``; no licence token needed. One answer covers at most one week (the
  end is not included) and none older than 51 weeks, so each week since the last good look is asked for by itself.
- How often it moves: refreshed on Thursdays; usually 8 to 45 documents a week, at most about 110.
- Caveats: it repeats what the lists of LCDs and articles say, so it is not watched unless you ask for it; it is the way
  to catch up where those lists cannot be read. A week without rows is a healthy answer here; all weeks empty is not. A
  row is dated before it is published, so the two weeks before the last look are asked for again.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Route, Source
from monitor.sources.cms_local import ROLES, local_contract, read_local
from monitor.sources.cms_national import SEARCH_PAGE
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.official import OfficialList

VERSION = 1

SOURCE = Source(
    id=SourceId("cms.new-local"),
    name="Medicare: new local coverage documents",
    authority="CMS",
    kind=Kind.JSON,
    routes=(
        Route(
            url=f"{ORIGIN}/v1/reports/whats-new/local/?start_date={{week_start:%Y%m%d}}&end_date={{week_end:%Y%m%d}}"
        ),
    ),
    page_url=SEARCH_PAGE,
    every=timedelta(days=1),
    extractor="cms.new-local",
    contract=local_contract(ids=r"(DL|L|A)\d{5,6}", min_items=1),
    roles=ROLES,
    sliding=True,
    schedule=SourceId("cms.local-schedule"),
    why="It shows in one list what the Medicare contractors published in a week, also when the full lists fail.",
    noun="document",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The rows of one week, keyed ``L39840 v14``; none when nothing was published in it."""
    return read_local(page, extractor=source.extractor, version=VERSION, keep=bool, may_be_empty=True)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
