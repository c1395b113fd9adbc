"""An opinion about a Change: how relevant it is to AI-only billing, and why. Facts live elsewhere; this can be
recomputed.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from monitor.model.link import Link
from monitor.model.tool import ToolMatch


class Level(StrEnum):
    """Relevance, from the rubric: critical > high > medium > low > none."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"

    @property
    def rank(self) -> int:
        """4 for critical down to 0 for none."""
        return _RANKS[self._value_]


_RANKS = {"critical": 4, "high": 3, "medium": 2, "low": 1, "none": 0}


class Tier(StrEnum):
    """What the reader should do: a word, never a colour."""

    ACT = "ACT"
    REVIEW = "REVIEW"
    FYI = "FYI"
    NOISE = "NOISE"

    @property
    def rank(self) -> int:
        """3 for ACT down to 0 for NOISE."""
        return {"ACT": 3, "REVIEW": 2, "FYI": 1, "NOISE": 0}[self.value]


class Topic(StrEnum):
    CODING = "coding"
    COVERAGE = "coverage"
    PAYMENT = "payment"
    CLEARANCE = "clearance"
    DOCUMENTATION = "documentation"
    BILLING_ENTITY = "billing-entity"
    PAYER_POLICY = "payer-policy"


class DateKind(StrEnum):
    EFFECTIVE = "effective"
    COMMENT_CLOSES = "comment closes"
    DECISION_DUE = "decision due"
    NOTICE_STARTS = "notice starts"
    NOTICE_ENDS = "notice ends"
    RECONSIDERATION_CLOSES = "reconsideration closes"
    MEETING = "meeting"
    RELEASE = "release"
    RETIREMENT = "retirement"


class Direction(StrEnum):
    """Which way a Change goes. Weakened and strengthened: a requirement; reversed: into the opposite, whichever way."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    WEAKENED = "weakened"
    STRENGTHENED = "strengthened"
    REVERSED = "reversed"


class Basis(StrEnum):
    """Where a date comes from; a date without one is never shown."""

    STATED = "stated"
    COMPUTED = "computed"
    ENTERED = "entered"


class LegalDate(Struct, frozen=True, kw_only=True):
    """A date that matters, with its basis; ``ground`` is the quoted words (stated) or the rule (computed).

    ``clock``: the time of day and its zone as the source writes them (``5 p.m. EDT``); None where it names none.
    """

    kind: DateKind
    on: date
    basis: Basis
    ground: str
    key: str | None = None
    clock: str | None = None


class Reason(Struct, frozen=True, kw_only=True):
    """One ground for the level: the rule that fired, a sentence for the reader, and the text it stands on.

    ``quote`` is copied from the source (at most 300 characters); ``key`` names the item it was found in.
    """

    rule: str
    text: str
    quote: str
    level: Level
    key: str | None = None


class Stage(Struct, frozen=True, kw_only=True):
    """Where the matter stands on its ladder; None when nothing in the change says so."""

    ladder: str
    before: str | None
    after: str
    next_step: str | None = None


class Assessment(Struct, frozen=True, kw_only=True):
    """Level, tier and their grounds for one Change, under one version of the rules.

    ``ai_class`` is the Appendix S class (assistive, augmentative, autonomous, all) and ``ai_class_basis`` says
    whether the
    text states it (``stated``) or it was inferred from a code or product code (``inferred``). ``confidence`` is High,
    Medium or Low, with its grounds in words. ``direction`` is None for a text judged by itself.
    ``tools``: those of the house's own that the Change touches, of the
    ``tools_known`` that the inventory held then; None: there was no inventory. ``links``: where the items
    lead on to, proposed or confirmed.
    """

    level: Level
    tier: Tier
    rules_version: str
    reasons: tuple[Reason, ...] = ()
    topics: tuple[Topic, ...] = ()
    codes: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    dates: tuple[LegalDate, ...] = ()
    stage: Stage | None = None
    ai_class: str | None = None
    ai_class_basis: str | None = None
    confidence: str = "Low"
    confidence_grounds: tuple[str, ...] = ()
    tools: tuple[ToolMatch, ...] = ()
    tools_known: int | None = None
    links: tuple[Link, ...] = ()
    direction: Direction | None = None
