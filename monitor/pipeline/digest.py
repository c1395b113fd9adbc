"""Builds the digest of a span from the store: what changed, what was checked, what was not, what is to come."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from monitor.assess.links import decided
from monitor.assess.questions import sheet_of
from monitor.model.assessment import Assessment, DateKind, Tier
from monitor.model.decision import SET_ASIDE
from monitor.model.difference import Change, News
from monitor.model.digest import Card, DateAhead, DatedChange, Digest, OpenItem, Period, SourceCoverage
from monitor.model.hand import HandSaved
from monitor.model.ids import ChangeId, DigestId, SourceId
from monitor.model.question import SheetRow, StarterRow
from monitor.model.readiness import Readiness
from monitor.model.snapshot import Record
from monitor.model.source import Source
from monitor.model.verdict import Check
from monitor.pipeline.beside import Latest, beside
from monitor.pipeline.clusters import one_card_each
from monitor.pipeline.coverage import Span, cover
from monitor.pipeline.dated import worth_a_calendar
from monitor.pipeline.digest_store import DigestStore, KeptChange
from monitor.pipeline.family import list_of
from monitor.pipeline.register import Register, Stretch

AHEAD = timedelta(days=60)


class DigestBuilder(Struct, frozen=True, kw_only=True):
    """Knows the watched sources and how the reader's week is cut. ``latest``: what those say whose words are shown
    beside the news of others; ``family``: a source that is watched no more, with the documents that were behind it.
    """

    store: DigestStore
    sources: tuple[Source, ...]
    time_zone: ZoneInfo
    link_base: str | None
    demo: bool
    not_watched: tuple[str, ...] = ()
    latest: Latest = lambda _: None
    starter: Callable[[], tuple[StarterRow, ...]] = tuple
    readiness: Callable[[], tuple[Readiness, ...]] = tuple
    family: Callable[[Source], tuple[Source, ...]] = lambda source: (source,)

    def build(self, period: Period, *, now: datetime, preview: bool, previous: DigestId | None = None) -> Digest:
        """The digest of ``period``; one that is still open is shown up to ``now``."""
        to_seq = self.store.last_seq() if period.to_seq is None else period.to_seq
        told = [self.card(kept) for kept in self.store.changes_between(period.from_seq, to_seq)]
        news = [card for card in told if card.assessment.tier is not Tier.NOISE]
        shown = one_card_each(news)
        filtered = [card for card in told if card.assessment.tier is Tier.NOISE]
        items = self.store.open_items(to_seq)
        span = Span.up_to(period.start_at, now) if now < period.end_at else _whole(period)
        return Digest(
            id=period.digest_id,
            period=period,
            made_at=now,
            time_zone=self.time_zone.key,
            demo=self.demo,
            preview=preview,
            cards=tuple(sorted(shown, key=_urgency)),
            filtered_out=len(filtered),
            filtered_cards=tuple(filtered),
            coverage=_without_noise(self.coverage(span), news),
            dates_ahead=self._dates_ahead(span.end_at.astimezone(self.time_zone).date()),
            awaiting=tuple(one for one in items if one.seq < period.from_seq and one.decision is None),
            in_hand=tuple(one for one in items if one.in_hand),
            corrections=tuple(card for card in told if card.change.news is News.REVERTED),
            monitoring_since=self.store.monitoring_since(),
            chain_head=self.store.chain_head(),
            previous_digest_id=previous,
            link_base=self.link_base,
            dead_deliveries=self.store.dead_deliveries(),
            sheet=self.sheet(to_seq),
            readiness=self.readiness(),
            problems=tuple(self.store.problems(period.start_at)),
            not_watched=self.not_watched,
            turns=self.register.turns(span),
        )

    def sheet(self, to_seq: int, *, before: datetime | None = None) -> tuple[SheetRow, ...]:
        """The standing questions with their newest answers, and the changes up to ``to_seq`` that may move them; only
        with what was answered ``before``, where that is set.
        """
        starter = self.starter()
        if before is not None:
            day = before.astimezone(self.time_zone).date()
            starter = tuple(row for row in starter if row.answer.looked_on < day)
        if not starter:
            return ()
        items = [one for one in self.store.open_items(to_seq) if not _was_set_aside(one, before)]
        return sheet_of(starter, self.store.answers(before), items)

    def coverage(self, span: Span) -> tuple[SourceCoverage, ...]:
        """Every source watched within the span, as it was set then, in the order of sources.yaml; those that are no
        longer watched come last, each up to its end.
        """
        stretches = self.register.stretches(span)
        longest = max((one.source.every for one in stretches), default=timedelta())
        by_source: dict[SourceId, list[Check]] = {}
        for check in self.store.checks(span.start_at - longest, span.end_at):
            by_source.setdefault(check.source_id, []).append(check)
        hands, empty = self.store.seen_by_hand(span.end_at), self.store.empty_before(span.end_at)
        return tuple(
            self._covered(one, by_source.get(one.source.id, []), hands.get(one.source.id), empty) for one in stretches
        )

    def _covered(
        self, one: Stretch, checks: Sequence[Check], hand: HandSaved | None, empty: Collection[SourceId]
    ) -> SourceCoverage:
        id_, span, watching = one.source.id, one.span, one.watching
        begun = watching.from_at if watching else None
        first, good = self.store.first_check_at(id_), self.store.last_good_before(id_, span.start_at)
        found = cover(
            one.source,
            [check for check in checks if check.started_at < span.end_at and (not begun or check.started_at >= begun)],
            span,
            first_check_at=max(first, begun) if first and begun else first,
            good_before=None if good and begun and good < begun else good,
            hand=hand,
            empty=id_ in empty,
        )
        return replace(found, watched_from=begun, watched_until=watching.until_at if watching else None)

    @property
    def register(self) -> Register:
        """Who was watched when."""
        return Register(store=self.store, sources=self.sources, family=self.family)

    def week(self, iso_week: str) -> Period:
        """The period of an ISO week (``2026-W47``), Monday 00:00 to Sunday 24:00 in the reader's zone."""
        year, number = iso_week.split("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
        start_at, end_at = week_bounds(monday, self.time_zone)
        return Period(
            id=f"weekly:{iso_week}:{self.time_zone.key}",
            digest_id=DigestId(f"DG-{int(year)}-{int(number):02d}"),
            start_at=start_at,
            end_at=end_at,
            from_seq=self.store.seq_before(start_at) + 1,
            to_seq=self.store.seq_before(end_at),
            first_day=monday,
            last_day=monday + timedelta(days=6),
        )

    def card(self, kept: KeptChange) -> Card:
        """The change as shown to a reader. A source that is no longer watched has the name it had in the settings, or
        goes by its id; a document that its list no longer names still has the list's authority and address.
        """
        source = next((s for s in self.sources if s.id == kept.change.source_id), None)
        source = source or self.store.entry_at(kept.change.source_id, kept.change.first_changed_at)
        named = source or list_of(kept.change.source_id, self.sources)
        return Card(
            change=kept.change,
            assessment=self._as_decided(kept.assessment),
            source_name=source.name if source else kept.change.source_id,
            authority=named.authority if named else "",
            official_url=_address(kept.change) or (named.official_url if named else ""),
            noun=source.noun if source else "item",
            before_sha=kept.before_sha,
            after_sha=kept.after_sha,
            delivered_at=kept.delivered_at,
            decision=kept.decision,
            before_hand=kept.before_hand,
            version=source.version if source else None,
            beside=beside(kept.change, source, self.latest) if source else (),
            seen=self.store.placement(kept.change.id),
        )

    def _as_decided(self, opinion: Assessment) -> Assessment:
        """With its links as people decided on them since."""
        return replace(opinion, links=decided(opinion.links, self.store.link_decisions())) if opinion.links else opinion

    def _dates_ahead(self, today: date) -> tuple[DateAhead, ...]:
        """Of each item that matters only the dates that its newest change states: a date that was moved is no longer
        ahead.
        """
        spoken: dict[tuple[SourceId, DateKind, str], ChangeId] = {}
        ahead: dict[tuple[SourceId, DateKind, str, date], DateAhead] = {}
        for dated in worth_a_calendar(self.store.dated_changes()):  # newest first
            legal = dated.date
            item = (dated.source_id, legal.kind, legal.key or "")
            if spoken.setdefault(item, dated.change_id) != dated.change_id and legal.key:
                continue
            if today <= legal.on <= today + AHEAD:
                ahead.setdefault((*item, legal.on), self._ahead(dated))
        return tuple(sorted(ahead.values(), key=lambda d: (d.date.on, d.change_id)))

    def _ahead(self, dated: DatedChange) -> DateAhead:
        source = next((s for s in self.sources if s.id == dated.source_id), None)
        return DateAhead(
            date=dated.date,
            change_id=dated.change_id,
            source_name=source.name if source else dated.source_id,
            about=_about(dated),
        )


def _was_set_aside(item: OpenItem, before: datetime | None) -> bool:
    """Whether a person had said by then that the change is no news."""
    said = item.decision
    return said is not None and said.outcome in SET_ASIDE and (before is None or said.at < before)


def _without_noise(rows: tuple[SourceCoverage, ...], news: Sequence[Card]) -> tuple[SourceCoverage, ...]:
    """A source of which nothing but noise is told is unchanged to its reader; what was filtered out is listed apart."""
    told = {card.change.source_id for card in news}
    return tuple(
        replace(row, result="unchanged") if row.result == "changed" and row.source_id not in told else row
        for row in rows
    )


def _whole(period: Period) -> Span:
    return Span(start_at=period.start_at, end_at=period.end_at)


def _address(change: Change) -> str | None:
    """The one changed record's own official page; None for several, or when it has none."""
    if len(change.differences) != 1:
        return None
    item = change.differences[0].after or change.differences[0].before
    return item.url if isinstance(item, Record) else None


def _about(dated: DatedChange) -> str:
    """The regulator's id of the item; the change's headline where the key is only ours (a passage) or an address."""
    key = dated.date.key or ""
    return dated.headline if not key or key.startswith("§") or "://" in key else key


def week_bounds(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Monday 00:00 to the next Monday 00:00 in ``zone``, as UTC instants (a gap moves on, a fold takes the first)."""
    start = datetime(monday.year, monday.month, monday.day, tzinfo=zone)
    after = monday + timedelta(days=7)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return start.astimezone(_UTC), end.astimezone(_UTC)


def iso_week_of(at: datetime, zone: ZoneInfo) -> str:
    """``2026-W47`` for the instant, in the reader's zone."""
    year, week, _ = at.astimezone(zone).isocalendar()
    return f"{year}-W{week:02d}"


def _urgency(card: Card) -> tuple[int, int, str]:
    return (-card.assessment.tier.rank, -card.assessment.level.rank, card.change.id)


_UTC = ZoneInfo("UTC")
