"""One module per way to tell. ``CHANNELS`` names what a subscriber in sources.yaml may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from monitor.channels.chat import ChatChannel
from monitor.channels.email import EmailChannel
from monitor.channels.file import FileChannel
from monitor.channels.webhook import WebhookChannel
from monitor.model.delivery import Delivery, DeliveryOutcome, Format, MailRoute
from monitor.net.client import HttpClient


class Channel(Protocol):
    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What channels are made of: the guarded client, the way that mail leaves, and where secrets are looked up."""

    client: HttpClient
    mail: MailRoute | None
    secret: Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """The format that a channel carries, and how it is made."""

    format: Format
    make: Callable[[Means], Channel]


CHANNELS: Final[dict[str, ChannelKind]] = {
    "email": ChannelKind(format=Format.MAIL, make=lambda means: EmailChannel(means.mail, means.secret)),
    "file": ChannelKind(format=Format.EVENT, make=lambda _means: FileChannel()),
    "slack": ChannelKind(format=Format.SLACK, make=lambda means: ChatChannel(means.client, "Slack")),
    "teams": ChannelKind(format=Format.CARD, make=lambda means: ChatChannel(means.client, "Teams")),
    "webhook": ChannelKind(format=Format.EVENT, make=lambda means: WebhookChannel(means.client)),
}
