"""An event that tells of nothing: for a receiver who wants to see whether what we send arrives."""

import json
from datetime import datetime

from monitor.compose.envelope import Json, base_of, envelope
from monitor.model.delivery import Voice
from monitor.model.ids import DeliveryId

WEBHOOK_TESTED = "webhook.tested.v1"


def webhook_test_event(recipient_id: str, delivery_id: DeliveryId, at: datetime, voice: Voice) -> bytes:
    """The event as UTF-8 JSON; ``demo`` is true whatever the installation, for nobody is to act on it."""
    data: dict[str, Json] = {
        "demo": True,
        "recipient": {"id": recipient_id},
        "said": "A test of this webhook. Nothing has changed; nobody needs to do anything.",
    }
    event = envelope(
        WEBHOOK_TESTED,
        id_=f"{delivery_id}:tested:1",
        subject=recipient_id,
        at=at,
        base=base_of(voice.link_base, voice.instance),
        data=data,
    )
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
