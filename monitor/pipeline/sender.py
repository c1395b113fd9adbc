"""Sending one delivery: whose it is, where he is, and with which secret."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Subscriber
from monitor.model.errors import ConfigError, UsageError
from monitor.pipeline.ports import Channel


class Sender(Struct, frozen=True, kw_only=True):
    """Knows the subscribers and their channels. ``secret`` looks a subscriber's secret up by its name."""

    channels: Mapping[str, Channel]
    subscribers: Mapping[str, Subscriber]
    secret: Callable[[str], str | None]
    now: Callable[[], datetime]

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Sends it once. Never raises for what may be expected."""
        subscriber = self.subscribers.get(delivery.recipient_id)
        channel = self.channels.get(delivery.channel)
        if subscriber is None or channel is None:
            reason = f"“{delivery.recipient_id}” over {delivery.channel} is no longer configured in sources.yaml"
            return Refused(code=None, reason=reason, permanent=True)
        try:
            secret = self._secret(subscriber)
        except UsageError as fault:
            return Refused(code=None, reason=str(fault), permanent=False)
        return channel.send(delivery, subscriber.address, secret, self.now())

    def _secret(self, subscriber: Subscriber) -> str | None:
        """The subscriber's secret, or several parted by blanks. Raises UsageError when he has one and it cannot be had:
        never is an event sent unsigned because a variable was forgotten.
        """
        found = []
        for name in subscriber.secret_names:
            try:
                secret = self.secret(name)
            except ConfigError as fault:
                raise UsageError(str(fault)) from fault
            if secret is None:
                raise UsageError(f"{name}, the secret of “{subscriber.id}”, is not in the environment")
            found.append(secret)
        return " ".join(found) or None
