"""What the house learned from a person who said “not relevant”: which news like that need not be told any more."""

from datetime import datetime

from msgspec import Struct

from monitor.model.assessment import Level
from monitor.model.difference import News
from monitor.model.ids import ChangeId, SourceId

LEARNED = "learned:"
"""What the rule of a reason begins with when a learned rule, whose id follows, filtered the change out."""


class Pattern(Struct, frozen=True, kw_only=True):
    """News of one source and one kind, relevant on no other than these grounds and at most so much. Where ``items`` or
    ``words`` are given, every item must be one of the items (a document's number, a place in a page), and every title
    hold the words.
    """

    source_id: SourceId
    news: News
    most: Level
    grounds: tuple[str, ...]
    items: tuple[str, ...] = ()
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.items or self.words)


class Ending(Struct, frozen=True, kw_only=True):
    """Who took a rule back, when and why."""

    by: str
    reason: str
    at: datetime


class LearnedRule(Struct, frozen=True, kw_only=True):
    """``change_id``: the change that was not relevant. ``id`` is None until it is kept; ``ending``: None in force."""

    pattern: Pattern
    change_id: ChangeId
    by: str
    reason: str
    at: datetime
    id: str | None = None
    ending: Ending | None = None
