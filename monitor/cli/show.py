"""``cmaa-monitor show``: one change, with its evidence."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from msgspec import Struct
from msgspec.structs import replace

from monitor.cli.deliveries import delivery_body
from monitor.cli.known import known_change
from monitor.cli.links import link_body
from monitor.cli.options import Options
from monitor.cli.output import local, write_json
from monitor.cli.plain import beside_body, change_body, cluster_body, decision_body, hand_body, strip_body, version_body
from monitor.cli.redline import redline_options, refuse_stray, write_redline
from monitor.cli.told import told_lines
from monitor.cli.touching import SINCE, by_todays_inventory
from monitor.model.decision import Decision
from monitor.model.digest import Card
from monitor.model.snapshot import Snapshot
from monitor.pipeline.redlines import redline_copies
from monitor.store.changes import StoredChange
from monitor.store.deliveries import StoredDelivery

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.compose.redlines import Caption
    from monitor.store import Store

_ITEMS = 20
"""So many items of a change are shown, unless all are asked for."""


@click.command()
@click.argument("change_id", metavar="CH-…")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, every item in full.")
@click.option("--all", "everything", is_flag=True, help="Every item, however many there are.")
@redline_options
@click.pass_obj
def show(
    options: Options,
    change_id: str,
    as_json: bool,
    everything: bool,
    redline: bool,
    form: str | None,
    view: str | None,
) -> int:
    """Show one change: what it was before and after, why it matters, when it was known, and on what evidence."""
    refuse_stray(redline=redline, form=form, view=view, as_json=as_json)
    house = options.house
    with house.reader() as store:
        about = _on_record(house, store, change_id)
    zone = house.config.time_zone
    if redline:
        found, notes = redline_copies(about.before, about.after, about.kept.change.differences)
        write_redline(found, _caption(about, notes, zone), form=form, view=view, everything=everything)
    elif as_json:
        write_json("cmaa-monitor.change.v1", _body(about, about.now.astimezone(zone).date()))
    else:
        _print(about, zone, limit=None if everything else _ITEMS)
    return 0


class _About(Struct, frozen=True, kw_only=True):
    """One change with all that the record says about it; ``now`` is the clock of the record."""

    kept: StoredChange
    card: Card
    before: Snapshot | None
    after: Snapshot
    decisions: tuple[Decision, ...]
    told: tuple[StoredDelivery, ...]
    demo: bool
    now: datetime


def _on_record(house: "House", store: "Store", change_id: str) -> _About:
    kept = known_change(store, change_id)
    return _About(
        kept=kept,
        card=house.digest_builder(store).card(replace(kept, assessment=by_todays_inventory(kept, store.inventory()))),
        before=None if kept.before_snapshot_id is None else store.snapshot(kept.before_snapshot_id),
        after=store.snapshot(kept.after_snapshot_id),
        decisions=store.decisions.of(kept.change.id),
        told=store.queries.telling_of(kept.change.id),
        demo=store.is_demo,
        now=house.clock(store).now(),
    )


def _body(about: _About, today: date) -> dict[str, object]:
    kept, card = about.kept, about.card
    return {
        "demo": about.demo,
        **change_body(kept.change, card.assessment, differences=True),
        "decision": decision_body(kept.decision),
        "decisions": [decision_body(one) for one in about.decisions],
        "version": version_body(card.version, today),
        "evidence": {
            "before_sha256": kept.before_sha,
            "after_sha256": kept.after_sha,
            "before_hand_saved": hand_body(kept.before_hand),
        },
        "deliveries": [delivery_body(one) for one in about.told],
        "strips": [strip_body(strip) for strip in about.after.strips],
        "on_record": [beside_body(one) for one in card.beside],
        "links": [link_body(one) for one in card.assessment.links],
        "cluster": cluster_body(card.seen) if card.seen else None,
    }


def _print(about: _About, zone: ZoneInfo, *, limit: int | None) -> None:
    from monitor.compose.strips import strip_lines
    from monitor.compose.terminal import render_card

    shown = render_card(
        replace(about.card, delivered_at=min((one.sent_at for one in about.told if one.sent_at), default=None)),
        time_zone=zone.key,
        today=about.now.astimezone(zone).date(),
        demo=about.demo,
        limit=limit,
        cuts=strip_lines(about.after.strips, about.before.strips if about.before else ()),
        decisions=about.decisions,
        tools_since=SINCE if about.kept.assessment.tools_known != about.card.assessment.tools_known else "",
    )
    print(shown)
    for line in told_lines(about.told, zone):
        print(line)


def _caption(about: _About, notes: tuple[str, ...], zone: ZoneInfo) -> "Caption":
    from monitor.compose.redlines import Caption

    kept, card, change = about.kept, about.card, about.kept.change
    return Caption(
        title=f"{change.id}: {change.headline}",
        source=f"{card.source_name} ({change.source_id})",
        official_url=card.official_url,
        before=f"the copy last seen unchanged {local(change.last_unchanged_at, zone)}, sha256 {kept.before_sha or '-'}",
        after=f"the copy first seen changed {local(change.first_changed_at, zone)}, sha256 {kept.after_sha}",
        demo=about.demo,
        notes=notes,
    )
