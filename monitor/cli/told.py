"""To whom a change was told, when, and with what; and what of all there is to tell still waits."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from monitor.cli.output import local
from monitor.model.delivery import DeliveryState

if TYPE_CHECKING:
    from monitor.store.deliveries import StoredDelivery, Waiting


def told_lines(told: "Sequence[StoredDelivery]", zone: tzinfo) -> Iterator[str]:
    """A line for each delivery that tells of the change, the oldest first."""
    if not told:
        yield "Told        nobody so far"
    for one in told:
        delivery = one.delivery
        where = "" if delivery.kind == "change" else f", with {delivery.kind} {delivery.subject_id}"
        yield f"Told        {delivery.recipient_id} over {delivery.channel}{where}: {_state(one, zone)} [{delivery.id}]"


def _state(one: "StoredDelivery", zone: tzinfo) -> str:
    tries = f"{len(one.attempts)} {'try' if len(one.attempts) == 1 else 'tries'}"
    first = f"first tried {local(one.attempts[0].started_at, zone)}, {tries}" if one.attempts else "not tried yet"
    match one.delivery.state:
        case DeliveryState.SENT:
            return f"sent {local(one.sent_at, zone)} ({first})"
        case DeliveryState.PENDING:
            return f"pending, next try {local(one.delivery.next_at, zone)} ({first})"
        case DeliveryState.SENDING:
            return f"on its way ({first})"
    return f"{one.delivery.state.value}: {one.last_error or 'no reason is on record'} ({first})"


def waiting_line(waiting: "Waiting", zone: tzinfo) -> str | None:
    """What is still to be told, and when it is tried; None: nothing."""
    if not waiting.number:
        return None
    were = "delivery waits" if waiting.number == 1 else "deliveries wait"
    tried = f" ({waiting.tried} tried before and not taken)" if waiting.tried else ""
    halted = f" {waiting.halted} of them until a person lets the recipient be told again." if waiting.halted else ""
    if waiting.next_at is None:
        return f"Pending: {waiting.number} {were}{tried}.{halted} cmaa-monitor deliveries list --state pending"
    when = f"next try {local(waiting.next_at, zone)}"
    return f"Pending: {waiting.number} {were}{tried}; {when}.{halted} cmaa-monitor deliveries list --state pending"
