"""What a person decided about a change: added to the record, never altered; the newest one counts."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from monitor.model.ids import ChangeId


class Outcome(StrEnum):
    """Not relevant: it should not have been told. No impact: rightly told, nothing to do. Reopened: the decision
    before it counts no more.
    """

    NOT_RELEVANT = "not relevant"
    NO_IMPACT = "no impact"
    MONITOR = "monitor"
    ACTION_NEEDED = "action needed"
    DUPLICATE = "duplicate"
    DONE = "done"
    REOPENED = "reopened"


IN_HAND = frozenset({Outcome.MONITOR, Outcome.ACTION_NEEDED})
"""Decided, but somebody still has to do or watch something."""

SET_ASIDE = frozenset({Outcome.NOT_RELEVANT, Outcome.DUPLICATE})
"""Decided to be no news of its own."""

NEEDS_REASON = frozenset({Outcome.NOT_RELEVANT, Outcome.NO_IMPACT, Outcome.DUPLICATE, Outcome.REOPENED})
"""What takes a change off the table, or puts it back, is never said without why."""


class Decision(Struct, frozen=True, kw_only=True):
    """``owner`` has it in hand until ``due``; ``duplicate_of`` is set for that outcome alone; ``id`` is None until
    it is kept.
    """

    change_id: ChangeId
    outcome: Outcome
    by: str
    at: datetime
    reason: str = ""
    owner: str = ""
    due: date | None = None
    duplicate_of: ChangeId | None = None
    id: str | None = None

    @property
    def stands(self) -> bool:
        """Whether the change is decided by it."""
        return self.outcome is not Outcome.REOPENED
