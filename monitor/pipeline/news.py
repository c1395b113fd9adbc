"""From two snapshots to assessed changes: what a check that found something new has to say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.assess import assess
from monitor.assess.learned import with_learned
from monitor.assess.links import with_links
from monitor.assess.own_tools import with_tools
from monitor.assess.rules import Rules
from monitor.compare.canonical import item_sha256
from monitor.compare.differences import difference
from monitor.compare.grouping import Draft, group, sequel_headline
from monitor.compare.holds import TOLD_AS_ONE, WINDOW_SLID
from monitor.compare.records import continued
from monitor.compare.versions import superseded
from monitor.model.assessment import Assessment
from monitor.model.difference import Act, Change, Difference, News
from monitor.model.ids import ChangeId, RecordKey, SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Source
from monitor.model.watch import Held, WatchState
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.ports import WatchStore

UNSAVED = ChangeId("")
"""The id of a Change until its unit of work gives it one."""


class NewsDesk(Struct, frozen=True, kw_only=True):
    """Knows the rules and what the record says of earlier changes."""

    store: WatchStore
    rules: Rules
    time_zone: ZoneInfo

    def differences(self, source: Source, baseline: Snapshot, effective: Snapshot) -> Sequence[Difference]:
        """What differs, edits between known aliases being editorial."""
        return self._continued(source, difference(baseline, effective, aliases=self.rules.aliases))

    def reverted(self, source_id: SourceId, differences: Sequence[Difference]) -> dict[RecordKey, ChangeId]:
        """The earlier change that each difference takes back, by key; those that take back none are left out."""
        return {d.key: c for d in differences if (c := self._reverted(source_id, d)) is not None}

    def changes(
        self,
        gathered: Gathered,
        baseline: Snapshot,
        effective: Snapshot,
        differences: Sequence[Difference],
        reverted: Mapping[RecordKey, ChangeId],
        state: WatchState,
        confirmed: frozenset[RecordKey],
        believed: Held | None,
    ) -> tuple[tuple[Change, Assessment], ...]:
        """The differences grouped into changes, each with its window of times and its assessment.

        ``confirmed``: the keys whose removal this check confirms; they were first missed earlier. ``believed``: the
        hold that ends with this check, which says since when this content is there.
        """
        source = gathered.source
        missing_since = min((state.absences[k] for k in confirmed if k in state.absences), default=None)
        known = frozenset(r.fields.get("product_code", "") for r in baseline.records)
        today = gathered.ended_at.astimezone(self.time_zone).date()
        changes = []
        tools, decisions = self.store.inventory(), self.store.link_decisions()
        learned = self.store.learned_rules()
        as_one, gone = believed is not None and believed.code in TOLD_AS_ONE, superseded(baseline, effective)
        for draft in group(differences, source, reverted=reverted, superseded=gone, as_one=as_one):
            change = self._change(gathered, draft, state, missing_since)
            change = change if believed is None else _held_till_now(change, believed, state, source)
            opinion = assess(change, source, self.rules, today=today, known_product_codes=known)
            opinion = with_links(with_tools(opinion, change, tools), change, self.rules, decisions)
            changes.append((change, with_learned(opinion, change, learned, self.rules)))
        return tuple(changes)

    def sequel(
        self, gathered: Gathered, earlier: Snapshot, fresh: Snapshot, state: WatchState
    ) -> tuple[tuple[Change, Assessment], ...]:
        """How the first copy of a document differs from the document it is the sequel of; ``state`` is that one's."""
        differences = self.differences(gathered.source, earlier, fresh)
        found = self.changes(gathered, earlier, fresh, differences, {}, state, frozenset(), None)
        return tuple(
            (replace(change, headline=sequel_headline(gathered.source, change.differences), found_late=False), opinion)
            for change, opinion in found
        )

    def _change(self, gathered: Gathered, draft: Draft, state: WatchState, missing_since: datetime | None) -> Change:
        """The draft with its window: when the old state was last seen, and when the new one was first."""
        source, first_changed = gathered.source, gathered.seen_at
        last_unchanged = state.last_seen_at or gathered.looked_at
        if missing_since is not None and draft.news is News.REMOVED:
            first_changed = missing_since
            last_unchanged = self.store.last_good_before(source.id, missing_since) or last_unchanged
        overdue = gathered.looked_at - last_unchanged > 2 * source.every
        return Change(
            id=UNSAVED,
            source_id=source.id,
            news=draft.news,
            headline=draft.headline,
            differences=draft.differences,
            last_unchanged_at=last_unchanged,
            first_changed_at=first_changed,
            found_late=state.failures_in_row > 0 or (overdue and missing_since is None),
            reverts=draft.reverts,
            hand=gathered.hand,
            rendered_by=gathered.rendered_by,
        )

    def _continued(self, source: Source, differences: Sequence[Difference]) -> Sequence[Difference]:
        """What is new here but known from the list that ``source`` continues has only moved on from there."""
        state = self.store.states().get(source.continues) if source.continues else None
        if state is None or state.snapshot_id is None:
            return differences
        earlier = {record.key: record for record in self.store.snapshot(state.snapshot_id).records}
        return [
            continued(earlier[d.key], d.after, self.rules.aliases)
            if d.act is Act.ADDED and d.key in earlier and isinstance(d.after, Record)
            else d
            for d in differences
        ]

    def _reverted(self, source_id: SourceId, one: Difference) -> ChangeId | None:
        """The earlier change that took this item the other way, from exactly this content.

        A removal takes nothing back: an item that was added and is gone again was withdrawn, and is told as removed.
        """
        if one.act is Act.REMOVED:
            return None
        before, after = (None if x is None else item_sha256(x) for x in (one.before, one.after))
        return self.store.reverted_change(source_id, one.key, before=before, after=after)


def _held_till_now(change: Change, held: Held, state: WatchState, source: Source) -> Change:
    """The change as it was first seen when the hold began. It is found late only for what went wrong before that, or
    when a window slid past us in the meantime.
    """
    late = state.failures_in_row > held.looks or held.since - change.last_unchanged_at > 2 * source.every
    return replace(change, first_changed_at=held.since, found_late=late or held.code == WINDOW_SLID)
