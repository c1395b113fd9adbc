"""The receiver's half of Standard Webhooks 1.0.0, written from the specification alone; uses nothing of ours."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

TOLERANCE_S = 300

# The published vector of the specification's libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw"
VECTOR_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
VECTOR_AT = 1614265330
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_SIGNATURE = "v1,q6KMVIJHk4Gs770FfR5f591Ftx7uVJSGl5wHV1ri978="


def accepts(headers: Mapping[str, str], body: bytes, *, secret: str, now_s: float) -> bool:
    """Whether the signature is good and fresh. ``headers``: names in lower case."""
    wanted = ("webhook-id", "webhook-timestamp", "webhook-signature")
    if any(name not in headers for name in wanted):
        return False
    message_id, stamp, signatures = (headers[name] for name in wanted)
    if not stamp.isdigit() or abs(now_s - int(stamp)) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    due = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    given = [part.partition(",") for part in signatures.split(" ")]
    return any(kind == "v1" and hmac.compare_digest(base64.b64decode(value), due) for kind, _, value in given)
