"""One entry of ``sources:`` as a Source: an official list with its defaults, or any other page described in full."""

import re
from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from monitor.config.addresses import AddressBook
from monitor.config.faults import Faults, Wrong, did_you_mean
from monitor.config.follows import read_every, read_follows, read_level
from monitor.config.members import Members, section_of
from monitor.config.nodes import Items, Node, Pairs
from monitor.config.reading import READING, read_contract, read_fetch, read_kind, read_reading
from monitor.config.values import read_day, read_flag, read_prose, read_text, size
from monitor.model.dated import is_dated, is_windowed
from monitor.model.errors import Problem
from monitor.model.ids import SourceId
from monitor.model.source import Contract, DocumentVersion, Kind, Route, Source

_ABOUT = frozenset({"id", "enabled", "name", "authority", "every", "url", "urls", "page_url", "floor", "noun", "why"})
_MEMBERS = _ABOUT | {"contract", "respect_robots", "max_body", "follow", "in_force", "fetch"}
_OWN_MEMBERS = _MEMBERS | READING | {"kind", "sliding"}
_ROUTE = frozenset({"url", "link_text"})
_IN_FORCE = frozenset({"document", "from", "until"})
_BODY = size("1KB", "1GB")
_DAILY = timedelta(days=1)


class SourceEntries:
    """Reads the entries one after the other. ``lines``: their ids, which must be unique, and where each stands;
    ``alone``: the lists of which an entry says that nothing behind them is followed; ``browsers``: the places of the
    entries that ask for a browser.
    """

    def __init__(self, book: AddressBook, known: Mapping[SourceId, Source]) -> None:
        self._book = book
        self._known = known
        self.lines: dict[str, int] = {}
        self.alone: set[SourceId] = set()
        self.browsers: list[Problem] = []

    def read(self, node: Node, where: str, faults: Faults) -> Source | None:
        """The source, or None when it is disabled or too much of it is missing."""
        entry = section_of(node, where, faults)
        if not isinstance(node, Pairs):
            return None
        source_id = self._id(entry)
        enabled = entry.take("enabled", read_flag, True)
        base = self._known.get(source_id) if source_id else None
        source = self._official(entry, base) if base else self._own(entry, source_id)
        if source and "follow" in entry and not source.follow:
            self.alone.add(source.id)
        if source and enabled and (source.browser or any(follow.browser for follow in source.follow)):
            self.browsers.append(entry.problem("fetch", "asks for a browser"))
        return source if enabled else None

    def _id(self, entry: Members) -> SourceId | None:
        name = entry.need("id", read_id, "id: fda.ai-devices")
        if name is None:
            return None
        line = entry.place("id").line
        if name in self.lines:
            entry.fault("id", f"'{name}' is already used at line {self.lines[name]}; give one of the two another id")
        self.lines.setdefault(name, line)
        return SourceId(name)

    def _official(self, entry: Members, base: Source) -> Source:
        for name in (entry.pairs.members.keys() & _OWN_MEMBERS) - _MEMBERS:
            entry.fault(
                name, f"cannot be set for the official list '{base.id}', which is read in its own way; remove it"
            )
        entry.only(_OWN_MEMBERS)
        return self._told(entry, base)

    def _own(self, entry: Members, source_id: SourceId | None) -> Source | None:
        entry.only(_OWN_MEMBERS)
        if source_id and not entry.pairs.members.keys() & {"kind", "url", "urls"}:
            near = did_you_mean(source_id, self._known)
            mend = "for a page of your own add kind, url, every, name and authority"
            entry.fault("id", f"'{source_id}' is not an official list known here; {near}; {mend}")
            return None
        kind = entry.need("kind", read_kind, "kind: table")
        entry.must_have("every", "every: 1d")
        entry.must_have("name", "name: what people call it")
        entry.must_have("authority", "authority: CMS")
        if "urls" not in entry:
            entry.must_have("url", "url: https://...")
        return self._told(entry, _blank(entry, source_id or SourceId("?"), kind))

    def _told(self, entry: Members, base: Source) -> Source:
        """``base`` with all that an entry may say of any source."""
        routes = self._routes(entry) or base.routes
        return replace(
            base,
            name=entry.take("name", read_text, base.name),
            authority=entry.take("authority", read_text, base.authority),
            every=entry.take("every", read_every, base.every),
            routes=routes,
            page_url=self._page(entry, routes, base),
            floor=entry.take("floor", read_level, base.floor),
            noun=entry.take("noun", read_text, base.noun),
            why=entry.take("why", read_prose, base.why),
            max_body_bytes=entry.take("max_body", _BODY, base.max_body_bytes),
            respect_robots=entry.take("respect_robots", read_flag, base.respect_robots),
            contract=read_contract(entry.section("contract"), base.contract) if "contract" in entry else base.contract,
            follow=read_follows(entry, self._book) if "follow" in entry else base.follow,
            browser=entry.take("fetch", read_fetch(base.kind), base.browser),
            version=_version(entry.section("in_force"), base.version) if "in_force" in entry else base.version,
        )

    def _page(self, entry: Members, routes: tuple[Route, ...], base: Source) -> str | None:
        """The page to show people, which must be named where the address to fetch is another one each day."""
        page_url = entry.take("page_url", self._book.read_page, base.page_url)
        if page_url is None and "page_url" not in entry and any(is_dated(route.url) for route in routes):
            entry.fault("page_url", "is missing; people cannot open an address with a {date}; write the page to show")
        return page_url

    def _routes(self, entry: Members) -> tuple[Route, ...]:
        if "url" in entry and "urls" in entry:
            entry.fault("urls", "stands beside url; keep one of the two")
        if "url" in entry:
            nodes = [(entry.place("url"), entry.path("url"))]
        else:
            nodes = list(entry.items("urls"))
        if not nodes and isinstance(entry.place("urls"), Items):
            entry.fault("urls", "names no address; write one `- https://...` line for each")
        routes = (self._route(node, where, entry) for node, where in nodes)
        return tuple(route for route in routes if route)

    def _route(self, node: Node, where: str, entry: Members) -> Route | None:
        if not isinstance(node, Pairs):
            plain = entry.read(node, where, self._book.read_route, None)
            return Route(url=plain) if plain else None
        route = section_of(node, where, entry.faults)
        route.only(_ROUTE)
        url = route.need("url", self._book.read_route, "url: https://...")
        link_text = route.take("link_text", read_text, None)
        if url and link_text and is_windowed(url):
            route.fault("link_text", "cannot be followed week by week; remove it, or the weeks from the address")
        return Route(url=url, link_text=link_text) if url else None


