"""How a page is read and what a healthy copy looks like, as an entry or a ``follow:`` section writes it."""

from collections.abc import Callable
from typing import Final

from monitor.config.faults import Wrong
from monitor.config.members import Members
from monitor.config.nodes import Node
from monitor.config.values import choice, read_flag, read_pattern, read_share, read_text, span, whole
from monitor.formats.markup import is_selector
from monitor.model.source import Contract, Kind, Reading

READING: Final = frozenset(
    "selector rows next_page key label fields dates where drop member link_pattern link_text link_field".split()  # noqa: SIM905  one line
)
_CONTRACT = frozenset(
    "final_url media_types title columns sentinels min_items max_shrink spare_shrink max_strip key_pattern".split()  # noqa: SIM905
) | {"allow_empty", "fresh_within", "dates_ahead", "nothing_found"}
_KINDS_THAT_READ = {
    "selector": {Kind.TABLE, Kind.PROSE, Kind.LINKS},
    "rows": {Kind.JSON},
    "member": {Kind.TABLE},
    "next_page": {Kind.JSON},
    "link_pattern": {Kind.LINKS},
    "link_text": {Kind.LINKS},
}
_MOST_ARCHIVES_INSIDE: Final = 2
_DROPS_PARTS = {Kind.PROSE, Kind.LINKS}  # of the others ``drop`` names fields
_KEYED = {Kind.TABLE, Kind.JSON}
_FRESH = span("1h", "3650d")
_PAGES = {Kind.TABLE, Kind.PROSE, Kind.LINKS}
_COUNT = whole(0, 10_000_000)
read_kind: Final = choice({kind.value: kind for kind in Kind})


def read_reading(entry: Members, kind: Kind | None, where: tuple[tuple[str, str], ...] = ()) -> Reading:
    """The members that say how a page of ``kind`` is read; ``where``: which rows are kept."""
    if not entry.pairs.members.keys() & READING and kind not in _KEYED:
        return Reading()
    for name, kinds in _KINDS_THAT_READ.items():
        if kind and name in entry and kind not in kinds:
            entry.fault(name, f"has no meaning for kind {kind.value}; remove it, or use {' or '.join(sorted(kinds))}")
    if kind in _KEYED:
        entry.must_have("key", "key: the field that holds the regulator's own id")
    return Reading(
        selector=entry.take("selector", _read_selector, None),
        rows=entry.take("rows", read_text, None),
        next_page=entry.take("next_page", read_text, None),
        key=entry.each_or_one("key", read_text),
        label=entry.take("label", read_text, None),
        fields=entry.each("fields", read_text),
        dates=entry.each("dates", read_text),
        where=where,
        drop=entry.each("drop", _read_selector if kind in _DROPS_PARTS else read_text),
        member=entry.take("member", _read_member, None),
        link_pattern=entry.take("link_pattern", read_pattern, None),
        link_text=entry.take("link_text", read_pattern, None),
        link_field=entry.take("link_field", read_text, None),
    )


def read_fetch(kind: Kind) -> Callable[[Node], bool]:
    """``fetch: browser`` of a page, as True; ``plain`` is what goes without saying."""
    ways = choice({"browser": True, "plain": False})

    def read(node: Node) -> bool:
        wants = ways(node)
        if wants and kind not in _PAGES:
            raise Wrong(f"a browser reads pages, not kind {kind.value}; remove it")
        return wants

    return read


def _read_member(node: Node) -> str:
    """A file's name within a zip archive, at most three archives deep."""
    text = read_text(node)
    if text.lower().count(".zip/") > _MOST_ARCHIVES_INSIDE or text.startswith("/") or ".." in text:
        raise Wrong(f"'{text[:60]}' is not the name of a file in a zip archive; write lcd.csv, or inner.zip/lcd.csv")
    return text


def _read_selector(node: Node) -> str:
    """A CSS selector."""
    text = read_text(node)
    if not is_selector(text):
        raise Wrong(f"'{text[:80]}' is not a CSS selector; write one such as main, .share or [class*=promo]")
    return text


def read_contract(members: Members, base: Contract) -> Contract:
    """``base`` with what the section says otherwise."""
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
        max_strip=members.take("max_strip", read_share, base.max_strip),
        key_pattern=members.take("key_pattern", read_pattern, base.key_pattern),
        allow_empty=members.take("allow_empty", read_flag, base.allow_empty),
        fresh_within=members.take("fresh_within", _FRESH, base.fresh_within),
        dates_ahead=members.take("dates_ahead", _FRESH, base.dates_ahead),
        nothing_found=members.take("nothing_found", read_pattern, base.nothing_found),
    )
