"""One module per way to tell. ``CHANNELS`` names what a subscriber in sources.yaml may ask for."""

from monitor.channels.file import FileChannel
from monitor.channels.webhook import WebhookChannel

CHANNELS = {"webhook": WebhookChannel, "file": FileChannel}
