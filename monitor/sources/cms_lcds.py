"""Final local coverage determinations (LCDs) of the Medicare contractors.

- What: every final LCD, whatever its status (active, future, retired in the last year): about 975 rows in 2026.
- Where: the Coverage API report of final LCDs. No key and no licence token is needed for reports. Where
  it cannot be read, the bulk export of current LCDs tells of new versions and titles (``mcd_export``).
- How often it moves: the data are refreshed on Thursdays; usually 8 to 45 documents a week, at most about 110.
- Caveats: a new version is a new key (``L39840 v15`` after ``L39840 v14``); versions skip; ``effective_date`` is
  that of the version, not of the policy; ``note`` moves by the calendar (future, notice ended). A CSV harvest of
  the same rows, LCDs and articles mixed, is read as well.
"""

from datetime import timedelta

from monitor.formats.sniff import Form, sniff
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Route, Source
from monitor.sources.cms_local import ROLES, local_contract, read_local
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.mcd_export import LCDS, read_export
from monitor.sources.official import OfficialList

VERSION = 1

SOURCE = Source(
    id=SourceId("cms.lcds"),
    name="Medicare local coverage determinations",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/local-coverage-final-lcds/"), Route(url=LCDS.url)),
    page_url="https://www.cms.gov/medicare-coverage-database/search.aspx",
    every=timedelta(days=1),
    extractor="cms.lcds",
    contract=local_contract(ids=r"L\d{5,6}", min_items=500),
    roles=ROLES,
    schedule=SourceId("cms.local-schedule"),
    why="A code is not coverage: an LCD says whether a Medicare contractor pays for a software service, and for whom.",
    noun="LCD",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The LCDs of a report or of a mixed CSV harvest, keyed ``L39840 v14``."""
    if sniff(page.body, page.media_type) is Form.ZIP:
        return read_export(page, source, LCDS, version=VERSION)
    return read_local(page, extractor=source.extractor, version=VERSION, keep="lcd".__eq__)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
