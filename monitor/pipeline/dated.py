"""Which of all dates on record are worth a reader's calendar: opinions carry those of trifles too."""

from collections.abc import Collection, Sequence

from monitor.model.assessment import Tier
from monitor.model.digest import DatedChange
from monitor.model.ids import ChangeId, SourceId

Thing = tuple[SourceId, str, str]
"""What a date is a date of: the item of a source (the change, where no item is named) and the kind of date."""


def thing_of(dated: DatedChange) -> Thing:
    return dated.source_id, dated.date.key or dated.change_id, dated.date.kind.value


def worth_a_calendar(
    dated: Sequence[DatedChange], undone: Collection[ChangeId] = frozenset()
) -> tuple[DatedChange, ...]:
    """Those of things of which a change to act upon or to review told a date of that kind, in the order given.

    A later change of less weight still says which day stands now. Changes that were taken back say nothing.
    """
    standing = [one for one in dated if one.change_id not in undone]
    grave = {thing_of(one) for one in standing if one.tier.rank >= Tier.REVIEW.rank}
    return tuple(one for one in standing if thing_of(one) in grave)
