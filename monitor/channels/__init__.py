"""One module per way to tell. ``CHANNELS`` names what a subscriber in sources.yaml may ask for.

A channel's module is imported when something is sent over it: most runs tell nobody anything.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from monitor.model.delivery import Delivery, DeliveryOutcome, Format, MailRoute

if TYPE_CHECKING:
    from monitor.net.client import HttpClient


class Channel(Protocol):
    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome: ...


class Means(Struct, frozen=True, kw_only=True):
    """What channels are made of: the guarded client, the way that mail leaves, and where secrets are looked up."""

    client: "HttpClient"
    mail: MailRoute | None
    secret: Callable[[str], str | None]


class ChannelKind(Struct, frozen=True, kw_only=True):
    """The format that a channel carries, and how it is made."""

    format: Format
    make: Callable[[Means], Channel]


def _apprise(_means: Means) -> Channel:
    from monitor.channels.apprise import AppriseChannel

    return AppriseChannel()


def _email(means: Means) -> Channel:
    from monitor.channels.email import EmailChannel

    return EmailChannel(means.mail, means.secret)


def _file(_means: Means) -> Channel:
    from monitor.channels.file import FileChannel

    return FileChannel()


def _slack(means: Means) -> Channel:
    from monitor.channels.chat import ChatChannel
    from monitor.channels.chat_answers import contradiction_of_slack

    return ChatChannel(means.client, "Slack", contradiction_of_slack)


def _teams(means: Means) -> Channel:
    from monitor.channels.chat import ChatChannel
    from monitor.channels.chat_answers import contradiction_of_teams

    return ChatChannel(means.client, "Teams", contradiction_of_teams)


def _webhook(means: Means) -> Channel:
    from monitor.channels.webhook import WebhookChannel

    return WebhookChannel(means.client)


CHANNELS: Final[dict[str, ChannelKind]] = {
    "apprise": ChannelKind(format=Format.TEXT, make=_apprise),
    "email": ChannelKind(format=Format.MAIL, make=_email),
    "file": ChannelKind(format=Format.EVENT, make=_file),
    "slack": ChannelKind(format=Format.SLACK, make=_slack),
    "teams": ChannelKind(format=Format.CARD, make=_teams),
    "webhook": ChannelKind(format=Format.EVENT, make=_webhook),
}


class Channels(Mapping[str, Channel]):
    """Every channel by name, each made when something is first sent over it."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._made: dict[str, Channel] = {}

    def __getitem__(self, name: str) -> Channel:
        if name not in self._made:
            self._made[name] = CHANNELS[name].make(self._means)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(CHANNELS)

    def __len__(self) -> int:
        return len(CHANNELS)
