"""Whether the news of a readable copy is told now or held: the past seen again, or too much news at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

from monitor.compare.holds import copies_age, mass_change, older_copy, rebuilt
from monitor.compare.rebuilt import is_rebuilt
from monitor.model.difference import Difference, Weight
from monitor.model.ids import ChangeId, RecordKey
from monitor.model.snapshot import Snapshot
from monitor.model.verdict import Ruling
from monitor.model.watch import WatchState
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.ports import WatchStore


class Doubter(Struct, frozen=True, kw_only=True):
    """Knows what was accepted before."""

    store: WatchStore

    def objection(
        self,
        gathered: Gathered,
        baseline: Snapshot,
        fresh: Snapshot,
        state: WatchState,
        differences: Sequence[Difference],
        reverted: Mapping[RecordKey, ChangeId],
    ) -> Ruling | None:
        """The ruling that holds this copy, or None: its news may be told. ``reverted``: see ``group``."""
        source = gathered.source
        if why := self._older(gathered, baseline, fresh, state, differences, reverted):
            return older_copy(why)
        if is_rebuilt(baseline, fresh, differences):
            return rebuilt(len(baseline.passages))
        return mass_change(differences, len(baseline.records), sliding=source.sliding, roles=source.roles)

    def _older(
        self,
        gathered: Gathered,
        baseline: Snapshot,
        fresh: Snapshot,
        state: WatchState,
        differences: Sequence[Difference],
        reverted: Mapping[RecordKey, ChangeId],
    ) -> str | None:
        if not gathered.pages or gathered.body_sha256 == state.body_sha256:
            return None
        if self.store.was_accepted(gathered.source.id, gathered.body_sha256):
            return "The server sent, byte for byte, a copy that a newer one had replaced"
        material = [d for d in differences if d.weight is Weight.MATERIAL]
        if material and all(d.key in reverted for d in material):
            return "All that differs takes back what changed before"
        if gathered.source.contract.fresh_within is not None and (said := copies_age(baseline, fresh)):
            return said
        return _by_its_headers(gathered, state)


def _by_its_headers(gathered: Gathered, state: WatchState) -> str | None:
    """What the server's own stamps say: changed on an earlier day, or made before we last looked."""
    page, held = gathered.pages[0], state.validators
    if held.url == page.official_url:
        was, came = _moment(held.last_modified), _moment(page.header("last-modified"))
        if was and came and came < was:
            return (
                f"The server says this copy is of {came:%b %d, %Y %H:%M} UTC, the one we believe of {was:%b %d, %H:%M}"
            )
    age = (page.header("age") or "").strip()
    if age.isascii() and age.isdigit() and state.last_full_get_at is not None:
        made_at = page.ended_at - timedelta(seconds=min(int(age[:9]), 10**8))
        if made_at < state.last_full_get_at - timedelta(seconds=60):
            return f"A cache kept this copy for {int(age[:9]) // 60:,} min, since before our last look"
    return None


def _moment(value: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at is not None and at.tzinfo is not None else None
