"""What a rule learned from one change would have filtered out of the stored history, before it is put in force."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.learned import covers, never_hidden, patterns_for
from monitor.assess.own_tools import with_tools
from monitor.assess.rules import Rules
from monitor.model.assessment import Tier
from monitor.model.learned import Pattern
from monitor.model.tool import Tool
from monitor.pipeline.rejudge import Rejudged


class Spared(Struct, frozen=True, kw_only=True):
    """A change that a rule covers and that it leaves as it is all the same, with the grounds in clauses."""

    judged: Rejudged
    grounds: tuple[str, ...]


class Offer(Struct, frozen=True, kw_only=True):
    """A rule that could be learned, with what it would have filtered out and what it would have spared."""

    pattern: Pattern
    hides: tuple[Rejudged, ...]
    spares: tuple[Spared, ...]


def beside_tools(history: Iterable[Rejudged], tools: Sequence[Tool] | None) -> Iterator[Rejudged]:
    """The history as it touches the tools of today: what was told before there was an inventory may touch one too."""
    for one in history:
        known = one.would_be.tools_known is not None
        yield one if known else replace(one, would_be=with_tools(one.would_be, one.change, tools))


def offers(judged: Rejudged, history: Sequence[Rejudged], rules: Rules, words: str = "") -> tuple[Offer, ...]:
    """The rules that the change gives rise to, the narrowest first; none where no rule may ever filter it out.

    ``judged`` and ``history`` are judged by the rules in force, without any that were learned.
    """
    if never_hidden(judged.would_be, rules) or judged.would_be.tier is Tier.NOISE:
        return ()
    found = (preview(pattern, history, rules) for pattern in patterns_for(judged.change, judged.would_be, words))
    ids = [one.change.id for one in history]
    return tuple(offer for offer in found if _hides_its_own(offer, judged, judged.change.id in ids))


def _hides_its_own(offer: Offer, judged: Rejudged, in_history: bool) -> bool:
    """A rule that would not filter out the very change it was learned from is no answer to it."""
    if not in_history:
        return covers(offer.pattern, judged.would_be, judged.change)
    return any(one.change.id == judged.change.id for one in offer.hides)


def preview(pattern: Pattern, history: Sequence[Rejudged], rules: Rules) -> Offer:
    """What the pattern would have done to ``history``, newest first as it is given."""
    covered = [
        one for one in history if one.would_be.tier is not Tier.NOISE and covers(pattern, one.would_be, one.change)
    ]
    kept = [(one, never_hidden(one.would_be, rules)) for one in covered]
    return Offer(
        pattern=pattern,
        hides=tuple(one for one, grounds in kept if not grounds),
        spares=tuple(Spared(judged=one, grounds=grounds) for one, grounds in kept if grounds),
    )
