"""``cmaa-monitor deliveries``: what was and is to be told to whom, each try, and what a person does about it."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from monitor.cli.by_whom import and_why, by_whom, said
from monitor.cli.exits import worst
from monitor.cli.halts import bounces, suspend, unsuspend
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.model.delivery import DeliveryState, Suspension
from monitor.model.errors import UsageError
from monitor.model.ids import DeliveryId

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.deliveries import Attempt, StoredDelivery
    from monitor.store.unit import StoreUnit

OUTCOMES = {
    "started": "under way, or its sender died: not known whether it was received",
    "unknown": "not known whether it was received: the sender died; repeated under the same id",
    "sent": "taken",
    "refused": "not taken",
}
"""What is known of a try, said honestly."""


@click.group()
def deliveries() -> None:
    """List what is to be told to whom; try again, give up, let a recipient be told again."""


for _command in (suspend, unsuspend, bounces):
    deliveries.add_command(_command)


@deliveries.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in DeliveryState]),
    help="Only these (may be repeated).",
)
@click.option("--subject", metavar="ID", help="Only those that tell of this change, digest or problem.")
@click.option("--recipient", metavar="ID", help="Only those for this subscriber.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def list_deliveries(
    options: Options, states: tuple[str, ...], subject: str | None, recipient: str | None, limit: int, *, as_json: bool
) -> int:
    """List deliveries, newest first, and the recipients to whom nothing is sent any more."""
    with options.house.reader() as store:
        found = store.outbox.deliveries(
            states=[DeliveryState(one) for one in states], subject_id=subject, recipient_id=recipient, limit=limit
        )
        halted, counts, demo = store.queries.suspensions(), store.outbox.counts(), store.is_demo
    if as_json:
        body = {
            "demo": demo,
            "counts": {state.value: number for state, number in counts.items()},
            "suspended": [suspension_body(one) for one in halted],
            "deliveries": [delivery_body(one) for one in found],
        }
        write_json("cmaa-monitor.deliveries.v1", body)
    else:
        write_ribbon(demo=demo)
        _write_list(options, found)
        for one in halted:
            print(f"Suspended: {one.recipient_id} over {one.channel}: {one.reason}. Nothing is lost; it waits.")
    return worst(undelivered=bool(halted or counts[DeliveryState.DEAD]))


def _write_list(options: Options, found: "tuple[StoredDelivery, ...]") -> None:
    zone = options.house.config.time_zone
    columns = ("DELIVERY", "TELLS", "TO", "OVER", "STATE", "TRIES", "SENT", "NEXT", "LAST ANSWER")
    rows = [
        (
            one.delivery.id,
            f"{one.delivery.kind} {one.delivery.subject_id}",
            one.delivery.recipient_id,
            one.delivery.channel,
            one.delivery.state.value,
            str(len(one.attempts)),
            local(one.sent_at, zone),
            local(one.delivery.next_at, zone) if one.delivery.state is DeliveryState.PENDING else "-",
            one.last_error or (str(one.last_code) if one.last_code else "-"),
        )
        for one in found
    ]
    write_table(columns, rows, colourful=options.colourful)


@deliveries.command("show")
@click.argument("delivery_id", metavar="dlv_…")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def show_delivery(options: Options, delivery_id: str, *, as_json: bool) -> int:
    """Show one delivery: its state, every try, and what is not known."""
    zone = options.house.config.time_zone
    with options.house.reader() as store:
        one, demo = _known(store, delivery_id), store.is_demo
    if as_json:
        write_json("cmaa-monitor.delivery.v1", {"demo": demo, **delivery_body(one)})
        return 0
    write_ribbon(demo=demo)
    delivery = one.delivery
    print(f"{delivery.id}: {delivery.kind} {delivery.subject_id} to {delivery.recipient_id} over {delivery.channel}")
    place = f", number {one.seq} for this recipient" if one.seq else ""
    print(f"  {delivery.state.value}, made {local(one.created_at, zone)}{place}, {len(delivery.payload):,} bytes")
    for attempt in one.attempts:
        print(f"  try {attempt.number} on {local(attempt.started_at, zone)}: {_said(attempt)}")
    if delivery.state is DeliveryState.PENDING:
        print(f"  next try: {local(delivery.next_at, zone)}, or later while something earlier waits for this recipient")
    elif one.last_error:
        print(f"  {one.last_error}")
    return 0


def _said(attempt: "Attempt") -> str:
    answer = attempt.reason or (f"answer {attempt.code}" if attempt.code else "")
    return f"{OUTCOMES[attempt.outcome]}{f' ({answer})' if answer else ''}"


@deliveries.command("retry")
@click.argument("delivery_ids", nargs=-1, metavar="[dlv_…]...")
@click.option("--recipient", metavar="ID", help="All that are dead for this subscriber.")
@click.option("--by", metavar="NAME", help="Who decides; kept in the audit chain.")
@click.pass_obj
def retry(options: Options, delivery_ids: tuple[str, ...], recipient: str | None, by: str | None) -> int:
    """Make dead or waiting deliveries due now, under the ids they have. The next check, or serve, sends them."""

    def revive(unit: "StoreUnit", one: "StoredDelivery") -> bool:
        at = house.clock(store).now()
        if not unit.revive(one.delivery.id, at=at):
            return False
        facts = {"recipient": one.delivery.recipient_id, "tells": one.delivery.subject_id, "by": by}
        unit.audit("delivery-retried", one.delivery.id, facts, at=at)
        return True

    house = options.house
    with house.writer() as store:
        done = _each(store, _meant(store, delivery_ids, recipient), revive)
    print(f"{done} due now, under the same id. Send: cmaa-monitor check --due")
    return 0


@deliveries.command("cancel")
@click.argument("delivery_ids", nargs=-1, metavar="[dlv_…]...")
@click.option("--recipient", metavar="ID", help="All that are dead for this subscriber.")
@by_whom
@and_why
@click.pass_obj
def cancel(options: Options, delivery_ids: tuple[str, ...], recipient: str | None, by: str, reason: str) -> int:
    """Give deliveries up that wait or are dead. They stay on record; whoever was to be told is not told."""
    by, reason = said(by, reason)

    def give_up(unit: "StoreUnit", one: "StoredDelivery") -> bool:
        if not unit.cancel(one.delivery.id, f"cancelled by {by}: {reason}", at=house.clock(store).now()):
            return False
        facts = {"recipient": one.delivery.recipient_id, "tells": one.delivery.subject_id, "by": by, "reason": reason}
        unit.audit("delivery-cancelled", one.delivery.id, facts, at=house.clock(store).now())
        return True

    house = options.house
    with house.writer() as store:
        done = _each(store, _meant(store, delivery_ids, recipient), give_up)
    print(f"{done} cancelled by {by}.")
    return 0


def _known(store: "Store", delivery_id: str) -> "StoredDelivery":
    one = store.queries.delivery(DeliveryId(delivery_id))
    if one is None:
        raise UsageError(f"There is no delivery {delivery_id}. List them: cmaa-monitor deliveries list")
    return one


def _meant(store: "Store", delivery_ids: tuple[str, ...], recipient: str | None) -> "tuple[StoredDelivery, ...]":
    """Those named, or all dead ones of the recipient, the oldest first."""
    if (recipient is None) == (not delivery_ids):
        raise UsageError("Name deliveries, or a recipient with --recipient. List them: cmaa-monitor deliveries list")
    if recipient is None:
        return tuple(_known(store, one) for one in dict.fromkeys(delivery_ids))
    dead = store.outbox.deliveries(states=[DeliveryState.DEAD], recipient_id=recipient, limit=1_000_000)
    if not dead:
        raise UsageError(f"No delivery for “{recipient}” is dead.")
    return dead[::-1]


def _each(
    store: "Store", meant: "tuple[StoredDelivery, ...]", act: "Callable[[StoreUnit, StoredDelivery], bool]"
) -> str:
    """Acts on all of them or on none; says how many. Raises UsageError for one that is in no state for it."""
    with store.unit() as unit:
        for one in meant:
            if not act(unit, one):
                raise UsageError(f"{one.delivery.id} is {one.delivery.state.value}; nothing was done to any of them.")
    return "1 delivery is" if len(meant) == 1 else f"{len(meant):,} deliveries are"


def delivery_body(one: "StoredDelivery") -> dict[str, object]:
    """A delivery for ``--json``; its payload is not among it."""
    delivery = one.delivery
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "subject": delivery.subject_id,
        "channel": delivery.channel,
        "recipient": delivery.recipient_id,
        "seq": one.seq,
        "state": delivery.state.value,
        "digest": delivery.subject_id if delivery.kind == "digest" else None,
        "payload_sha256": hashlib.sha256(delivery.payload).hexdigest(),
        "created_at": one.created_at,
        "first_tried_at": one.attempts[0].started_at if one.attempts else None,
        "next_at": delivery.next_at if delivery.state is DeliveryState.PENDING else None,
        "sent_at": one.sent_at,
        "last_code": one.last_code,
        "last_error": one.last_error,
        "attempts": [
            {
                "number": attempt.number,
                "started_at": attempt.started_at,
                "ended_at": attempt.ended_at,
                "outcome": attempt.outcome,
                "means": OUTCOMES[attempt.outcome],
                "code": attempt.code,
                "reason": attempt.reason,
            }
            for attempt in one.attempts
        ],
    }


def suspension_body(one: Suspension) -> dict[str, object]:
    return {
        "recipient": one.recipient_id,
        "channel": one.channel,
        "since": one.since,
        "code": one.code,
        "reason": one.reason,
    }
