"""Summaries of CPT Editorial Panel actions: the documents that say what each Panel meeting decided.

- What: an index page with links, one PDF a meeting (earlier: one for laboratory and one for all other requests).
- Where: the AMA's site; the page has lived in two folders, both are tried.
- How often it moves: a couple of weeks after each Panel meeting, three times a year. A new document opens the 14
  days in which a reconsideration may be asked for.
- Caveats: codes and wording in a summary are not final; the decisions stand inside the PDFs, which this list only
  finds. The same document may return under a new address.
"""

from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.ama_appendix_s import ROLLING_PARTS
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(1, KINDS[Kind.LINKS].VERSION)

URL = "https://www.ama-assn.org/about/cpt-editorial-panel/summary-panel-actions"

SOURCE = Source(
    id=SourceId("ama.panel-actions"),
    name="CPT Editorial Panel: summaries of Panel actions",
    authority="AMA",
    kind=Kind.LINKS,
    routes=(
        Route(url=URL),
        Route(url="https://www.ama-assn.org/practice-management/summary-panel-actions"),
    ),
    page_url=URL,
    every=timedelta(days=1),
    extractor="ama.panel-actions",
    contract=Contract(
        final_url=r"(?i)panel-actions",
        media_types=("text/html",),
        title="Panel Actions",
        max_shrink=0.50,
    ),
    reading=Reading(link_pattern=r"(?i)\.pdf($|[?#])|/(system/files|media)/", drop=ROLLING_PARTS),
    why="The Panel's decisions create, change and delete codes; the summary is their first public word.",
    noun="document",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The linked documents, keyed by their address."""
    return signed(KINDS[Kind.LINKS].extract(page, source), source.extractor, VERSION)


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
