"""What one item's judgement comes to, before the items of a Change are put together."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from monitor.model.assessment import Level, Reason, Topic


class Finding(Struct, frozen=True, kw_only=True):
    """The level of one item with its reasons (highest first).

    ``exact``: the level stands on an exact term, code or number; ``ground`` says on what, for the confidence line.
    ``ai_stated``: ``ai_class`` is in the text itself; else it was inferred from a code or product code.
    """

    level: Level
    reasons: tuple[Reason, ...] = ()
    topics: tuple[Topic, ...] = ()
    codes: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    ai_class: str | None = None
    ai_stated: bool = False
    exact: bool = False
    ground: str = ""


def highest(levels: Sequence[Level]) -> Level:
    """The highest of the levels, none when there are none."""
    return max(levels, key=lambda level: level.rank, default=Level.NONE)


def merge(first: Finding, second: Finding) -> Finding:
    """Two judgements of one item as one."""
    reasons = tuple(sorted((*first.reasons, *second.reasons), key=lambda reason: -reason.level.rank))
    by_rank = sorted((first, second), key=lambda finding: -finding.level.rank)
    classed = next((f for f in by_rank if f.ai_stated), None) or next((f for f in by_rank if f.ai_class), first)
    return Finding(
        level=by_rank[0].level,
        reasons=reasons,
        topics=tuple(dict.fromkeys((*by_rank[0].topics, *by_rank[1].topics))),
        codes=tuple(dict.fromkeys((*by_rank[0].codes, *by_rank[1].codes))),
        devices=tuple(dict.fromkeys((*by_rank[0].devices, *by_rank[1].devices))),
        ai_class=classed.ai_class,
        ai_stated=classed.ai_stated,
        exact=by_rank[0].exact,
        ground=by_rank[0].ground,
    )


def lowered(finding: Finding, cap: Level, why: str) -> Finding:
    """The finding at ``cap`` at most, each lowered reason saying ``why``."""
    reasons = tuple(
        replace(reason, level=cap, text=f"{reason.text}; {why}") if reason.level.rank > cap.rank else reason
        for reason in finding.reasons
    )
    level = cap if finding.level.rank > cap.rank else finding.level
    return replace(finding, level=level, reasons=reasons)
