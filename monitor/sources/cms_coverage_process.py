"""How Medicare decides on national coverage: the page that explains the process, its deadlines and its paths.

- What: the page's main text as passages: who may ask, how long each step takes, which special paths there are (such as
  those for breakthrough devices).
- Where: one page of www.cms.gov.
- How often it moves: once or twice a year.
- Caveats: it explains and does not rule; the rule stands in the Federal Register. The "last modified" line, the
  feedback form and banners roll and are left out. No saved copy of the page is held.
"""

import re
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Reading, Route, Source
from monitor.sources.cms_site import ROLLING_PARTS, SITE, a_page
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(1, KINDS[Kind.PROSE].VERSION)

URL: Final = f"{SITE}/medicare/coverage/determination-process"
_ROLLS: Final = re.compile(
    r"(?i)(?:page )?last (?:modified|updated)\b.{0,60}|help with file formats.{0,40}|was this page helpful.{0,40}"
)

SOURCE = Source(
    id=SourceId("cms.coverage-process"),
    name="Medicare coverage determination process",
    authority="CMS",
    kind=Kind.PROSE,
    routes=(Route(url=URL),),
    page_url=URL,
    every=timedelta(days=7),
    extractor="cms.coverage-process",
    contract=a_page("determination-process", "Coverage", "coverage"),
    reading=Reading(drop=ROLLING_PARTS),
    why="It says how, and how fast, Medicare decides whether a new kind of service is paid at all.",
    noun="passage",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The page's main text as passages under their headings, without the lines that roll."""
    read = KINDS[Kind.PROSE].extract(page, source)
    kept = tuple(passage for passage in read.passages if not _ROLLS.fullmatch(passage.text))
    return signed(replace(read, passages=kept), source.extractor, VERSION)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
