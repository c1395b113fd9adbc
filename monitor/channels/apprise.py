"""Tells through Apprise (extra ``cmaa-monitor[apprise]``): some hundred services behind one library, with a caveat.

Apprise says that it handed a message on, or that it did not, and nothing more: no answer of the service, no code, no id
of ours that the service would know a repeat by. So nothing is ever permanent or gone here, a repeat is recognised only
by the delivery's id in the last line, and "sent" means that Apprise took it. Apprise opens its own connections, past
the guarded client; its addresses are secrets that only the operator writes.
"""

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent

if TYPE_CHECKING:
    from apprise import Apprise, AppriseResult

TIMEOUT_S = 30.0
"""Then Apprise is left to itself, and nobody knows what became of the message."""


class AppriseChannel(Struct, frozen=True):
    """The secret is the one address, such as ``tgram://token/chat``; ``plain_message`` makes the payload."""

    timeout_s: float = TIMEOUT_S

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome:  # noqa: ARG002
        if secret is None:
            return _later(f"the Apprise address of “{delivery.recipient_id}” is not in the environment")
        try:
            message = json.loads(delivery.payload)
            title, body = str(message["title"]), str(message["body"])
        except (ValueError, TypeError, KeyError):
            return Refused(code=None, reason="the payload is no plain message", permanent=True)
        try:
            sender = _sender(secret)
        except ImportError:
            return _later("Apprise is not installed: python3 -m pip install 'cmaa-monitor[apprise]'")
        if sender is None:
            return _later("the secret is no address that Apprise knows; see its list of services")
        return _outcome(sender.notify(body=body, title=title, body_format="text", timeout=self.timeout_s))


def is_address(secret: str) -> bool:
    """Whether Apprise knows what to do with it. Nothing is sent. Raises ImportError without the extra."""
    return _sender(secret) is not None


def _sender(secret: str) -> "Apprise | None":
    """Apprise with this one address, which follows no redirect, keeps nothing on disk and logs nothing: what it would
    log names parts of the address.
    """
    from apprise import Apprise, AppriseAsset

    logging.getLogger("apprise").disabled = True
    asset = AppriseAsset(storage_mode="memory", allow_templates=False)
    asset.app_id, asset.app_desc, asset.app_url = "CMAA Watch", "CMAA Watch", ""
    asset.http_redirects, asset.async_mode = False, False
    service = Apprise.instantiate(secret, asset=asset)
    if service is None:
        return None
    sender = Apprise(asset=asset)
    sender.add(service)
    return sender


def _outcome(result: "AppriseResult") -> DeliveryOutcome:
    """By how its last try at the service ended: an address that says ``optional=yes`` calls every failure a success."""
    attempts = [attempt for one in result.results for attempt in one.attempts]
    status = attempts[-1].status.name if attempts else "NOMATCH"
    if status == "SUCCESS":
        return Sent(code=0)
    if status == "TIMEOUT":
        return _later("Apprise had not ended in time; not known whether the message was received")
    return _later("Apprise could not hand the message on; it says no more than that")


def _later(reason: str) -> Refused:
    return Refused(code=None, reason=reason, permanent=False)
