"""The address by which one recipient of mail leaves (RFC 8058): it names him and the mail it stood in, and is signed.

Who has not got the mail cannot make it, and it is of no use for anybody else: the signature covers his address too, so
that a link of before is void once another person is told in his place.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re

from msgspec import Struct

from monitor.model.ids import DeliveryId

LEAST_KEY = 16
"""Characters of the secret; a shorter one can be guessed."""

_PURPOSE = b"cmaa-monitor unsubscribe v1\0"
_PATH = re.compile(r"/unsubscribe/([A-Za-z0-9_-]{4,600})\.([A-Za-z0-9_-]{43})")


class Leave(Struct, frozen=True, kw_only=True):
    """Who wants to leave, by the link of which mail, as the link claims it."""

    recipient_id: str
    delivery_id: DeliveryId
    signature: str

    def is_signed(self, key: str, address: str) -> bool:
        """Whether it was we who made it, for the person at ``address``."""
        return hmac.compare_digest(self.signature, _signature(key, self.recipient_id, self.delivery_id, address))


def leave_address(base: str, key: str, recipient_id: str, delivery_id: DeliveryId, address: str) -> str:
    """``https://watch.example.org/unsubscribe/...``, for ``base`` without its last slash."""
    body = _coded(json.dumps([recipient_id, delivery_id]).encode())
    return f"{base}/unsubscribe/{body}.{_signature(key, recipient_id, delivery_id, address)}"


def leave_of(path: str) -> Leave | None:
    """What the path of such an address claims; None for any other path. A proxy may have put something before it."""
    match = _PATH.search(path)
    if match is None or match.end() != len(path):
        return None
    try:
        named = json.loads(base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    match named:
        case [str(recipient_id), str(delivery_id)]:
            return Leave(recipient_id=recipient_id, delivery_id=DeliveryId(delivery_id), signature=match[2])
    return None


def _signature(key: str, recipient_id: str, delivery_id: str, address: str) -> str:
    signed = json.dumps([recipient_id, delivery_id, address.lower()]).encode()
    return _coded(hmac.new(key.encode(), _PURPOSE + signed, hashlib.sha256).digest())


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
