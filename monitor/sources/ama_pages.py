"""The AMA's pages of prose on how CPT codes are asked for, decided, released and disputed.

- What: eight pages. The code process; how a decision is reconsidered; how an interested party asks for the material of
  a tab; the release pages of Category III, PLA and administrative MAAA codes, with their calendars; the questions and
  answers on PLA codes; the AMA's statement on CPT and AI. (Appendix S has a module of its own.)
- Where: the AMA's site. Addresses are those of 2026; that of the Category III page was never confirmed. The PLA page
  also answers without its folder.
- How often it moves: the release pages two to four times a year, the others rarely; a full rewrite without any change
  of substance is known of two of them.
- Caveats: deadlines and release dates stand inside prose. Reading times, promotions, registration, nominations and
  staff contacts roll and are left out (``ama_site``). The files of codes on the release pages are lists of their own
  (``ama_links``). The AMA may answer 403 or a challenge page: blocked.
"""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from monitor.model.assessment import Level
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.ama_site import CPT, PANEL, ROLLING_PARTS, SITE, a_page, settled
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(1, KINDS[Kind.PROSE].VERSION)

DAILY: Final = timedelta(days=1)
WEEKLY: Final = timedelta(days=7)

READER: Final = SourceId("ama.code-process")
"""The list whose way of reading serves any page of prose on the AMA's site, such as those found behind a link."""


def extract(page: Page, source: Source) -> Snapshot:
    """The page's main text as passages under their headings, without what rolls."""
    read = KINDS[Kind.PROSE].extract(page, source)
    return signed(replace(read, passages=settled(read.passages)), source.extractor, VERSION)


def _page(
    name: str,
    title: str,
    why: str,
    *,
    id: str,  # noqa: A002 - it is the source's id
    urls: tuple[str, ...],
    contract: Contract,
    every: timedelta = DAILY,
    floor: Level = Level.NONE,
) -> Source:
    return Source(
        id=SourceId(id),
        name=f"{name}: {title}",
        authority="AMA",
        kind=Kind.PROSE,
        routes=tuple(Route(url=url) for url in urls),
        page_url=urls[0],
        every=every,
        extractor=id,
        contract=contract,
        reading=Reading(drop=ROLLING_PARTS),
        floor=floor,
        why=why,
        noun="passage",
    )


PAGES: Final = (
    _page(
        "CPT Editorial Panel",
        "the code process",
        "It says who may ask for a code, what the Panel may answer, and when a decision takes effect.",
        id="ama.code-process",
        urls=(f"{PANEL}/cpt-code-process",),
        contract=a_page("cpt-code-process", "CPT", "Category I", "Category III"),
        every=WEEKLY,
    ),
    _page(
        "CPT Editorial Panel",
        "reconsideration of a decision",
        "Whoever loses a decision of the Panel has days, not weeks, to ask for another one; this page sets the time.",
        id="ama.reconsideration",
        urls=(f"{PANEL}/cpt-editorial-panel-request-reconsideration-process",),
        contract=a_page("cpt-editorial-panel-request-reconsideration-process", "reconsideration", "reconsideration"),
        floor=Level.MEDIUM,
    ),
    _page(
        "CPT Editorial Panel",
        "interested parties",
        "Only who asks in time, and as this page says, may see and comment on the material of a tab.",
        id="ama.interested-party",
        urls=(f"{CPT}/cpt-editorial-panel-meeting-interested-party",),
        contract=a_page("cpt-editorial-panel-meeting-interested-party", "interested part", "interested part"),
        every=WEEKLY,
    ),
    _page(
        "CPT codes",
        "Category III releases",
        "New AI services mostly begin as Category III codes, released here six months before they take effect.",
        id="ama.category-iii",
        urls=(f"{CPT}/category-iii-codes",),
        contract=a_page("category-iii-codes", "Category III", "Category III"),
    ),
    _page(
        "CPT codes",
        "PLA releases and deadlines",
        "Tests that are mostly software are coded here, or turned away: algorithm-only analyses are not eligible.",
        id="ama.pla-codes",
        urls=(f"{CPT}/cpt-pla-codes", f"{SITE}/cpt-pla-codes"),
        contract=a_page("cpt-pla-codes", "PLA", "PLA"),
    ),
    _page(
        "CPT codes",
        "administrative MAAA releases",
        "Algorithmic laboratory analyses without a Category I code are named here, three times a year.",
        id="ama.admin-maaa",
        urls=(f"{CPT}/administrative-multianalyte-assays-algorithmic-analyses-codes",),
        contract=a_page("administrative-multianalyte-assays-algorithmic-analyses-codes", None, "MAAA"),
    ),
    _page(
        "CPT codes",
        "questions and answers on PLA",
        "The AMA's answers draw the line between a laboratory test and an analysis by software alone.",
        id="ama.pla-faq",
        urls=(f"{CPT}/faq-cpt-pla",),
        contract=a_page("faq-cpt-pla", "PLA", "PLA"),
        every=WEEKLY,
    ),
    _page(
        "CPT and AI",
        "the AMA's statement",
        "It says in public how the AMA means to code AI, and from when the revised Appendix S counts.",
        id="ama.ai-statement",
        urls=(f"{CPT}/how-cpt-codes-pave-path-ai-clinical-practice",),
        contract=a_page("how-cpt-codes-pave-path-ai-clinical-practice", "CPT", "CPT"),
        every=WEEKLY,
    ),
)

LISTS: Final = {one.id: OfficialList(source=one, version=VERSION, extract=extract) for one in PAGES}
