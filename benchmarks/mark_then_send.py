"""The negative control of the crash proof: `check` as it is, but every delivery is marked as sent BEFORE it is sent.

    python benchmarks/mark_then_send.py CONFIG

Only the order of the two steps differs from the real program. A crash between them loses the telling for good, so the
proof that kills this program must find losses; one that finds none could not have found any in the real one either.
"""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from monitor.app import House, open_house
from monitor.cli.check import check
from monitor.cli.options import Options
from monitor.model.delivery import Delivery, DeliveryOutcome, Sent
from monitor.model.ids import DeliveryId
from monitor.net.client import HttpClient
from monitor.pipeline.deliver import Deliverer
from monitor.pipeline.ports import Clock, Outbox
from monitor.store import Store


@dataclass(frozen=True)
class MarkedFirst:
    """The real outbox, save that an attempt is ended, as sent, in the moment it starts."""

    real: Outbox

    def lease(
        self, now: datetime, *, owner: str, limit: int, lease_s: float, side_by_side: int = 8
    ) -> tuple[Delivery, ...]:
        return self.real.lease(now, owner=owner, limit=limit, lease_s=lease_s, side_by_side=side_by_side)

    def together(self) -> AbstractContextManager[None]:
        return self.real.together()

    def start_attempt(self, delivery_id: DeliveryId, now: datetime) -> int:
        number = self.real.start_attempt(delivery_id, now)
        self.real.finish_attempt(delivery_id, number, Sent(code=200), now=now, next_at=None)
        return number

    def finish_attempt(
        self, delivery_id: DeliveryId, number: int, outcome: DeliveryOutcome, *, now: datetime, next_at: datetime | None
    ) -> None:
        """It was marked long ago."""


class HastyHouse(House):
    """The real installation with that outbox."""

    def deliverer(
        self, store: Store, client: HttpClient, clock: Clock, *, stopping: Callable[[], bool] = lambda: False
    ) -> Deliverer:
        deliverer = super().deliverer(store, client, clock, stopping=stopping)
        return replace(deliverer, outbox=MarkedFirst(deliverer.outbox))


def main() -> None:
    path = Path(sys.argv[1])
    options = Options(config=str(path), no_color=True, quiet=True)
    options.house = HastyHouse(open_house(path, dict(os.environ)).config)
    sys.exit(check.main(args=[], obj=options, standalone_mode=False))


if __name__ == "__main__":
    main()
