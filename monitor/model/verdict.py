"""The ways a check can end, and the row it leaves in the ledger."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from monitor.model.hand import HandSaved
from monitor.model.ids import SourceId


class Verdict(StrEnum):
    """Only CHANGED, SAME and NOT_MODIFIED move the baseline; the other four leave everything as it was."""

    CHANGED = "CHANGED"
    SAME = "SAME"
    NOT_MODIFIED = "NOT_MODIFIED"
    SUSPECT = "SUSPECT"
    BLOCKED = "BLOCKED"
    FAILED = "FAILED"
    NOT_RUN = "NOT_RUN"

    @property
    def verified(self) -> bool:
        """Whether the check proves what the source said."""
        return self in {Verdict.CHANGED, Verdict.SAME, Verdict.NOT_MODIFIED}


class Trigger(StrEnum):
    """What started a check."""

    SCHEDULE = "schedule"
    HAND = "hand"
    IMPORT = "import"


class Ruling(Struct, frozen=True, kw_only=True):
    """The vetting's word on one copy: a verdict, a short stable code, and a sentence a person understands."""

    verdict: Verdict
    code: str
    reason: str


class Check(Struct, frozen=True, kw_only=True):
    """One row of the ledger. ``slot_at`` is the start of the schedule's slot that this check fills (UTC).

    ``hand``: the copy was saved by hand (trigger IMPORT). Such a check fills no slot: it proves one moment, and is no
    proof that the schedule was kept.
    """

    source_id: SourceId
    slot_at: datetime
    started_at: datetime
    ended_at: datetime
    trigger: Trigger
    ruling: Ruling
    http_status: int | None = None
    items: int | None = None
    requests: int = 0
    id: int | None = None
    hand: HandSaved | None = None


REMOVAL_PENDING = "removal-pending"
"""Something is missing from the list, and a second look must confirm it: neither unchanged nor changed yet."""

_NOTHING_IN_IT = frozenset({"empty", "empty-list", "no-rows"})
_WORDS = {
    Verdict.CHANGED: "changed",
    Verdict.SAME: "unchanged",
    Verdict.NOT_MODIFIED: "unchanged",
    Verdict.SUSPECT: "UNVERIFIED",
    Verdict.FAILED: "UNVERIFIED",
    Verdict.BLOCKED: "BLOCKED",
    Verdict.NOT_RUN: "NOT RUN",
}


def result_word(ruling: Ruling) -> str:
    """The state of a source in a word: a quiet source (unchanged), a broken one (UNVERIFIED), one that keeps us out
    (BLOCKED) and one that answers with nothing in it (EMPTY) are never mistaken for each other.
    """
    if ruling.code == "baseline":
        return "baseline"
    if ruling.code == REMOVAL_PENDING:
        return "removal pending"
    if ruling.verdict is Verdict.SUSPECT and ruling.code in _NOTHING_IN_IT:
        return "EMPTY"
    return _WORDS[ruling.verdict]
