"""One module per way to tell. ``CHANNELS`` names what a subscriber in sources.yaml may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from monitor.channels.file import FileChannel
from monitor.channels.webhook import WebhookChannel
from monitor.model.delivery import Delivery, DeliveryOutcome, Format
from monitor.net.client import HttpClient


class Channel(Protocol):
    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """The format that a channel carries, and how it is made."""

    format: Format
    make: Callable[[HttpClient], Channel]


CHANNELS: Final[dict[str, ChannelKind]] = {
    "webhook": ChannelKind(format=Format.EVENT, make=WebhookChannel),
    "file": ChannelKind(format=Format.EVENT, make=lambda _client: FileChannel()),
}
