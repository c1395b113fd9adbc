"""Tells by HTTP POST of a CloudEvent, signed after the Standard Webhooks specification 1.0.0.

A 2xx answer is success. A redirect is a failure and never followed. 410 says the endpoint is gone; 4xx but 408, 425 and
429 will not heal by themselves. ``webhook-id`` is the delivery's id and stays the same over every retry.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from monitor.channels.answers import outcome_of
from monitor.model.delivery import Delivery, DeliveryOutcome, Refused
from monitor.net.client import HttpClient

TIMEOUT_S = 20.0
GONE = frozenset({410})
_PREFIX = "whsec_"


class WebhookChannel(Struct, frozen=True):
    """The address is an https URL; the secret is ``whsec_`` and base64. Several, parted by blanks, all sign: the new
    one and the old while they are changed. Without a secret the event is not signed.
    """

    client: HttpClient

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome:
        headers = {"content-type": "application/cloudevents+json", "webhook-id": delivery.id}
        if secret is not None:
            keys = [_key(one) for one in secret.split()]
            if not keys or None in keys:
                reason = f"the secret of “{delivery.recipient_id}” is not whsec_ followed by base64"
                return Refused(code=None, reason=reason, permanent=False)
            headers |= _signatures(delivery, [key for key in keys if key], now)
        answer = self.client.post(address, delivery.payload, headers, timeout_s=TIMEOUT_S)
        return outcome_of(answer, "the receiver", GONE)


def _key(secret: str) -> bytes | None:
    """The bytes that sign; None for a secret that is not of the specification's form. The library would take any text,
    and sign with what little of it is base64.
    """
    text = secret.removeprefix(_PREFIX)
    if text == secret:
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True) or None
    except ValueError:
        return None


def _signatures(delivery: Delivery, keys: Sequence[bytes], now: datetime) -> dict[str, str]:
    """One signature for each key, the newest first; a receiver takes any of them that fits the secret he has."""
    # Imported here: most runs send nothing.
    from standardwebhooks.webhooks import Webhook

    text = delivery.payload.decode()
    signed = " ".join(Webhook(key).sign(delivery.id, now, text) for key in keys)
    return {"webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signed}
