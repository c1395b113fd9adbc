"""Proposed local coverage determinations: what the Medicare contractors mean to decide, open for comment or in notice.

- What: proposed LCDs in every status (in comment, comments ended, in notice, final issued).
- Where: the Coverage API report of proposed LCDs; no licence token needed.
- How often it moves: refreshed on Thursdays, a few documents a week.
- Caveats: display ids are ``DL`` and the number of the LCD they would become; the status letters of this report
  mean other things than those of the final report; a proposal that was finished leaves the list, which is no
  withdrawal.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Route, Source
from monitor.sources.cms_local import ROLES, local_contract, read_local
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.official import OfficialList

VERSION = 1

SOURCE = Source(
    id=SourceId("cms.proposed-lcds"),
    name="Medicare proposed local coverage determinations",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/local-coverage-proposed-lcds/"),),
    page_url="https://www.cms.gov/medicare-coverage-database/search.aspx",
    every=timedelta(days=1),
    extractor="cms.proposed-lcds",
    contract=local_contract(ids=r"DL\d{5,6}", min_items=1, max_shrink=0.50),
    roles=ROLES,
    schedule=SourceId("cms.local-schedule"),
    why="A comment period is the one time to speak before a Medicare contractor decides on a software service.",
    noun="proposed LCD",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The proposed LCDs, keyed ``DL39840 v3``: all but articles, for how this report spells their type is not known."""
    return read_local(page, extractor=source.extractor, version=VERSION, keep="article".__ne__)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
