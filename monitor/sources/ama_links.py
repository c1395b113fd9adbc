"""The AMA's pages of links: where new documents, meetings and pages of the CPT Editorial Panel are first seen.

- What: the Panel's home page, one link for each meeting (behind it the meeting's page, and behind that its agendas);
  the summaries of Panel actions; the files of codes on the release pages of Category III, PLA and administrative MAAA
  codes; press releases; and the links to pages whose address is not known yet: CMAA, the early releases, the errata.
- Where: the AMA's site. The summaries have lived in two folders, both are tried. Pages with an unknown address are
  looked for by the words of their link, on pages whose address is known: the Panel's home page, the CPT entry page.
- How often it moves: meetings three times a year; an agenda about ten weeks before its meeting, changing until it; the
  summary a couple of weeks after, which opens the 14 days for a reconsideration; press releases weekly.
- Caveats: that a link is not there yet is an expected absence (``allow_empty``), not a broken page: the page around it
  must still be the one that was asked for, with links on it. No saved copy of today's Panel pages is held, so what a
  meeting's link looks like is read with patience. Agendas and summaries are followed and read tab by tab
  (``ama_panel_agenda``, ``ama_panel_grid``), files of codes as prose: a file may be replaced under its name, and its
  text is the AMA's property, compared and quoted in short, never shipped. One page answers under many addresses, which
  are spelt in one way. Agendas and summaries are not final; a document may return under a new address.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from monitor.model.assessment import Level
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, Follow, Kind, Reading, Route, Source
from monitor.sources import ama_panel_agenda, ama_panel_grid
from monitor.sources.ama_pages import READER
from monitor.sources.ama_site import CPT, PANEL, ROLLING_PARTS, SITE, a_page, one_address, without_reading_time
from monitor.sources.kinds import KINDS
from monitor.sources.official import OfficialList, built_on, signed

VERSION = built_on(2, KINDS[Kind.LINKS].VERSION)

DAILY: Final = timedelta(days=1)
PDF: Final = r"(?i)\.pdf($|[?#])|/(system/files|media)/"

MONTH: Final = r"january|february|march|april|may|june|july|august|september|october|november|december"
MEETING: Final = rf"(?i)/cpt-editorial-panel/(?![^?#]*(?:calendar|interested))[^?#]*(?:meeting|(?:{MONTH})-20\d\d)"
"""Addresses below the Panel's home page that are one meeting's. Not verified: no copy of a meeting's page is held."""


def extract(page: Page, source: Source) -> Snapshot:
    """The linked documents and pages, keyed by the one spelling of their address."""
    read = KINDS[Kind.LINKS].extract(page, source)
    return signed(replace(read, records=_once(map(_record, read.records))), source.extractor, VERSION)


def _record(link: Record) -> Record:
    url, title = one_address(link.key), without_reading_time(link.fields["title"])
    return Record(key=RecordKey(url), label=title or url, fields={**link.fields, "title": title, "url": url}, url=url)


def _once(records: Iterable[Record]) -> tuple[Record, ...]:
    kept: dict[RecordKey, Record] = {}
    for record in records:
        kept.setdefault(record.key, record)
    return tuple(kept.values())


def _text_behind(name: str, *, floor: Level | None = None, part: str | None = None, limit: int = 10) -> Follow:
    """The page or PDF document behind a link, as prose."""
    return Follow(
        kind=Kind.PROSE,
        extractor=READER,
        where=(("url", r"(?i)^(?!.*\.(docx?|xlsx?|zip)([?#]|$))"),),
        name=name,
        part=part,
        floor=floor,
        limit=limit,
        noun="passage",
        reading=Reading(drop=ROLLING_PARTS),
        contract=Contract(media_types=("text/html", "application/pdf"), max_shrink=0.60),
    )


MEETING_TEXT: Final = replace(_text_behind("{label}: dates", part="text", limit=6), where=(("url", MEETING),))
"""A meeting's page as prose: its key dates."""

AGENDAS: Final = Follow(
    kind=Kind.TABLE,
    extractor=ama_panel_agenda.NAME,
    where=(("label", r"(?i)\bagenda"), ("url", PDF)),
    name="{label}",
    limit=4,
    noun="tab",
    contract=Contract(media_types=("application/pdf",), max_shrink=0.50),
)
"""One for laboratory and one for all other requests; tabs come and go until the meeting."""

SUMMARIES: Final = Follow(
    kind=Kind.TABLE,
    extractor=ama_panel_grid.NAME,
    where=(("url", PDF),),
    name="{label}",
    limit=6,
    noun="tab",
    contract=Contract(media_types=("application/pdf",), max_shrink=0.30),
)
"""The newest summaries, two a meeting over the last year."""

CODES: Final = Follow(
    kind=Kind.PROSE,
    extractor=READER,
    where=(("url", PDF), ("label", r"(?i)\b(?:long|descriptors?|codes?|MAAA|PLA)\b")),
    name="{parent}: {label}",
    limit=3,
    noun="passage",
    contract=Contract(media_types=("application/pdf",), max_shrink=0.50),
)
"""The lists of codes themselves; of the long, medium and short wordings on one page the first three files."""

