"""Alerts beyond a subscriber's cap: told together, in one summary, when his day has ended.

Nothing is dropped: until the summary is in the outbox, each row stands there by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.model.assessment import Assessment
from monitor.model.delivery import Delivery, Format, Voice
from monitor.model.difference import Change
from monitor.model.ids import ChangeId
from monitor.pipeline.announce import delivery_id
from monitor.pipeline.ports import BundleStore

if TYPE_CHECKING:
    from monitor.compose.environment import Templates

SUMMARY = "summary"


class Bundler(Struct, frozen=True, kw_only=True):
    """Turns the bundles that are due into summaries, each in a transaction of its own."""

    store: BundleStore
    formats: Mapping[str, Format]
    voice: Voice
    templates: "Callable[[], Templates]"

    def run(self, now: datetime) -> int:
        """Returns how many summaries were made. A bundle of one is no bundle: its row goes by itself."""
        made = 0
        for bundle, waiting in self.store.due_bundles(now).items():
            if len(waiting) > 1:
                self._summarise(bundle, waiting, now)
                made += 1
            else:
                with self.store.unit() as unit:
                    unit.unbundle(waiting[0].id)
        return made

    def _summarise(self, bundle: str, waiting: Sequence[Delivery], now: datetime) -> None:
        # Imported here: hardly a tick has a bundle.
        from monitor.compose.payloads import SUMMARY_IN
        from monitor.compose.tellings import SummaryTelling

        first = waiting[0]
        id_ = delivery_id(SUMMARY, bundle, first.channel, first.recipient_id)
        changes = self._changes(waiting)
        with self.store.unit() as unit:
            telling = SummaryTelling(
                delivery_id=id_,
                bundle=bundle,
                changes=changes,
                at=now,
                voice=self.voice,
                templates=self.templates,
                instead_of=tuple(one.id for one in waiting),
                place=unit.place(first.channel, first.recipient_id),
            )
            summary = Delivery(
                id=id_,
                kind=SUMMARY,
                subject_id=bundle,
                channel=first.channel,
                recipient_id=first.recipient_id,
                payload=SUMMARY_IN[self.formats[first.channel]](telling),
            )
            unit.enqueue(summary, at=now)
            for one in waiting:
                unit.told_in(one.id, id_, at=now)
            unit.audit("summary", id_, {"changes": [one.subject_id for one in waiting]}, at=now)

    def _changes(self, waiting: Sequence[Delivery]) -> tuple[tuple[Change, Assessment], ...]:
        found = (self.store.assessed_change(ChangeId(one.subject_id)) for one in waiting)
        return tuple(one for one in found if one is not None)
