"""How a page that nobody described yet could be watched: the kind, what tells its items apart, what is healthy.

A proposal is only made when the kind really reads the page so: what it would store comes with it. It is a guess for a
person to look at, for a page does not say which of its columns is an id and which only happens to hold no value twice.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from monitor.formats.sniff import Form, sniff
from monitor.formats.text import collapse
from monitor.model.errors import Unopened, Unreadable
from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.kinds import KINDS
from monitor.sources.kinds.forms import WORDS
from monitor.sources.proposals.candidate import Candidate
from monitor.sources.proposals.data import data_candidates
from monitor.sources.proposals.pages import page_candidates

_MEDIA_TYPES: Final = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.XML: "application/xml",
    Form.HTML: "text/html",
    Form.JSON: "application/json",
    Form.FEED: "application/rss+xml",
    Form.PDF: "application/pdf",
    Form.ZIP: "application/zip",
}
_SAYS_NOTHING: Final = frozenset({None, "application/octet-stream", "binary/octet-stream"})
_NOUNS: Final = {Kind.PROSE: "passage", Kind.LINKS: "document", Kind.FEED: "entry"}
_MOST_COLUMNS: Final = 12
_LONGEST_TITLE: Final = 80


class Proposal(Struct, frozen=True, kw_only=True):
    """``source`` as it would stand in sources.yaml, ``snapshot`` as it would be stored, ``what`` in words, and the
    other kinds that can read the page too.
    """

    source: Source
    snapshot: Snapshot
    what: str
    others: tuple[Kind, ...] = ()


def propose(page: Page, draft: Source, kind: Kind | None = None) -> Proposal:
    """How the page at the address of ``draft`` could be watched, of ``kind`` when that is named.

    Kind, reading, contract, noun and, where it has none, the name of ``draft`` are filled in. Raises ``Unopened`` for a
    PDF document without its layout, ``Unreadable`` (``nothing-to-watch``) when no kind can make anything of the page.
    """
    if sniff(page.body, page.media_type) is Form.PDF and page.layout is None:
        raise Unopened
    found = list(_readable(page, draft, kind))
    if not found:
        raise _nothing(page, kind)
    first, *others = found
    kinds = dict.fromkeys(one.source.kind for one in others if one.source.kind is not first.source.kind)
    return replace(first, others=tuple(kinds))


def _readable(page: Page, draft: Source, kind: Kind | None) -> Iterator[Proposal]:
    form = sniff(page.body, page.media_type)
    for candidate in page_candidates(page) if form is Form.HTML else data_candidates(page, form):
        if kind is None or candidate.kind is kind:
            try:
                yield _proposal(candidate, page, draft, form)
            except Unreadable:
                continue


def _proposal(candidate: Candidate, page: Page, draft: Source, form: Form) -> Proposal:
    kind = candidate.kind
    source = replace(
        draft, kind=kind, extractor=kind.value, reading=candidate.reading, sliding=kind is Kind.FEED,
        noun=_NOUNS.get(kind, "row"),
    )  # fmt: skip
    snapshot = KINDS[kind].extract(page, source)
    if snapshot.size == 0:
        raise Unreadable("empty", "Nothing was found where something was looked for.")
    title = _title(snapshot)
    contract = Contract(
        media_types=_media_types(page, form),
        title=title if form is Form.HTML else None,
        columns=_columns(snapshot, kind),
        sentinels=_sentinels(snapshot),
        min_items=max(1, snapshot.size // 2),
        max_shrink=1.0 if kind is Kind.FEED else Contract().max_shrink,
    )
    return Proposal(
        source=replace(source, contract=contract, name=draft.name or title or _named_by(draft)),
        snapshot=snapshot,
        what=candidate.what,
    )


def _media_types(page: Page, form: Form) -> tuple[str, ...]:
    """What the server calls it and what it is."""
    said = () if page.media_type in _SAYS_NOTHING else (page.media_type or "",)
    known = _MEDIA_TYPES.get(form)
    return tuple(dict.fromkeys((*said, *((known,) if known else ()))))


def _title(snapshot: Snapshot) -> str | None:
    """The title's first part: what stands behind a bar is the site's name, which every page of it has."""
    parts = [collapse(part) for part in (snapshot.title or "").split("|")]
    return next((part[:_LONGEST_TITLE].strip() for part in parts if part), None)


def _columns(snapshot: Snapshot, kind: Kind) -> tuple[str, ...]:
    return snapshot.columns[:_MOST_COLUMNS] if kind in {Kind.TABLE, Kind.JSON} else ()


def _sentinels(snapshot: Snapshot) -> tuple[str, ...]:
    """The document's first heading: an error page would not have it."""
    tops = (passage.headings[0] for passage in snapshot.passages if passage.headings)
    first = next((top for top in tops if 0 < len(top) <= _LONGEST_TITLE), None)
    return (first,) if first else ()


def _named_by(draft: Source) -> str:
    parts = urlsplit(draft.routes[0].url)
    return f"{parts.hostname or ''}{parts.path}"[:_LONGEST_TITLE]


def _nothing(page: Page, kind: Kind | None) -> Unreadable:
    met = WORDS[sniff(page.body, page.media_type)]
    meant = f"nothing in it can be watched as {kind.value}" if kind else "nothing in it can be watched"
    mend = "; for a table every row needs a value of its own in one or two columns" if kind is Kind.TABLE else ""
    return Unreadable("nothing-to-watch", f"The address answered with {met}, and {meant}{mend}.")


def draft_of(source_id: str, url: str, name: str, authority: str, every: timedelta) -> Source:
    """A source of which only the address is known; ``propose`` says the rest."""
    return Source(
        id=SourceId(source_id),
        name=name,
        authority=authority,
        kind=Kind.PROSE,
        routes=(Route(url=url),),
        every=every,
        extractor=Kind.PROSE.value,
        contract=Contract(),
    )
