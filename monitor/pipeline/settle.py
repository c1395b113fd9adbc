"""Settles one gathered check: what it means against the baseline, and the writing of it in one unit of work."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from monitor.compare.absences import Settled, carry_over, settle_absences, without_the_departed
from monitor.compare.canonical import content_sha256
from monitor.compare.holds import HELD, WINDOW_SLID, hold, is_believed
from monitor.compare.partial import completed
from monitor.compare.spellings import keep_known_spellings
from monitor.compare.vetting import judge_snapshot
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, Trigger, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.announce import Announcer
from monitor.pipeline.gathered import SAME_BYTES, Gathered
from monitor.pipeline.ports import Extractor, Unit, WatchStore
from monitor.pipeline.record import Assessed, Polled, Prepared, Recorder
from monitor.pipeline.reread import read_anew, said_anew
from monitor.pipeline.rulings import baseline_ruling, check_of, compared_ruling
from monitor.sources.following import identified

if TYPE_CHECKING:
    from monitor.assess.rules import Rules


_KNOWN_BEFORE = timedelta(days=1)


class Settler(Struct, frozen=True, kw_only=True):
    """Knows the rules, the store and who announces; holds no state of its own. ``rules`` is called only
    when something changed: reading them takes longer than a quiet check.
    """

    store: WatchStore
    extractor_for: Callable[[Source], Extractor]
    rules: "Callable[[], Rules]"
    announcer: Announcer
    confirm_after: timedelta
    time_zone: ZoneInfo

    def prepare(self, gathered: Gathered, state: WatchState, trigger: Trigger, *, accepted: bool = False) -> Prepared:
        """Everything that can be worked out before the transaction opens. ``accepted``: a person believes the copy."""
        source, ruling, fresh = gathered.source, gathered.ruling, gathered.snapshot
        anew: Snapshot | Ruling | None = None
        if fresh is not None or (ruling is not None and ruling.verdict.verified):
            anew = read_anew(self.store, self.extractor_for(source), source, state)
        if isinstance(anew, Ruling) and fresh is None:
            return self._quiet(gathered, anew, state, trigger, None)
        baseline = reread = anew if isinstance(anew, Snapshot) else None
        if fresh is None:
            again = ruling is not None and ruling.verdict is Verdict.SAME and bool(state.absences)
            if ruling is not None and not again:
                return self._quiet(gathered, ruling, state, trigger, reread)
            fresh = self._without_the_missing(baseline, state)
        elif reread is None and not state.absences and gathered.body_sha256 == state.body_sha256:
            return self._quiet(gathered, SAME_BYTES, state, trigger, None)  # a list of several pages, all as they were
        fresh, baseline = identified(source, fresh), baseline or self._baseline(state)
        baseline = None if baseline is None else identified(source, baseline)
        fresh = fresh if baseline is None else completed(baseline, fresh)
        today = gathered.seen_at.date()
        found = judge_snapshot(fresh, baseline, source.contract, sliding=source.sliding, today=today)
        if found is not None:
            if not (accepted and found.code in HELD) and (
                doubtful := self._doubtful(gathered, fresh, found, state, trigger)
            ):
                return doubtful
            accepted = True
        if baseline is None:
            return self._first(gathered, fresh, state, trigger)
        return self._compared(gathered, fresh, baseline, state, trigger, believed=accepted)

    def _doubtful(
        self, gathered: Gathered, fresh: Snapshot, found: Ruling, state: WatchState, trigger: Trigger
    ) -> Prepared | None:
        """The check of a copy that is not believed, held where that may change; None when it is believed by now."""
        unverified = self._quiet(gathered, found, state, trigger, None)
        if gathered.hand is not None and found.code == WINDOW_SLID:
            return None
        if gathered.hand is not None or found.code not in HELD:
            return unverified
        content, now = content_sha256(fresh), gathered.started_at
        if is_believed(found.code, content, state.held, now, self.confirm_after):
            return None
        return replace(unverified, held=hold(found.code, content, state.held, now, pages=len(gathered.pages)))

    def write(self, unit: Unit, prepared: Prepared) -> Polled:
        """Writes all of one check through ``unit``; gives its changes their ids."""
        return Recorder(store=self.store, announcer=self.announcer).write(unit, prepared)

    def _quiet(
        self, gathered: Gathered, ruling: Ruling, state: WatchState, trigger: Trigger, reread: Snapshot | None
    ) -> Prepared:
        if not ruling.verdict.verified and (named := self._named_in(gathered.source, state)):
            from monitor.pipeline.newcomers import still_unread

            ruling = still_unread(ruling, named[0].id)
        if reread is not None:
            ruling = said_anew(ruling, gathered.source, reread)
        check = check_of(gathered, ruling, trigger, reread.size if reread else None)
        return Prepared(gathered=gathered, check=check, state=state, reread=reread, absences=state.absences)

    def _first(self, gathered: Gathered, fresh: Snapshot, state: WatchState, trigger: Trigger) -> Prepared:
        """The first good copy is the baseline: there is nothing to compare it with, so nobody is told; unless it is the
        sequel of a document that was known before, or a document that came onto its list since.
        """
        named = self._named_in(gathered.source, state)
        named_in = None if named is None else named[0].id
        if (earlier := self._earlier(gathered)) and (sequel := self._sequel(gathered, fresh, earlier, trigger)):
            return replace(sequel, named_in=named_in)
        changes = () if named is None else self._newcomer(gathered, fresh, named, state)
        if changes:
            ruling = Ruling(verdict=Verdict.CHANGED, code="new-document", reason=changes[0][0].headline)
        else:
            ruling = baseline_ruling(gathered.source, fresh, named_in)
        check = check_of(gathered, ruling, trigger, fresh.size)
        return Prepared(gathered=gathered, check=check, state=state, accept=fresh, changes=changes, named_in=named_in)

    def _named_in(self, source: Source, state: WatchState) -> Assessed | None:
        """The change of its list that named a document which was never read yet."""
        return self.store.named_in(source.id) if source.parent and state.snapshot_id is None else None

    def _newcomer(
        self, gathered: Gathered, fresh: Snapshot, named: Assessed, state: WatchState
    ) -> tuple[Assessed, ...]:
        """What the text of a new document has to say. One that came with the very bytes of another behind the same list
        has only been given another address.
        """
        from monitor.pipeline.newcomers import NewcomerDesk

        if gathered.source.parent and self.store.accepted_behind(gathered.source.parent, gathered.body_sha256):
            return ()
        desk = NewcomerDesk(store=self.store, rules=self.rules(), time_zone=self.time_zone)
        return desk.judged(gathered, fresh, named, late=state.failures_in_row > 0)

    def _earlier(self, gathered: Gathered) -> WatchState | None:
        """What is known of the document that this one is the sequel of; None when it was not known before: two
        documents first read on one day are both part of a baseline.
        """
        earlier_id = gathered.source.sequel_to
        earlier = self.store.states().get(earlier_id) if earlier_id else None
        if earlier is None or earlier.snapshot_id is None or earlier.first_good_at is None:
            return None
        return earlier if gathered.looked_at - earlier.first_good_at >= _KNOWN_BEFORE else None

    def _sequel(self, gathered: Gathered, fresh: Snapshot, earlier: WatchState, trigger: Trigger) -> Prepared | None:
        """The first copy told as what it says otherwise than ``earlier``; None when it says the same."""
        from monitor.pipeline.news import NewsDesk

        desk = NewsDesk(store=self.store, rules=self.rules(), time_zone=self.time_zone)
        before = self._baseline(earlier)
        changes = desk.sequel(gathered, before, fresh, earlier) if before is not None else ()
        if not changes:
            return None
        reason = "; ".join(change.headline for change, _ in changes)
        ruling = Ruling(verdict=Verdict.CHANGED, code="sequel", reason=reason)
        check = check_of(gathered, ruling, trigger, fresh.size)
        state = replace(earlier, held=None, absences={})
        return Prepared(gathered=gathered, check=check, state=state, accept=fresh, changes=changes)

    def _compared(
        self,
        gathered: Gathered,
        read: Snapshot,
        baseline: Snapshot,
        state: WatchState,
        trigger: Trigger,
        *,
        believed: bool,
    ) -> Prepared:
        """The copy beside the baseline. ``believed``: it was held before, and no objection counts any more."""
        source, fresh = gathered.source, keep_known_spellings(baseline, read)
        if source.leaves_after and not source.sliding:
            baseline = without_the_departed(baseline, fresh, source.leaves_after, gathered.looked_at)
        settled = self._present(baseline, fresh, gathered, state, believed=believed)
        found = self._news(gathered, baseline, settled, state, believed=believed)
        if isinstance(found, Ruling):
            doubtful = self._doubtful(gathered, read, found, state, trigger)
            return doubtful or self._compared(gathered, read, baseline, state, trigger, believed=True)
        changes = found
        return Prepared(
            gathered=gathered,
            check=check_of(gathered, compared_ruling(source, changes, settled), trigger, settled.effective.size),
            state=state,
            accept=settled.effective,
            absences=settled.pending,
            changes=changes,
        )

    def _news(
        self, gathered: Gathered, baseline: Snapshot, settled: Settled, state: WatchState, *, believed: bool
    ) -> tuple[Assessed, ...] | Ruling:
        """What there is to tell, or the ruling that holds it back. What a person saved is his to judge."""
        if baseline.records == settled.effective.records and baseline.passages == settled.effective.passages:
            return ()
        # Imported here: comparing and judging take longer to load than a whole quiet poll takes.
        from monitor.pipeline.news import NewsDesk

        desk = NewsDesk(store=self.store, rules=self.rules(), time_zone=self.time_zone)
        differences = desk.differences(gathered.source, baseline, settled.effective)
        reverted = desk.reverted(gathered.source.id, differences)
        if differences and not believed and gathered.hand is None:
            from monitor.pipeline.doubt import Doubter

            found = Doubter(store=self.store).objection(
                gathered, baseline, settled.effective, state, differences, reverted
            )
            if found is not None:
                return found
        ended = state.held if believed else None
        confirmed = frozenset(settled.confirmed)
        return desk.changes(gathered, baseline, settled.effective, differences, reverted, state, confirmed, ended)

    def _present(
        self, baseline: Snapshot, fresh: Snapshot, gathered: Gathered, state: WatchState, *, believed: bool
    ) -> Settled:
        """What is there now. What a copy lacks that was held and is believed has been missed twice already."""
        if gathered.source.sliding:
            return Settled(effective=carry_over(baseline, fresh), confirmed=(), pending={})
        known, wait = state.absences, self.confirm_after
        if believed:
            since = state.held.since if state.held else gathered.looked_at
            known, wait = {**{r.key: since for r in baseline.records}, **known}, timedelta()
        return settle_absences(
            baseline,
            fresh,
            known,
            now=gathered.looked_at,
            confirm_after=wait,
            leaves_after=gathered.source.leaves_after,
        )

    def _baseline(self, state: WatchState) -> Snapshot | None:
        return None if state.snapshot_id is None else self.store.snapshot(state.snapshot_id)

    def _without_the_missing(self, baseline: Snapshot | None, state: WatchState) -> Snapshot:
        """The same copy once more, as it was: without the keys we still carry because their removal is unconfirmed."""
        snapshot = baseline or self._baseline(state)
        assert snapshot is not None  # noqa: S101 - absences exist only beside a baseline
        return replace(snapshot, records=tuple(r for r in snapshot.records if r.key not in state.absences))
