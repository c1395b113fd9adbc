"""``cmaa-monitor changes --open``: what awaits a decision, and what was decided and is in hand."""

from collections.abc import Sequence
from datetime import date

from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.plain import decision_body
from monitor.config import parse_since
from monitor.model.assessment import Tier
from monitor.model.digest import OpenItem


def list_open(
    options: Options, since: str | None, tiers: Sequence[Tier], source_ids: Sequence[str], *, as_json: bool
) -> bool:
    """Lists them, the oldest first; whether there are any."""
    house = options.house
    zone = house.config.time_zone
    with house.reader() as store:
        now = house.clock(store).now()
        start = None if since is None else parse_since(since, now, zone)
        wanted = options.asked_for(source_ids, store.states()) if source_ids else None
        found = [
            item
            for item in store.queries.open_items(store.queries.last_seq())
            if (item.decision is None or item.in_hand)
            and (item.in_hand or item.tier in tiers)
            and (start is None or item.first_changed_at >= start)
            and (wanted is None or item.source_id in wanted)
        ]
        demo = store.is_demo
    today = now.astimezone(zone).date()
    if as_json:
        write_json("cmaa-monitor.open-changes.v1", {"demo": demo, "changes": [_body(item) for item in found]})
    elif found:
        write_ribbon(demo=demo)
        rows = [(*_row(item, today), local(item.first_changed_at, zone), item.headline) for item in found]
        columns = ("CHANGE", "TIER", "SOURCE", "DECIDED", "OWNER", "DUE", "FIRST SEEN", "HEADLINE")
        write_table(columns, rows, colourful=options.colourful)
        waiting = sum(item.decision is None for item in found)
        options.note(
            f"Awaiting a decision: {waiting}. In hand: {len(found) - waiting}. To decide: cmaa-monitor decide CH-…"
        )
    else:
        options.note("Nothing is open: every change that asks for a decision has one, and nothing is in hand.")
    return bool(found)


def _row(item: OpenItem, today: date) -> tuple[str, ...]:
    said = item.decision
    due = f"{said.due}{' OVERDUE' if said.due < today else ''}" if said and said.due else "-"
    decided, owner = (said.outcome.value, said.owner or "-") if said else ("-", "-")
    return (item.change_id, item.tier.value, item.source_id, decided, owner, due)


def _body(item: OpenItem) -> dict[str, object]:
    return {
        "id": item.change_id,
        "source": item.source_id,
        "headline": item.headline,
        "tier": item.tier.value,
        "first_changed_at": item.first_changed_at,
        "decision": decision_body(item.decision),
    }
