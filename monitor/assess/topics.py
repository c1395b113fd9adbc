"""What a relevant item is about: the topics of the rules that fired, of its source, and of its words."""

from collections.abc import Iterable

from monitor.assess.folding import Folded
from monitor.assess.items import Item
from monitor.assess.rulebook import TopicSigns
from monitor.assess.signals import Signal
from monitor.model.assessment import Level, Topic


def topics_of(
    item: Item, folded: Folded, signals: Iterable[Signal], level: Level, signs: TopicSigns
) -> tuple[Topic, ...]:
    """In the order told: what the rules say first. Below medium an item is about nothing else."""
    told = [topic for signal in signals if signal.level.rank >= Level.LOW.rank for topic in signal.topics]
    if level.rank >= Level.MEDIUM.rank:
        told += [topic for source, topic in signs.sources if _is_of(item.source_id, source)]
        told += map(Topic, sorted(signs.matcher.find(folded)))
    return tuple(dict.fromkeys(told))


def _is_of(source_id: str, wanted: str) -> bool:
    """Whether the source is ``wanted`` (``cms.lcds``, ``payer``), one of its family or a document behind it."""
    return source_id == wanted or source_id.startswith((f"{wanted}.", f"{wanted}/"))
