"""Tells by HTTP POST of a CloudEvent, signed after the Standard Webhooks specification 1.0.0.

A 2xx answer is success. A redirect is a failure and never followed. 410 says the endpoint is gone; 4xx but 408, 425 and
429 will not heal by themselves. ``webhook-id`` is the delivery's id and stays the same over every retry.
"""

import base64
from dataclasses import dataclass
from datetime import datetime

from monitor.channels.answers import outcome_of
from monitor.model.delivery import Delivery, DeliveryOutcome, Refused
from monitor.net.client import HttpClient

TIMEOUT_S = 20.0
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """The address is an https URL; the secret is ``whsec_`` and base64. Without a secret the event is not signed."""

    client: HttpClient

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome:
        headers = {"content-type": "application/cloudevents+json", "webhook-id": delivery.id}
        if secret is not None:
            key = _key(secret)
            if key is None:
                reason = f"the secret of “{delivery.recipient_id}” is not whsec_ followed by base64"
                return Refused(code=None, reason=reason, permanent=False)
            headers |= _signature(delivery, key, now)
        answer = self.client.post(address, delivery.payload, headers, timeout_s=TIMEOUT_S)
        return outcome_of(answer, "the receiver")


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


def _signature(delivery: Delivery, key: bytes, now: datetime) -> dict[str, str]:
    # Imported here: most runs send nothing.
    from standardwebhooks.webhooks import Webhook

    stamp = str(int(now.timestamp()))
    signed = Webhook(key).sign(delivery.id, now, delivery.payload.decode())
    return {"webhook-timestamp": stamp, "webhook-signature": signed}