def _version(section: Members, base: DocumentVersion | None) -> DocumentVersion | None:
    """Which version of which document a page holds, and from when until when it is in force."""
    section.only(_IN_FORCE)
    if base is None:
        section.must_have("document", "document: CPT Appendix S")
    document = section.take("document", read_text, base.document if base else "")
    first, last = section.take("from", read_day, None), section.take("until", read_day, None)
    if first and last and last < first:
        section.fault("until", f"{last} is before {first}, the day under from:; exchange the two")
    if not section.pairs.members.keys() & {"from", "until"}:
        section.fault("from", "is missing; write `from: 2027-01-01`, or until:, or both")
    return DocumentVersion(document=document, first_day=first, last_day=last)


def _blank(entry: Members, source_id: SourceId, kind: Kind | None) -> Source:
    """A page described in full, before its names and addresses are read.

    Without a usable kind (already a fault) the other members are read all the same, for their own faults.
    """
    return Source(
        id=source_id,
        name="",
        authority="",
        kind=kind or Kind.PROSE,
        routes=(Route(url=""),),
        every=_DAILY,
        extractor=(kind or Kind.PROSE).value,
        contract=Contract(),
        reading=read_reading(entry, kind, tuple(entry.section("where").texts(read_text, read_text))),
        sliding=entry.take("sliding", read_flag, False),
    )


def read_id(node: Node) -> str:
    """A dotted lower-case id such as ``fda.ai-devices``."""
    text = read_text(node)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*", text) or len(text) > 80:
        likely = re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:60]
        raise Wrong(
            f"'{text[:60]}' is not an id; use lower case, digits, '-' and '.', such as {likely or 'cms.my-page'}"
        )
    return text
