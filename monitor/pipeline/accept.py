"""A held copy accepted by a person: settled from the bytes that were kept, as if the poll had believed it."""

from datetime import datetime

from monitor.model.errors import UsageError
from monitor.model.source import Source
from monitor.model.verdict import Trigger
from monitor.model.watch import WatchState
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.pages import as_page, join
from monitor.pipeline.record import Polled
from monitor.pipeline.settle import Settler


def accept_held(settler: Settler, source: Source, state: WatchState, *, now: datetime, by: str, reason: str) -> Polled:
    """Makes the held copy the baseline and tells its news; who accepted it and why is audited in the same unit.

    Raises UsageError when nothing is held, and when the copy breaks the contract itself, so that the next check would
    refuse it again.
    """
    held = state.held
    if held is None or held.check_id is None:
        raise UsageError(f"No copy of {source.id} is held.")
    pages = settler.store.captures_of(held.check_id)[: held.pages]
    extractor = settler.extractor_for(source)
    snapshot = join([extractor.extract(as_page(page), source) for page in pages])
    gathered = Gathered(source=source, started_at=now, ended_at=now, snapshot=snapshot, pages=pages)
    prepared = settler.prepare(gathered, state, Trigger.HAND, accepted=True)
    if not prepared.check.ruling.verdict.verified:
        raise UsageError(f"The copy of {source.id} cannot be accepted. {prepared.check.ruling.reason}")
    facts = {"by": by, "reason": reason, "held": held.code, "check": held.check_id, "since": held.since}
    with settler.store.unit() as unit:
        unit.audit("accept", source.id, facts, at=now)
        return settler.write(unit, prepared)
