"""The ledger row of a check that was settled, and the words in it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from monitor.compare.absences import Settled
from monitor.compose.wording import count
from monitor.model.ids import ChangeId
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import REMOVAL_PENDING, Check, Ruling, Trigger, Verdict
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.record import Assessed


def baseline_ruling(source: Source, fresh: Snapshot, named_in: ChangeId | None) -> Ruling:
    held = count(fresh.size, source.noun) if fresh.size else f"no {source.noun} yet, as expected"
    judged = f" A new document, named in {named_in}: nothing in it on the topic, or nothing new." if named_in else ""
    reason = f"Baseline captured: {held}.{judged} Changes are told from the next check on."
    return Ruling(verdict=Verdict.CHANGED, code="baseline", reason=reason)


def check_of(gathered: Gathered, ruling: Ruling, trigger: Trigger, items: int | None) -> Check:
    at = gathered.started_at
    return Check(
        source_id=gathered.source.id,
        slot_at=at if gathered.hand else slot_of(at, gathered.source.every),
        started_at=gathered.started_at,
        ended_at=gathered.ended_at,
        trigger=trigger,
        ruling=ruling,
        http_status=gathered.http_status,
        items=items,
        requests=gathered.requests,
        hand=gathered.hand,
    )


def slot_of(at: datetime, every: timedelta) -> datetime:
    """The start of the schedule's slot that holds ``at``. Slots tile the time since 1970 in UTC, so no daylight-saving
    change can lose or double one.
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (at - epoch) // every * every


def compared_ruling(source: Source, changes: Sequence[Assessed], settled: Settled) -> Ruling:
    if changes:
        reason = "; ".join(change.headline for change, _ in changes)
        return Ruling(verdict=Verdict.CHANGED, code="changed", reason=reason)
    if settled.pending:
        missing = count(len(settled.pending), source.noun)
        reason = f"{missing} missing from the list; a second fetch must confirm before this counts."
        return Ruling(verdict=Verdict.SAME, code=REMOVAL_PENDING, reason=reason)
    if settled.effective.size == 0:
        reason = f"Read whole, and no {source.noun} is there yet, as expected."
        return Ruling(verdict=Verdict.SAME, code="empty-as-expected", reason=reason)
    return Ruling(verdict=Verdict.SAME, code="same-content", reason="Other bytes, the same content.")
