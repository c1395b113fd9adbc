"""FDA press announcements: what FDA tells the public, device news among news on drugs and food.

- What: the newest announcements of the press releases feed, keyed by their address.
- Where: the feed's address as many projects configure it; one sample of its payload is known. A feed on medical devices
  is configured as widely, but no payload of it is known; it can be watched by an entry of its own.
- How often it moves: every working day.
- Caveats: a window of the newest items, so an item that is gone was not withdrawn. Links and the base are ``http``,
  days carry a named zone (``EDT``), entities are escaped twice, creators are missing at times. fda.gov turns robots
  away with an "apology" page, with 404 too. Most items are about other things: what matters is for the rules to say.
"""

from datetime import timedelta

from msgspec.structs import replace

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(1, KINDS[Kind.FEED].VERSION)

_FEEDS = "https://www.fda.gov/about-fda/contact-fda/stay-informed/rss-feeds"

SOURCE = Source(
    id=SourceId("fda.news"),
    name="FDA press announcements",
    authority="FDA",
    kind=Kind.FEED,
    routes=(Route(url=f"{_FEEDS}/press-releases/rss.xml"),),
    page_url="https://www.fda.gov/news-events/fda-newsroom/press-announcements",
    every=timedelta(days=1),
    extractor="fda.news",
    contract=Contract(
        final_url=r"^(?!.*apology_objects)",
        media_types=("application/rss+xml",),
        title="FDA",
        max_shrink=1.0,
    ),
    sliding=True,
    why="A new kind of device, or a new policy on AI devices, is announced here on the day.",
    noun="item",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The feed's items, each at its https address."""
    snapshot = signed(KINDS[Kind.FEED].extract(page, source), source.extractor, VERSION)
    return replace(snapshot, records=tuple(replace(one, url=_https(one.url)) for one in snapshot.records))


def _https(url: str | None) -> str | None:
    return url.replace("http://www.fda.gov/", "https://www.fda.gov/", 1) if url else None


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
