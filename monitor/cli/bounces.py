"""Reading a mailbox of delivery reports, and suspending whom mail does not reach any more."""

import mailbox
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.formats.bounces import Bounce, read_bounces
from monitor.model.delivery import Suspension
from monitor.model.errors import UsageError

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.store import Store
    from monitor.store.deliveries import StoredDelivery

EMAIL = "email"


def read_reports(path: Path) -> tuple[Bounce, ...]:
    """The permanent failures in an mbox file or a Maildir, which is only read. Raises UsageError when it is neither."""
    if path.is_dir() and not all((path / name).is_dir() for name in ("cur", "new")):
        raise UsageError(f"{path} is a folder without cur and new, so no Maildir.")
    if not path.is_dir() and not path.is_file():
        raise UsageError(f"{path} is neither a file nor a folder, so no mailbox.")
    box = mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
    try:
        keys = box.keys()
        if not keys and not path.is_dir() and path.stat().st_size:
            raise UsageError(f"{path} is no mbox file: none of its lines begins with “From ”.")
        return tuple(bounce for key in keys for bounce in read_bounces(box.get_bytes(key)))
    except OSError as fault:
        raise UsageError(f"{path} cannot be read: {fault.strerror}.") from fault
    finally:
        box.close()


def suspend_bounced(house: "House", store: "Store", bounces: Sequence[Bounce]) -> Iterator[str]:
    """Suspends each recipient named with the id of a mail that was sent to him, and has others told; a line for each.

    The mail that came back is due again, under its id, when he is told again. A report on a mail of before his last
    suspension was lifted is old news.
    """
    acted = False
    for bounce in bounces:
        one = store.queries.delivery(bounce.delivery_id) if bounce.delivery_id else None
        if one is None or one.delivery.channel != EMAIL or not _is_his(house, one, bounce):
            yield f"{bounce.recipient}: {bounce.status}; the report names no mail of ours to it; nothing was done"
        elif one.sent_at is None or store.queries.was_lifted_since(one.delivery.recipient_id, one.sent_at):
            yield f"{one.delivery.recipient_id}: the report on {one.delivery.id} was dealt with before"
        else:
            _suspend(house, store, one, bounce)
            acted = True
            yield f"{one.delivery.recipient_id}: suspended ({bounce.status}); {one.delivery.id} came back and waits"
    if acted:
        house.problem_desk(store).review(house.clock(store).now())


def _is_his(house: "House", one: "StoredDelivery", bounce: Bounce) -> bool:
    addresses = {each.id: each.address for each in house.config.subscribers}
    known = addresses.get(one.delivery.recipient_id)
    return known is None or known.lower() == bounce.recipient.lower()


def _suspend(house: "House", store: "Store", one: "StoredDelivery", bounce: Bounce) -> None:
    now = house.clock(store).now()
    reason = f"mail to it came back: {bounce.status} {bounce.said}".strip()
    suspension = Suspension(recipient_id=one.delivery.recipient_id, channel=EMAIL, since=now, code=None, reason=reason)
    with store.unit() as unit:
        unit.came_back(one.delivery.id, reason, at=now)
        unit.audit("delivery-bounced", one.delivery.id, {"status": bounce.status, "said": bounce.said}, at=now)
        unit.suspend(suspension)
