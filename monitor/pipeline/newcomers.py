"""A document that its list named for the first time: when it is first read its text is judged, and told where it says
more than the title of its link did.
"""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.assess import assess
from monitor.assess.links import with_links
from monitor.assess.own_tools import with_tools
from monitor.assess.passages import gravest
from monitor.assess.rulebook import Rules
from monitor.compare.differences import difference
from monitor.compare.grouping import newcomer_headline
from monitor.model.assessment import Assessment, Level
from monitor.model.difference import Act, Change, Difference, News
from monitor.model.ids import ChangeId, RecordKey, SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.ports import WatchStore
from monitor.sources.following import following

Assessed = tuple[Change, Assessment]

MOST_JUDGED = 20_000
"""Parts of one document; what stands behind them is not judged at the first reading."""

MOST_TOLD = 20
"""The gravest parts of one document that are told; the rest are counted."""


class NewcomerDesk(Struct, frozen=True, kw_only=True):
    """Knows the rules, and what the house has decided before."""

    store: WatchStore
    rules: Rules
    time_zone: ZoneInfo

    def judged(self, gathered: Gathered, fresh: Snapshot, named: Assessed, *, late: bool) -> tuple[Assessed, ...]:
        """The first reading of a document as a change, or none where its text has nothing on the topic. ``named``: the
        change of its list that named it; ``late``: it could not be read at once.
        """
        source, (named_in, told) = gathered.source, named
        parts = difference(replace(fresh, records=(), passages=()), fresh)[:MOST_JUDGED]
        telling, count = gravest(parts, source.id, self.rules, most=MOST_TOLD)
        if not telling and source.floor.rank > max(told.level.rank, Level.LOW.rank):
            telling = parts[:1]  # the settings ask to see any document of this kind
        if not telling:
            return ()
        change = Change(
            id=ChangeId(""),
            source_id=source.id,
            news=News.ADDED,
            headline=newcomer_headline(source, count, fresh.size),
            differences=telling,
            last_unchanged_at=named_in.last_unchanged_at,
            first_changed_at=gathered.seen_at,
            found_late=late,
            hand=gathered.hand,
            rendered_by=gathered.rendered_by,
        )
        return ((change, self._opinion(change, source, gathered)),)

    def _opinion(self, change: Change, source: Source, gathered: Gathered) -> Assessment:
        today = gathered.ended_at.astimezone(self.time_zone).date()
        opinion = assess(change, source, self.rules, today=today)
        opinion = with_tools(opinion, change, self.store.inventory())
        return with_links(opinion, change, self.rules, self.store.link_decisions())


def named_first(
    source: Source, accepted: Snapshot, changes: Sequence[Assessed], checked: Mapping[SourceId, object]
) -> Iterator[tuple[SourceId, RecordKey]]:
    """The documents behind ``source`` that its ``changes`` name for the first time, each with the key of the item that
    names it. ``checked``: the sources that were ever asked for; what is shown beside the list's own news is left out.
    """
    plain = replace(source, follow=tuple(follow for follow in source.follow if not follow.beside))
    if not plain.follow or not changes:
        return
    told = {_key(one): one.key for change, _ in changes for one in change.differences if one.act is not Act.REMOVED}
    for child in following(plain, accepted.records).children:
        if child.record.key in told and child.source.id not in checked:
            yield child.source.id, told[child.record.key]


def _key(one: Difference) -> RecordKey:
    return one.after.key if isinstance(one.after, Record) else one.key


def behind_newcomer(source: Source, accepted: Snapshot, checked: Mapping[SourceId, object]) -> tuple[SourceId, ...]:
    """The documents behind a list that is itself a new document: all of them are new."""
    plain = replace(source, follow=tuple(follow for follow in source.follow if not follow.beside))
    found = (child.source.id for child in following(plain, accepted.records).children)
    return tuple(one for one in found if one not in checked)


def still_unread(ruling: Ruling, named_in: ChangeId) -> Ruling:
    """The ruling about a new document that could not be read, which says what is missed by that."""
    said = f"New document, named in {named_in}, could not be read yet, so its text is not judged."
    return replace(ruling, reason=f"{said} {ruling.reason}")
