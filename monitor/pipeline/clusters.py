"""One event seen twice: a new change is placed beside what was seen of the same event, and told of once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.compare.clusters import WIDEST, place
from monitor.compare.sightings import Listed, sighting_of
from monitor.model.assessment import Assessment
from monitor.model.cluster import Placement
from monitor.model.delivery import Subscriber
from monitor.model.difference import Change
from monitor.model.ids import ChangeId
from monitor.pipeline.ports import Unit

if TYPE_CHECKING:  # placing a change in a cluster makes no digest
    from monitor.model.digest import Card


def place_in_cluster(
    unit: Unit, change: Change, opinion: Assessment, *, at: datetime, listed: Listed
) -> Placement | None:
    """Keeps what ``change`` is known by and the cluster it belongs to; None when nothing official names it.

    ``listed``: the documents that items of the change named for the first time.
    """
    one = sighting_of(change, opinion, listed)
    if one is None:
        return None
    found = place(one, unit.sightings_like(one, within=WIDEST))
    placement = unit.sight(one, *(found or (None, "")))
    if found is not None:
        facts = {"cluster": placement.cluster_id, "ground": placement.ground}
        unit.audit("clustered", change.id, facts, at=at)
    return placement


def is_repeat(unit: Unit, subscriber: Subscriber, opinion: Assessment, seen: Placement) -> bool:
    """Whether the subscriber was told of the event already, and nothing in this sight of it is new to him."""
    if subscriber.every_sighting or not seen.also_seen:
        return False
    told = unit.opinions_told(subscriber.id, [one.change_id for one in seen.also_seen])
    if not told or max(one.tier.rank for one in told) < opinion.tier.rank:
        return False
    return _facts(opinion) <= frozenset[tuple[str, str]]().union(*map(_facts, told))


def _facts(opinion: Assessment) -> frozenset[tuple[str, str]]:
    """All that a reader may act upon: dates, codes, the stage reached, and the tools that are surely touched."""
    dates = ((legal.kind.value, legal.on.isoformat()) for legal in opinion.dates)
    codes = (("code", code) for code in opinion.codes)
    stage = ((opinion.stage.ladder, opinion.stage.after),) if opinion.stage else ()
    tools = (("tool", match.tool_id) for match in opinion.tools if match.confidence != "Low")
    return frozenset((*dates, *codes, *stage, *tools))


def one_card_each(cards: "Sequence[Card]") -> "list[Card]":
    """One card for each event: the gravest of its sights, the first where several are; its lines name the others."""
    heads: dict[str, ChangeId] = {}
    for card in sorted(cards, key=_gravest_first):
        if card.seen is not None:
            heads.setdefault(card.seen.cluster_id, card.change.id)
    return [card for card in cards if _leads(card, heads.values())]


def _leads(card: "Card", heads: Iterable[ChangeId]) -> bool:
    return card.seen is None or card.change.id in heads


def _gravest_first(card: "Card") -> tuple[int, int, datetime, str]:
    opinion, change = card.assessment, card.change
    return -opinion.tier.rank, -opinion.level.rank, change.first_changed_at, change.id