MEETING_FILES: Final = Follow(
    kind=Kind.LINKS,
    extractor="ama.panel-actions",
    where=(("url", MEETING),),
    name="{label}: agendas",
    limit=6,
    noun="document",
    reading=Reading(link_pattern=PDF, drop=ROLLING_PARTS),
    contract=Contract(media_types=("text/html",), max_shrink=1.0, allow_empty=True),
    follow=(AGENDAS,),
)
"""A meeting's page as an index: its agendas, none until about ten weeks before the meeting."""


def _list(
    name: str,
    why: str,
    *,
    id: str,  # noqa: A002 - it is the source's id
    urls: tuple[str, ...],
    contract: Contract,
    reading: Reading,
    floor: Level = Level.NONE,
    noun: str = "document",
    sliding: bool = False,
    follow: tuple[Follow, ...] = (),
) -> Source:
    return Source(
        id=SourceId(id),
        name=name,
        authority="AMA",
        kind=Kind.LINKS,
        routes=tuple(Route(url=url) for url in urls),
        page_url=urls[0],
        every=DAILY,
        extractor=id,
        contract=contract,
        reading=replace(reading, drop=ROLLING_PARTS),
        floor=floor,
        sliding=sliding,
        why=why,
        noun=noun,
        follow=follow,
    )


def _sought(contract: Contract) -> Contract:
    """The contract of a page on which the link looked for may not stand yet, or no longer."""
    return replace(contract, min_items=1, max_shrink=1.0, allow_empty=True)


_HOME: Final = a_page("cpt-editorial-panel", "CPT", min_items=1, max_shrink=0.50)
_ENTRY: Final = a_page("practice-management/cpt", "CPT", min_items=1)
_CMAA: Final = Reading(link_text=r"(?i)\bCMAA\b|clinically meaningful algorithmic anal")
_CMAA_WHY: Final = (
    "The day the AMA opens a page on CMAA, its codes, forms and criteria are about to follow; this looks for the link."
)

PAGES: Final = (
    _list(
        "CPT Editorial Panel: meetings",
        "Each meeting's page brings its agenda, weeks before the Panel decides; a tab on AI is first seen there.",
        id="ama.panel",
        urls=(PANEL,),
        contract=_HOME,
        reading=Reading(link_pattern=MEETING),
        noun="meeting",
        follow=(MEETING_FILES, MEETING_TEXT),
    ),
    _list(
        "CPT Editorial Panel: summaries of Panel actions",
        "The Panel's decisions create, change and delete codes; the summary is their first public word.",
        id="ama.panel-actions",
        urls=(f"{PANEL}/summary-panel-actions", f"{SITE}/practice-management/summary-panel-actions"),
        contract=Contract(
            final_url=r"(?i)panel-actions", media_types=("text/html",), title="Panel Actions", max_shrink=0.50
        ),
        reading=Reading(link_pattern=PDF),
        follow=(SUMMARIES,),
    ),
    _list(
        "CMAA: a link to it on the Panel's home page",
        _CMAA_WHY,
        id="ama.cmaa",
        urls=(PANEL,),
        contract=_sought(_HOME),
        reading=_CMAA,
        floor=Level.CRITICAL,
        noun="page",
        follow=(_text_behind("CMAA: {label}", floor=Level.CRITICAL),),
    ),
    _list(
        "CMAA: a link to it on the CPT entry page",
        _CMAA_WHY,
        id="ama.cmaa-cpt",
        urls=(CPT,),
        contract=_sought(_ENTRY),
        reading=_CMAA,
        floor=Level.CRITICAL,
        noun="page",
        follow=(_text_behind("CMAA: {label}", floor=Level.CRITICAL),),
    ),
    _list(
        "CPT codes: early releases",
        "New codes, and Appendix S with them, are shown here before the code book is printed.",
        id="ama.early-release",
        urls=(CPT,),
        contract=_sought(_ENTRY),
        reading=Reading(link_text=r"(?i)\bearly[ -]release"),
        noun="page",
        follow=(_text_behind("{label}"),),
    ),
    _list(
        "CPT codes: errata and technical corrections",
        "A correction of the printed code book changes what a code means in the middle of a year.",
        id="ama.errata",
        urls=(CPT,),
        contract=_sought(_ENTRY),
        reading=Reading(link_text=r"(?i)\berrata\b|technical corrections?\b"),
        noun="page",
        follow=(_text_behind("{label}"),),
    ),
    *(
        _list(
            f"CPT codes: files of {what} codes",
            "The codes themselves stand in these files; a new one, or a new wording, is first seen here.",
            id=f"ama.{name}-files",
            urls=(f"{CPT}/{place}",),
            contract=a_page(place, None, min_items=1, max_shrink=0.60),
            reading=Reading(link_pattern=PDF),
            follow=(CODES,),
        )
        for name, what, place in (
            ("category-iii", "Category III", "category-iii-codes"),
            ("pla", "PLA", "cpt-pla-codes"),
            ("maaa", "administrative MAAA", "administrative-multianalyte-assays-algorithmic-analyses-codes"),
        )
    ),
    _list(
        "AMA press releases",
        "The AMA announces code sets and positions on AI here.",
        id="ama.press-releases",
        urls=(f"{SITE}/press-center/ama-press-releases/",),
        contract=a_page("press-center/ama-press-releases", None, min_items=3),
        reading=Reading(link_pattern=r"(?i)/press-center/(?:ama-)?press-releases/[^/?#]{8,}"),
        noun="item",
        sliding=True,
    ),
)

LISTS: Final = {one.id: OfficialList(source=one, version=VERSION, extract=extract) for one in PAGES}
