"""Delivery reports of mail servers (RFC 3464): who could not be reached, for good, and with which mail.

A report counts only with the Message-ID of the mail it speaks of, for anyone can write to a mailbox, and nobody but
the servers on the way knows that id.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from msgspec import Struct

from monitor.model.ids import DeliveryId

MAX_REPORT_BYTES = 2_000_000
"""A report longer than that is read only so far: what it says of the recipient stands at its beginning."""

_OURS = re.compile(r"message-id:\s*<(dlv_[a-z2-7]{26})@", re.IGNORECASE)
_STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}")


class Bounce(Struct, frozen=True, kw_only=True):
    """One permanent failure. ``delivery_id``: the mail's, None when the report does not name one of ours."""

    recipient: str
    status: str
    said: str
    delivery_id: DeliveryId | None


def read_bounces(body: bytes) -> tuple[Bounce, ...]:
    """The permanent failures in one mail; empty for a mail that is no report, or that speaks of delays only."""
    try:
        mail = message_from_bytes(body[:MAX_REPORT_BYTES], policy=policy.compat32)
        blocks = [
            block
            for part in mail.walk()
            if part.get_content_type() == "message/delivery-status"
            for block in _blocks(part)
        ]
        found = _OURS.search(_returned(mail))
    except (MessageError, ValueError, LookupError, RecursionError):
        return ()
    delivery_id = DeliveryId(found[1].lower()) if found else None
    return tuple(one for block in blocks if (one := _bounce(block, delivery_id)) is not None)


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a report: one of the message, then one of each recipient."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))


def _returned(mail: Message) -> str:
    """The beginning of the mail that came back, or of its headers."""
    for part in mail.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else payload
            return str(inner)[:20_000]
    return ""


def _bounce(block: Message, delivery_id: DeliveryId | None) -> Bounce | None:
    recipient = _value(block, "Final-Recipient") or _value(block, "Original-Recipient")
    status = _STATUS.match(str(block.get("Status", "")).strip())
    if not recipient or status is None or str(block.get("Action", "")).strip().lower() != "failed":
        return None
    said = " ".join(_value(block, "Diagnostic-Code").split())[:200]
    return Bounce(recipient=recipient[:254], status=status[0], said=said, delivery_id=delivery_id)


def _value(block: Message, name: str) -> str:
    """What follows the type of an address or a code: ``rfc822; someone@example.org``."""
    return str(block.get(name, "")).partition(";")[2].strip()
