"""One-click unsubscribe (RFC 8058), answered at the service's door: GET asks, only a POST acts, and twice is once.

Mail gateways open every link of a mail, so that opening one must change nothing. A POST counts when its body is the one
that mail programs send, or that of the page's own button. Who left is suspended like any recipient who cannot be
reached: what there is to tell waits, the others are told, and a person lets it begin again.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.channels.leaving import LEAST_KEY, Leave, leave_of
from monitor.compose.leaving import Step, leave_page
from monitor.config import read_templates
from monitor.model.delivery import Subscriber, Suspension
from monitor.model.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.store import Store

LEFT = "recipient-unsubscribed"
_EMAIL = "email"
_ONE_CLICK = re.compile(rb"List-Unsubscribe(=|\"\s+)One-Click\s*(--|&|$)")
_BUTTON = b"leave=confirmed"
_STATUS = {Step.ASK: 200, Step.LEFT: 200, Step.GONE_BEFORE: 200, Step.VOID: 404, Step.LATER: 503}

Answer = tuple[int, str, str]


def leave_key(house: "House") -> str | None:
    """The secret that signs the addresses; None when it is not set, not readable or too short to be one."""
    mail = house.config.mail
    try:
        key = house.config.secret(mail.leave_key_name) if mail and mail.leave_key_name else None
    except ConfigError:
        return None
    return key if key and len(key) >= LEAST_KEY else None


class Leaving(Struct, frozen=True):
    """``house`` is the one in force; ``use`` opens the database; ``left`` is told who has just left."""

    house: "Callable[[], House]"
    use: "Callable[[], AbstractContextManager[Store]]"
    left: Callable[[str], None]

    def page(self, path: str) -> Answer | None:
        """What a GET shows; None for a path that is none of ours. Changes nothing, and looks nothing up."""
        leave = leave_of(path)
        if leave is None:
            return None
        subscriber = self._subscriber(leave)
        return _answer(Step.ASK, subscriber.id) if subscriber else _answer(Step.VOID)

    def post(self, path: str, body: bytes) -> Answer | None:
        """What a POST does."""
        leave = leave_of(path)
        if leave is None:
            return None
        how = "one-click" if _ONE_CLICK.search(body) else "page" if body.strip() == _BUTTON else None
        subscriber = self._subscriber(leave)
        if subscriber is None:
            return _answer(Step.VOID)
        if how is None:
            return 400, "text/plain", "The body must be List-Unsubscribe=One-Click.\n"
        try:
            step = self._stop(subscriber, leave, how)
        except StoreError:
            return _answer(Step.LATER)
        return _answer(step, subscriber.id)

    def _subscriber(self, leave: Leave) -> Subscriber | None:
        """Whom the address was made for; None when it was not made here, or he is not told by mail any more."""
        house = self.house()
        key = leave_key(house)
        known = (one for one in house.config.subscribers if one.id == leave.recipient_id and one.channel == _EMAIL)
        subscriber = next(known, None)
        if key is None or subscriber is None or not leave.is_signed(key, subscriber.address):
            return None
        return subscriber

    def _stop(self, subscriber: Subscriber, leave: Leave, how: str) -> Step:
        house = self.house()
        with self.use() as store:
            now = house.clock(store).now()
            reason = f"it asked to be told no more, by the unsubscribe address of {leave.delivery_id}"
            suspension = Suspension(recipient_id=subscriber.id, channel=_EMAIL, since=now, code=None, reason=reason)
            with store.unit() as unit:
                if not unit.suspend(suspension):
                    return Step.GONE_BEFORE
                unit.audit(LEFT, subscriber.id, {"mail": leave.delivery_id, "how": how}, at=now)
            house.problem_desk(store).review(now)
        self.left(subscriber.id)
        return Step.LEFT


def _answer(step: Step, who: str = "") -> Answer:
    return _STATUS[step], "text/html; charset=utf-8", leave_page(step, who, read_templates())
