"""One entry of ``sources:`` as a Source: an official list with its defaults, or any other page described in full."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from monitor.config.addresses import AddressBook
from monitor.config.faults import Faults, Wrong, did_you_mean
from monitor.config.members import Members, section_of
from monitor.config.nodes import Items, Node, Pairs
from monitor.config.values import choice, read_flag, read_pattern, read_prose, read_share, read_text, span, whole
from monitor.model.assessment import Level
from monitor.model.dated import is_dated, is_windowed
from monitor.model.ids import SourceId
from monitor.model.source import Contract, Kind, Reading, Route, Source

_ABOUT = frozenset({"id", "enabled", "name", "authority", "every", "url", "urls", "page_url", "floor", "noun", "why"})
_MEMBERS = _ABOUT | {"contract", "respect_robots"}
_READING = frozenset(
    "selector rows next_page key label fields dates where drop link_pattern link_field".split()  # noqa: SIM905  one line
)
_OWN_MEMBERS = _MEMBERS | _READING | {"kind", "sliding"}
_ROUTE = frozenset({"url", "link_text"})
_CONTRACT = frozenset(
    "final_url media_types title columns sentinels min_items max_shrink spare_shrink key_pattern allow_empty".split()  # noqa: SIM905
)
_KINDS_THAT_READ = {
    "selector": {Kind.TABLE, Kind.PROSE, Kind.LINKS},
    "rows": {Kind.JSON},
    "next_page": {Kind.JSON},
    "link_pattern": {Kind.LINKS},
}
_KEYED = {Kind.TABLE, Kind.JSON}
_EVERY = span("5m", "31d")
_KIND = choice({kind.value: kind for kind in Kind})
_LEVEL = choice({level.value: level for level in Level})
_COUNT = whole(0, 10_000_000)
_DAILY = timedelta(days=1)


class SourceEntries:
    """Reads the entries one after the other; remembers their ids, which must be unique."""

    def __init__(self, book: AddressBook, known: Mapping[SourceId, Source]) -> None:
        self._book = book
        self._known = known
        self.lines: dict[str, int] = {}

    def read(self, node: Node, where: str, faults: Faults) -> Source | None:
        """The source, or None when it is disabled or too much of it is missing."""
        entry = section_of(node, where, faults)
        if not isinstance(node, Pairs):
            return None
        source_id = self._id(entry)
        enabled = entry.take("enabled", read_flag, True)
        base = self._known.get(source_id) if source_id else None
        source = self._official(entry, base) if base else self._own(entry, source_id)
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
        kind = entry.need("kind", _KIND, "kind: table")
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
            every=entry.take("every", _EVERY, base.every),
            routes=routes,
            page_url=self._page(entry, routes, base),
            floor=entry.take("floor", _LEVEL, base.floor),
            noun=entry.take("noun", read_text, base.noun),
            why=entry.take("why", read_prose, base.why),
            respect_robots=entry.take("respect_robots", read_flag, base.respect_robots),
            contract=_contract(entry.section("contract"), base.contract) if "contract" in entry else base.contract,
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
        reading=_reading(entry, kind),
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


def _reading(entry: Members, kind: Kind | None) -> Reading:
    if not entry.pairs.members.keys() & _READING and kind not in _KEYED:
        return Reading()
    for name, kinds in _KINDS_THAT_READ.items():
        if kind and name in entry and kind not in kinds:
            entry.fault(name, f"has no meaning for kind {kind.value}; remove it, or use {' or '.join(sorted(kinds))}")
    if kind in _KEYED:
        entry.must_have("key", "key: the field that holds the regulator's own id")
    return Reading(
        selector=entry.take("selector", read_text, None),
        rows=entry.take("rows", read_text, None),
        next_page=entry.take("next_page", read_text, None),
        key=entry.each_or_one("key", read_text),
        label=entry.take("label", read_text, None),
        fields=entry.each("fields", read_text),
        dates=entry.each("dates", read_text),
        where=tuple(entry.section("where").texts(read_text, read_text)),
        drop=entry.each("drop", read_text),
        link_pattern=entry.take("link_pattern", read_pattern, None),
        link_field=entry.take("link_field", read_text, None),
    )


def _contract(members: Members, base: Contract) -> Contract:
    members.only(_CONTRACT)
    return Contract(
        final_url=members.take("final_url", read_pattern, base.final_url),
        media_types=members.each("media_types", read_text, base.media_types),
        title=members.take("title", read_text, base.title),
        columns=members.each("columns", read_text, base.columns),
        sentinels=members.each("sentinels", read_text, base.sentinels),
        min_items=members.take("min_items", _COUNT, base.min_items),
        max_shrink=members.take("max_shrink", read_share, base.max_shrink),
        spare_shrink=members.take("spare_shrink", _COUNT, base.spare_shrink),
        key_pattern=members.take("key_pattern", read_pattern, base.key_pattern),
        allow_empty=members.take("allow_empty", read_flag, base.allow_empty),
    )
