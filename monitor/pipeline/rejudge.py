"""The stored history under other rules: what would be judged otherwise. Older opinions stay; nobody is told again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from monitor.assess.assess import assess
from monitor.assess.entered_dates import carried_over
from monitor.assess.learned import with_learned
from monitor.assess.links import with_links
from monitor.assess.own_tools import with_tools
from monitor.assess.rules import Rules
from monitor.model.assessment import Assessment, Tier
from monitor.model.difference import Change
from monitor.model.ids import ChangeId, SourceId
from monitor.model.learned import LearnedRule
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Source
from monitor.model.tool import Tool


class History(Protocol):
    """What is read of the store."""

    def snapshot(self, snapshot_id: int) -> Snapshot: ...

    def inventory(self) -> Sequence[Tool] | None: ...


class Kept(Protocol):
    """A change as stored, with its newest opinion."""

    @property
    def change(self) -> Change: ...

    @property
    def assessment(self) -> Assessment: ...

    @property
    def before_snapshot_id(self) -> int | None: ...


class OpinionUnit(Protocol):
    def assess(self, change_id: ChangeId, assessment: Assessment) -> None: ...

    def audit(self, event: str, subject: str, facts: Mapping[str, object], *, at: datetime) -> str: ...


class Rejudged(Struct, frozen=True, kw_only=True):
    """One change with the opinion kept and the one that ``rules`` give."""

    change: Change
    was: Assessment
    would_be: Assessment

    @property
    def differs(self) -> bool:
        """Whether a reader would notice: level, tier, codes or, where it is not noise, dates."""
        was, would_be = self.was, self.would_be
        if (was.level, was.tier, was.codes) != (would_be.level, would_be.tier, would_be.codes):
            return True
        return was.dates != would_be.dates and would_be.tier is not Tier.NOISE


def rejudge(
    history: History,
    kept: Iterable[Kept],
    sources: Mapping[SourceId, Source],
    rules: Rules,
    zone: ZoneInfo,
    learned: Sequence[LearnedRule] = (),
) -> Iterator[Rejudged]:
    """Each change judged anew as on the day it was first seen, by the rules and what was ``learned``. A change of a
    source that is no longer watched, whose floor is not known, is left out.
    """
    tools = history.inventory()
    for one in kept:
        source = sources.get(one.change.source_id)
        if source is not None:
            anew = _anew(history, one, source, rules, zone, tools)
            would_be = carried_over(one.assessment, with_learned(anew, one.change, learned, rules))
            yield Rejudged(change=one.change, was=one.assessment, would_be=would_be)


def _anew(
    history: History, one: Kept, source: Source, rules: Rules, zone: ZoneInfo, tools: Sequence[Tool] | None
) -> Assessment:
    change = one.change
    today = change.first_changed_at.astimezone(zone).date()
    known = product_codes_before(history, one.before_snapshot_id, change)
    opinion = assess(change, source, rules, today=today, known_product_codes=known)
    opinion = with_links(opinion, change, rules, {})  # what people decided on them is looked up when they are shown
    if one.assessment.tools_known is None:
        return opinion  # no inventory then: what tools there are now says nothing of that day
    return with_tools(opinion, change, tools)


def product_codes_before(history: History, snapshot_id: int | None, change: Change) -> frozenset[str]:
    """The FDA product codes that the list held before the change; empty where the change is of no such list."""
    rows = [one for d in change.differences for one in (d.before, d.after) if isinstance(one, Record)]
    if snapshot_id is None or not any("product_code" in row.fields for row in rows):
        return frozenset()
    return frozenset(row.fields.get("product_code", "") for row in history.snapshot(snapshot_id).records) - {""}


def keep_opinions(unit: OpinionUnit, found: tuple[Rejudged, ...], *, by: str, at: datetime) -> None:
    """Stores the newer opinions beside the older ones, and audits that it was done."""
    for one in found:
        unit.assess(one.change.id, one.would_be)
    versions = sorted({one.would_be.rules_version for one in found})
    unit.audit("rejudged", by, {"changes": len(found), "rules_versions": versions}, at=at)
