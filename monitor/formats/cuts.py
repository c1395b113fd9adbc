"""The part of a page that is read, and what is cut out of it first, with the measure of each cut (Lexbor)."""

from typing import TYPE_CHECKING, Final

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Strip, StripKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# selectolax is imported where it is used: it costs more than the rest of the program's start.

_WHOLE_PAGE: Final = frozenset({"html", "body"})


def selected_markup(
    page_markup: str, selector: str | None, drop: tuple[str, ...], read: str, cuts: list[Strip] | None
) -> str:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(page_markup)
    meter = _Meter(page, selector or read) if drop and cuts is not None else None
    for volatile in drop:
        # Outermost only: a node inside one already destroyed must not be touched again.
        nodes = [node for node in _outermost(_hits(page, volatile)) if node.tag not in _WHOLE_PAGE]
        if meter is not None and cuts is not None:
            cuts += meter.measured(volatile, nodes)
        for node in nodes:
            node.decompose()
    if selector is None:
        return page.html or ""
    hits = _outermost(_hits(page, selector))
    if not hits:
        raise missing_part(selector)
    return "".join(f"<div>{node.html or ''}</div>" for node in hits)


def missing_part(selector: str) -> Unreadable:
    return Unreadable(
        "selector-missing",
        f"The page has no part “{selector}” any more; it was rebuilt, or is not the page that was due.",
    )


class _Meter:
    """Measures cuts against the text of the parts that will be read. Nothing it holds is touched once it is cut."""

    def __init__(self, page: "LexborHTMLParser", read: str) -> None:
        parts = _outermost(_hits(page, read)) or _outermost(_hits(page, "body"))
        self._parts = {part.mem_id: _text_size(part) for part in parts}
        self._all = sum(self._parts.values())

    def measured(self, rule: str, nodes: "list[LexborNode]") -> list[Strip]:
        sizes = [size for node in nodes if (size := self._size(node)) is not None]
        if not sizes:
            return []
        return [Strip(rule=rule, kind=StripKind.SELECTOR, parts=len(sizes), chars=sum(sizes), of_chars=self._all)]

    def _size(self, node: "LexborNode") -> int | None:
        """The text lost: of the node, or of the parts inside it; None for a node apart from what is read."""
        above: LexborNode | None = node
        while above is not None:
            if above.mem_id in self._parts:
                return _text_size(node)
            above = above.parent
        inside = [self._parts[below.mem_id] for below in node.traverse() if below.mem_id in self._parts]
        return sum(inside) if inside else None


def _text_size(node: "LexborNode") -> int:
    return len(" ".join(node.text().split()))


def _hits(page: "LexborHTMLParser", selector: str) -> "list[LexborNode]":
    from selectolax.lexbor import SelectolaxError

    try:
        return page.css(selector)
    except SelectolaxError as fault:
        raise Unreadable("bad-selector", f"“{selector}” is not a CSS selector; correct it in sources.yaml.") from fault


def _outermost(nodes: "list[LexborNode]") -> "list[LexborNode]":
    chosen: set[int] = set()
    kept = []
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in chosen:
            above = above.parent
        if above is None:
            kept.append(node)
            chosen.add(node.mem_id)
    return kept
