"""The digest's turn: closes what is due, renders it, fills the outbox, opens the next period, all in one transaction.

A crash before the commit leaves nothing, one after it everything. Members are chosen by the commit sequence frozen at
the closing, so a change is in exactly one digest of each kind, whatever the clocks did. After a time of not running,
all overdue periods are closed in their order, each with its own digest that names what was not watched.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.model.delivery import Cadence, Delivery, Format, Rhythm, Subscriber, Voice
from monitor.model.digest import Digest, Message, Period
from monitor.model.ids import DigestId
from monitor.pipeline.announce import delivery_id
from monitor.pipeline.digest import DigestBuilder
from monitor.pipeline.ports import PeriodStore, PeriodUnit
from monitor.pipeline.rhythm import Turn, due_after, turn_at, turn_from

if TYPE_CHECKING:
    from monitor.compose.environment import Templates

DIGEST = "digest"


class Closed(Struct, frozen=True, kw_only=True):
    """One period that was closed, and what its readers will get."""

    period: Period
    digest: Digest
    message: Message


class Periods(Struct, frozen=True, kw_only=True):
    """Knows who reads a digest when. ``usual``: the rhythm of the record itself, kept also when nobody subscribes."""

    store: PeriodStore
    builder: DigestBuilder
    templates: "Callable[[], Templates]"
    subscribers: tuple[Subscriber, ...]
    formats: Mapping[str, Format]
    voice: Voice
    usual: Rhythm

    def close_due(self, now: datetime) -> tuple[Closed, ...]:
        """Closes every period whose digest is due at ``now``; opens the first of a kind that has none yet."""
        return tuple(one for kind, rhythm in self._kinds().items() for one in self._close_kind(kind, rhythm, now))

    def _kinds(self) -> dict[str, Rhythm]:
        asked = [subscriber.digest for subscriber in self.subscribers if subscriber.digest is not None]
        return {self._kind(rhythm): rhythm for rhythm in [*asked, self.usual]}

    def _kind(self, rhythm: Rhythm) -> str:
        """The name that a rhythm's periods share: a later change of the hour or the day must not begin another row."""
        return rhythm.cadence.value if rhythm.zone == self.usual.zone else f"{rhythm.cadence}:{rhythm.zone}"

    def _close_kind(self, kind: str, rhythm: Rhythm, now: datetime) -> Iterator[Closed]:
        current = self.store.queries.current_period(kind)
        if current is None:
            with self.store.unit() as unit:
                current = self._open(unit, kind, rhythm, turn_at(rhythm, now).start_at)
        while due_after(rhythm, current.end_at) <= now:
            closed, current = self._close(kind, rhythm, current, now)
            yield closed

    def _close(self, kind: str, rhythm: Rhythm, current: Period, now: datetime) -> tuple[Closed, Period]:
        # Imported here: jinja2 is heavy, and most ticks close nothing.
        from monitor.compose.digest import render_digest

        before = self.store.queries.last_period(kind)
        with self.store.unit() as unit:
            period = unit.close_period(current.id)
            digest = self.builder.build(period, now=now, preview=False, previous=before.digest_id if before else None)
            message = render_digest(digest, self.templates())
            unit.digest(digest.id, period.id, message, made_at=now)
            unit.audit("digest", digest.id, {"from": period.from_seq, "to": period.to_seq}, at=now)
            for subscriber in self._readers(kind):
                unit.enqueue(self._delivery(unit, digest, message, subscriber), at=now)
            following = self._open(unit, kind, rhythm, period.end_at)
        return Closed(period=period, digest=digest, message=message), following

    def _open(self, unit: PeriodUnit, kind: str, rhythm: Rhythm, start_at: datetime) -> Period:
        turn = turn_from(rhythm, start_at)
        return unit.open_period(
            kind,
            period_id=f"{kind}:{turn.first_day.isoformat()}",
            digest_id=self._digest_id(rhythm, turn),
            start_at=turn.start_at,
            end_at=turn.end_at,
            first_day=turn.first_day,
            last_day=turn.last_day,
            from_seq=self._first_seq(turn),
        )

    def _first_seq(self, turn: Turn) -> int:
        """Where the first period of a kind begins: the very first digest tells all that was found before it, one for a
        new reader only what this turn brought.
        """
        return self.store.queries.seq_before(turn.start_at) + 1 if self.store.queries.digest_ids() else 1

    def _digest_id(self, rhythm: Rhythm, turn: Turn) -> DigestId:
        """``DG-2026-47`` for a week, ``DG-2026-11-23`` for a day; readers in another zone have it in their name."""
        year, week, _ = turn.first_day.isocalendar()
        name = f"DG-{year}-{week:02d}" if rhythm.cadence is Cadence.WEEKLY else f"DG-{turn.first_day.isoformat()}"
        if rhythm.zone != self.usual.zone:
            name += f"-{rhythm.zone.replace('/', '.')}"
        taken = set(self.store.queries.digest_ids())
        numbered = (f"{name}-{n}" for n in count(2))
        return DigestId(name if name not in taken else next(one for one in numbered if one not in taken))

    def _readers(self, kind: str) -> tuple[Subscriber, ...]:
        return tuple(one for one in self.subscribers if one.digest is not None and self._kind(one.digest) == kind)

    def _delivery(self, unit: PeriodUnit, digest: Digest, message: Message, subscriber: Subscriber) -> Delivery:
        from monitor.compose.payloads import DIGEST_IN
        from monitor.compose.tellings import DigestTelling

        id_ = delivery_id(DIGEST, digest.id, subscriber.channel, subscriber.id)
        previous = digest.previous_digest_id
        thread = (delivery_id(DIGEST, previous, subscriber.channel, subscriber.id),) if previous else ()
        telling = DigestTelling(
            delivery_id=id_,
            digest=digest,
            message=message,
            voice=self.voice,
            thread=thread,
            place=unit.place(subscriber.channel, subscriber.id),
        )
        return Delivery(
            id=id_,
            kind=DIGEST,
            subject_id=digest.id,
            channel=subscriber.channel,
            recipient_id=subscriber.id,
            payload=DIGEST_IN[self.formats[subscriber.channel]](telling),
        )
