"""What may be let go of the record when it is old: the bytes of pages in which nothing was found."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from monitor.model.ids import Sha256, SourceId


class Rule(StrEnum):
    """By which a stored copy may go. Hashes and all rows stay, whatever the rule."""

    UNCHANGED = "unchanged"
    """A copy that said what the one before had said."""
    UNVERIFIED = "unverified"
    """What came of a check that verified nothing: an error page, a block page, a copy that was cut off or held."""


class Retention(Struct, frozen=True, kw_only=True):
    """How long the bytes behind each rule are kept; None: for ever."""

    unchanged: timedelta | None = None
    unverified: timedelta | None = None

    @property
    def is_set(self) -> bool:
        return self.unchanged is not None or self.unverified is not None

    def older_than(self, now: datetime) -> dict[Rule, datetime]:
        """For each rule that is set, before when a check must have begun for its copies to go."""
        spans = {Rule.UNCHANGED: self.unchanged, Rule.UNVERIFIED: self.unverified}
        return {rule: now - span for rule, span in spans.items() if span is not None}


class Surplus(Struct, frozen=True, kw_only=True):
    """A stored copy that may go: by which rule, how many bytes of the file it takes, and when it was last received."""

    sha256: Sha256
    source_id: SourceId
    rule: Rule
    packed_bytes: int
    received_at: datetime


class LetGo(Struct, frozen=True, kw_only=True):
    """What one day's retention let go by one rule: how many copies, and their bytes as they lay there."""

    at: datetime
    rule: Rule
    copies: int
    packed_bytes: int
