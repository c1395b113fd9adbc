"""CMS newsroom: press releases and fact sheets, where payment rules are announced before they are published.

- What: the newest items of the newsroom's feed, keyed by their address.
- Where: not certain: public projects name five different addresses, several of them probably dead or not a feed.
  They are tried in order until one holds a feed.
- How often it moves: several times a week.
- Caveats: a window of the newest items, so an item that is gone was not withdrawn. One known payload has a link
  inside the title and dates such as ``Tue, 09/15/2026 - 10:01``.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(1, KINDS[Kind.FEED].VERSION)

NEWSROOM = "https://www.cms.gov/newsroom"

SOURCE = Source(
    id=SourceId("cms.newsroom"),
    name="CMS newsroom",
    authority="CMS",
    kind=Kind.FEED,
    routes=(
        Route(url=f"{NEWSROOM}/rss-feeds/all-press-releases-and-fact-sheets/feed"),
        Route(url=f"{NEWSROOM}/rss.xml"),
        Route(url=f"{NEWSROOM}/rss"),
        Route(url=f"{NEWSROOM}/rss/newsroom-rss-feed"),
        Route(url=f"{NEWSROOM}/rss-feeds"),
    ),
    page_url=NEWSROOM,
    every=timedelta(days=1),
    extractor="cms.newsroom",
    contract=Contract(
        media_types=("application/rss+xml",),
        max_shrink=1.0,
    ),
    sliding=True,
    why="CMS announces its payment rules and fact sheets here, days before the Federal Register prints them.",
    noun="item",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The feed's items."""
    return signed(KINDS[Kind.FEED].extract(page, source), source.extractor, VERSION)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
