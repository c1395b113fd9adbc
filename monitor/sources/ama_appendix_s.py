"""CPT Appendix S: how the AMA classes the role of software in a service (assistive, augmentative, autonomous).

- What: two versions of one document. The text valid from 2027-01-01: prose with headings and examples, a summary
  table and a table of definitions; and the older one of 2022 to 2026, a PDF document that is still online. Which of
  them is in force is a matter of the date, and said so beside each.
- Where: one page of the AMA's site; many addresses (with ``?ref=``, with and without ``www``) serve the same text. The
  PDF lies under a name without a date, so a new file under that name is the signal (its address was last seen linked
  in June 2026 and not confirmed since).
- How often it moves: rarely, and always of importance; it was rewritten after the Panel of May 2026.
- Caveats: a steering text for descriptors, not a payment rule. The page carries reading time, "updated" marks,
  promotions and staff contacts that roll; only the main content is compared. The AMA may answer 403 or a challenge
  page: blocked. The text is the AMA's property: it is compared and quoted in short, never shipped.
"""

from datetime import date, timedelta

from monitor.model.assessment import Level
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, DocumentVersion, Kind, Reading, Route, Source
from monitor.sources import ama_pages
from monitor.sources.ama_site import CPT, ROLLING_PARTS, SITE
from monitor.sources.official import OfficialList

VERSION = ama_pages.VERSION

URL = f"{CPT}/cpt-appendix-s-taxonomy-artificial-intelligence-medical-services-procedures"
PDF_URL = f"{SITE}/system/files/cpt-appendix-s.pdf"
DOCUMENT = "CPT Appendix S"

SOURCE = Source(
    id=SourceId("ama.appendix-s"),
    name="CPT Appendix S (taxonomy of AI in medical services)",
    authority="AMA",
    kind=Kind.PROSE,
    routes=(Route(url=URL),),
    page_url=URL,
    every=timedelta(days=1),
    extractor="ama.appendix-s",
    contract=Contract(
        final_url=r"(?i)appendix-?s",
        media_types=("text/html",),
        title="Appendix S",
        sentinels=("autonomous", "augmentative", "assistive"),
        min_items=5,
        max_shrink=0.60,
    ),
    reading=Reading(drop=ROLLING_PARTS),
    floor=Level.MEDIUM,
    why="The class of a software service steers the words of its code, and with them who may bill it.",
    noun="passage",
    version=DocumentVersion(document=DOCUMENT, first_day=date(2027, 1, 1)),
)


SOURCE_2022 = Source(
    id=SourceId("ama.appendix-s-2022"),
    name="CPT Appendix S, version of 2022 (PDF)",
    authority="AMA",
    kind=Kind.PROSE,
    routes=(Route(url=PDF_URL),),
    page_url=PDF_URL,
    every=timedelta(days=1),
    extractor="ama.appendix-s-2022",
    contract=Contract(
        final_url=r"(?i)appendix-?s",
        media_types=("application/pdf",),
        sentinels=("autonomous", "augmentative", "assistive"),
        min_items=4,
        max_shrink=0.60,
    ),
    floor=Level.MEDIUM,
    why="Until the end of 2026 this version says how a software service is classed, and afterwards how it was.",
    noun="passage",
    version=DocumentVersion(document=DOCUMENT, first_day=date(2022, 1, 1), last_day=date(2026, 12, 31)),
)


def extract(page: Page, source: Source) -> Snapshot:
    """The page's main text, or that of the PDF document, as passages under their headings, without what rolls."""
    return ama_pages.extract(page, source)


LISTS = {one.id: OfficialList(source=one, version=VERSION, extract=extract) for one in (SOURCE, SOURCE_2022)}
