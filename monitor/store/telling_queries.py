"""What can be asked about telling: periods, digests as they were sent, deliveries, and who cannot be told."""

from datetime import datetime
from typing import TYPE_CHECKING

from monitor.model.delivery import DeliveryState
from monitor.model.ids import DigestId
from monitor.store import deliveries, suspensions
from monitor.store.connection import Database
from monitor.store.outbox import OutboxTable

if TYPE_CHECKING:
    from monitor.model.delivery import Suspension, Unreached
    from monitor.model.digest import Period
    from monitor.model.ids import ChangeId, DeliveryId
    from monitor.store.deliveries import StoredDelivery, Waiting
    from monitor.store.periods import StoredDigest

# The periods are imported where they are asked for: a poll has no use for them, and starts the sooner.


class TellingQueries:
    """A part of ``Queries``. Nothing here writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current_period(self, kind: str) -> "Period | None":
        """The open period of that kind."""
        from monitor.store import periods

        return periods.current_period(self._database, kind)

    def last_period(self, kind: str) -> "Period | None":
        """The newest closed period of that kind."""
        from monitor.store import periods

        return periods.last_period(self._database, kind)

    def digest(self, digest_id: DigestId) -> "StoredDigest | None":
        from monitor.store import periods

        return periods.digest(self._database, digest_id)

    def digest_ids(self) -> tuple[DigestId, ...]:
        """All digests made, oldest first."""
        from monitor.store import periods

        return periods.digest_ids(self._database)

    def dead_deliveries(self) -> int:
        """How many tellings have failed for good."""
        return OutboxTable(self._database).counts()[DeliveryState.DEAD]

    def delivery(self, delivery_id: "DeliveryId") -> "StoredDelivery | None":
        """An outbox row with its attempts."""
        return deliveries.one(self._database, delivery_id)

    def telling_of(self, change_id: "ChangeId") -> "tuple[StoredDelivery, ...]":
        """Every delivery that tells of the change, oldest first: its own, summaries and digests."""
        return deliveries.telling_of(self._database, change_id)

    def waiting(self) -> "Waiting":
        """What is still to be told."""
        return deliveries.waiting(self._database)

    def suspensions(self) -> "tuple[Suspension, ...]":
        """The recipients to whom nothing is sent until a person lifts it."""
        return suspensions.in_force(self._database)

    def was_lifted_since(self, recipient_id: str, at: datetime) -> bool:
        """Whether a suspension of that recipient was lifted at ``at`` or later."""
        return suspensions.was_lifted_since(self._database, recipient_id, at)

    def unreached(self) -> "tuple[Unreached, ...]":
        """The recipients who cannot be told."""
        return suspensions.unreached(self._database)
