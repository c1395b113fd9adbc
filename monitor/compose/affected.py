"""What a change touches of the house's own, where it leads on to, and where else the same event was seen, in words."""

from monitor.compose.hostile import safe_line, safe_text
from monitor.compose.wording import HEADLINE_LIMIT, count, listed, moment
from monitor.model.assessment import Assessment
from monitor.model.cluster import AlsoSeen
from monitor.model.digest import Card
from monitor.model.link import Link
from monitor.model.tool import ToolMatch

_SIGHTS_SHOWN = 4


def sights(card: Card) -> tuple[AlsoSeen, ...]:
    """What else was seen of the same event."""
    return card.seen.also_seen if card.seen else ()


def _same(ground: str) -> str:
    return f" [same {safe_line(ground, 80)}]" if ground else ""


def also_seen(card: Card, time_zone: str) -> tuple[str, ...]:
    """Where else the same event was seen, a line each with the change that keeps its evidence."""
    if card.seen is None:
        return ()
    sights = card.seen.also_seen
    lines = tuple(
        f"also seen at {safe_text(one.source_id)} ({safe_text(one.change_id)}, {moment(one.at, time_zone)}):"
        f" {safe_line(one.headline, HEADLINE_LIMIT)}{_same(one.ground or card.seen.ground)}"
        for one in sights[:_SIGHTS_SHOWN]
    )
    rest = len(sights) - len(lines)
    return (*lines, f"and {count(rest, 'more sight')} of {safe_text(card.seen.cluster_id)}") if rest else lines


_TOOLS_SHOWN = 4


def tool_lines(opinion: Assessment) -> tuple[str, ...]:
    """The house's own tools that are touched, each with sites, owner and the grounds; or that none is, or is known."""
    if opinion.tools_known is None:
        return ("no inventory of your tools was imported",)
    if not opinion.tools:
        return (f"no match in your inventory of {count(opinion.tools_known, 'tool')}",)
    lines = tuple(_tool_words(match) for match in opinion.tools[:_TOOLS_SHOWN])
    more = len(opinion.tools) - len(lines)
    return (*lines, f"and {count(more, 'more tool')}") if more else lines


def touched(opinion: Assessment) -> str:
    """``touches RetinaDemo (medium)``: what a single line has room for."""
    names = (f"{safe_line(match.product, 40)} ({match.confidence.lower()})" for match in opinion.tools)
    return f"touches {listed(names, 2)}"


def _tool_words(match: ToolMatch) -> str:
    about = [f"you list it as {match.ai_class}"] if match.ai_class else []
    about += [listed((safe_line(site, 40) for site in match.sites), 4)] if match.sites else []
    about += [f"owner {safe_line(match.owner, 60)}"] if match.owner else []
    known = f" ({'; '.join(about)})" if about else ""
    return (
        f"{safe_line(match.product, 60)}{known}, {match.confidence.lower()} confidence: {safe_line(match.ground, 120)}"
    )


_LINKS_SHOWN = 4
_CALLED = {"cpt": "code", "lcd": "LCD", "article": "article", "fr": "Federal Register document", "fda": "device"}


def link_lines(opinion: Assessment) -> tuple[str, ...]:
    """``likely code 92229 for K240058 (proposed, high confidence: product code PIB ...)``, the surest first."""
    ordered = sorted(opinion.links, key=lambda link: ("High", "Medium", "Low").index(link.confidence))
    lines = tuple(_link_words(link) for link in ordered[:_LINKS_SHOWN])
    rest = len(ordered) - len(lines)
    return (*lines, f"and {count(rest, 'more link')}: cmaa-monitor links") if rest else lines


def _link_words(link: Link) -> str:
    state = f"confirmed by {safe_line(link.by, 60)}" if link.by else f"proposed, {link.confidence.lower()} confidence"
    likely = "" if link.by else "likely "
    return f"{likely}{_end(link.right)} for {_end(link.left)} ({state}: {safe_line(link.ground, 140)})"


def _end(ref: str) -> str:
    kind, _, value = ref.partition(":")
    return f"{_CALLED.get(kind, kind)} {safe_line(value, 40)}"
