"""Who is told of an assessed Change at once, and why another was not."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from monitor.model.assessment import Assessment, Tier
from monitor.model.delivery import ANY_TOOL, Interest, Subscriber
from monitor.model.ids import SourceId


def who_is_told(
    assessment: Assessment, source_id: SourceId, subscribers: Iterable[Subscriber]
) -> tuple[Subscriber, ...]:
    """The subscribers with an interest that fits, each once, in the order given; nobody is told of noise."""
    told: dict[str, Subscriber] = {}
    for subscriber in subscribers:
        if any(not misfits(assessment, source_id, interest) for interest in subscriber.interests):
            told.setdefault(subscriber.id, subscriber)
    return tuple(told.values())


def misfits(assessment: Assessment, source_id: SourceId, interest: Interest) -> tuple[str, ...]:
    """Why this change is not told for this interest, each ground a clause; empty when it is.

    An interest without sources, topics, codes or tools is in all of them. Sources are named whole (``cms.lcds``), by
    their first part (``cms``) or by a pattern (``cms.*``, ``*lcds``); who names a list is told of the documents behind
    it.
    """
    grounds = []
    if assessment.tier is Tier.NOISE:
        grounds.append("it was filtered as noise, which is never told at once")
    elif assessment.tier not in interest.tiers:
        wanted = ", ".join(interest.tiers) or "nothing"
        grounds.append(f"its tier is {assessment.tier} and {wanted} is told at once")
    if interest.sources and not any(_names(wanted, source_id) for wanted in interest.sources):
        grounds.append(f"{source_id} is not among the sources {', '.join(interest.sources)}")
    if interest.topics and not set(interest.topics) & set(assessment.topics):
        grounds.append(f"its topics ({_listed(assessment.topics)}) are not among {', '.join(interest.topics)}")
    if interest.codes and not set(interest.codes) & set(assessment.codes):
        grounds.append(f"its codes ({_listed(assessment.codes)}) are not among {', '.join(interest.codes)}")
    touched = {match.tool_id for match in assessment.tools}
    if interest.tools and not (touched and ANY_TOOL in interest.tools) and not touched & set(interest.tools):
        grounds.append(f"the tools it touches ({_listed(sorted(touched))}) are not among {', '.join(interest.tools)}")
    return tuple(grounds)


def _names(wanted: str, source_id: str) -> bool:
    return source_id.startswith((f"{wanted}.", f"{wanted}/")) or fnmatchcase(source_id, wanted)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or "none"
