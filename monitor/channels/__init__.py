"""One module per way to tell. ``CHANNELS`` names what a subscriber in sources.yaml may ask for, and how it is made."""

from collections.abc import Callable
from typing import Final

from monitor.channels.file import FileChannel
from monitor.channels.webhook import WebhookChannel
from monitor.net.client import HttpClient

CHANNELS: Final[dict[str, Callable[[HttpClient], FileChannel | WebhookChannel]]] = {
    "webhook": WebhookChannel,
    "file": lambda _client: FileChannel(),
}
