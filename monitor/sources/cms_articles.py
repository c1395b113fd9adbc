"""Local coverage articles: the billing and coding side of the LCDs, and the contractors' answers to comments.

- What: every article, whatever its status: 2,161 rows in August 2025. Articles hold the codes that an LCD pays for.
- Where: the Coverage API report of articles; no licence token needed (the codes inside an article do need
  one). Where it cannot be read, the bulk export of current articles tells of new versions and titles (``mcd_export``).
- How often it moves: refreshed on Thursdays; with the LCDs usually 8 to 45 documents a week.
- Caveats: as for the LCDs: a new version is a new key (``A59716 v6``). When a contractor is renamed, hundreds of
  articles are re-versioned at once (2026). A CSV harvest with LCDs and articles mixed is read as well.
"""

from datetime import timedelta

from monitor.formats.sniff import Form, sniff
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Route, Source
from monitor.sources.cms_local import ROLES, local_contract, read_local
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.mcd_export import ARTICLES, read_export
from monitor.sources.official import OfficialList

VERSION = 1

SOURCE = Source(
    id=SourceId("cms.articles"),
    name="Medicare billing and coding articles",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/local-coverage-articles/"), Route(url=ARTICLES.url)),
    page_url="https://www.cms.gov/medicare-coverage-database/search.aspx",
    every=timedelta(days=1),
    extractor="cms.articles",
    contract=local_contract(ids=r"A\d{5,6}", min_items=1000),
    roles=ROLES,
    schedule=SourceId("cms.local-schedule"),
    why="The billing article lists the codes and diagnoses that make a claim for a software service payable.",
    noun="article",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The articles of a report or of a mixed CSV harvest, keyed ``A59716 v5``."""
    if sniff(page.body, page.media_type) is Form.ZIP:
        return read_export(page, source, ARTICLES, version=VERSION)
    return read_local(page, extractor=source.extractor, version=VERSION, keep="article".__eq__)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
