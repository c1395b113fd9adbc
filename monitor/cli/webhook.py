"""``cmaa-monitor webhook test``: whether a receiver takes our events, before there is one that matters."""

import click

from monitor.app import House, voice
from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.compose.tested_event import webhook_test_event
from monitor.model.delivery import Delivery, Sent, Subscriber
from monitor.model.errors import StoreError, UsageError
from monitor.pipeline.announce import delivery_id

WEBHOOK = "webhook"


@click.group()
def webhook() -> None:
    """Test the webhooks of sources.yaml."""


@webhook.command("test")
@click.argument("subscriber_id", metavar="ID")
@click.pass_obj
def test_webhook(options: Options, subscriber_id: str) -> int:
    """Send a signed event marked as a demo to the webhook of subscriber ID, and say what it answered.

    It goes past the outbox: it is not tried again, and leaves nothing on record.
    """
    house = options.house
    subscriber = _webhook(house, subscriber_id)
    now = house.wall_clock.now()
    id_ = delivery_id("test", now.isoformat(), WEBHOOK, subscriber.id)
    delivery = Delivery(
        id=id_,
        kind="test",
        subject_id=subscriber.id,
        channel=WEBHOOK,
        recipient_id=subscriber.id,
        payload=webhook_test_event(subscriber.id, id_, now, voice(house.config, is_demo=True)),
    )
    try:
        with house.borrowed_client() as client:
            outcome = house.sender(client, house.wall_clock).send(delivery)
    except StoreError as fault:
        raise UsageError(f"{fault} It may be a demo, which reaches no host but its own; nothing was sent.") from fault
    print(f"Event {id_}, webhook.tested.v1, for {subscriber.id}")
    if isinstance(outcome, Sent):
        signed = "signed" if subscriber.secret_names else "not signed, as it has no secret"
        print(f"Taken ({signed}): the receiver answered {outcome.code}.")
        return Exit.OK
    print(f"Not taken: {outcome.reason}")
    return Exit.NOT_DELIVERED


def _webhook(house: House, subscriber_id: str) -> Subscriber:
    hooks = {one.id: one for one in house.config.subscribers if one.channel == WEBHOOK}
    if subscriber_id not in hooks:
        known = ", ".join(sorted(hooks)) or "none"
        raise UsageError(f"sources.yaml has no webhook subscriber “{subscriber_id}”. It has: {known}.")
    return hooks[subscriber_id]
