"""Who is told of an assessed Change."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from monitor.model.assessment import Assessment, Tier
from monitor.model.delivery import Subscriber
from monitor.model.ids import SourceId


def who_is_told(
    assessment: Assessment, source_id: SourceId, subscribers: Iterable[Subscriber]
) -> tuple[Subscriber, ...]:
    """The subscribers whose tiers and sources fit, each once, in the order given; nobody is told of noise.

    A subscriber without sources is told of all. Sources are named whole (``cms.lcds``), by their first part (``cms``)
    or by a pattern (``cms.*``, ``*lcds``). Who names a list is told of the documents that are followed from it.
    """
    if assessment.tier is Tier.NOISE:
        return ()
    told: dict[str, Subscriber] = {}
    for subscriber in subscribers:
        if assessment.tier in subscriber.tiers and _follows(subscriber, source_id):
            told.setdefault(subscriber.id, subscriber)
    return tuple(told.values())


def _follows(subscriber: Subscriber, source_id: str) -> bool:
    if not subscriber.sources:
        return True
    return any(
        source_id.startswith((f"{wanted}.", f"{wanted}/")) or fnmatchcase(source_id, wanted)
        for wanted in subscriber.sources
    )
