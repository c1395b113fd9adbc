"""``cmaa-monitor show``: one change, with its evidence."""

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from monitor.cli.deliveries import delivery_body
from monitor.cli.links import link_body
from monitor.cli.options import Options
from monitor.cli.output import local, write_json
from monitor.cli.plain import beside_body, change_body, cluster_body, decision_body, hand_body, strip_body, version_body
from monitor.cli.redline import redline_options, refuse_stray, write_redline
from monitor.cli.told import told_lines
from monitor.model.digest import Card
from monitor.model.errors import UsageError
from monitor.model.ids import ChangeId
from monitor.pipeline.redlines import redline_copies
from monitor.store.changes import StoredChange

if TYPE_CHECKING:
    from monitor.compose.redlines import Caption


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
        kept = store.queries.change(ChangeId(change_id.upper()))
        if kept is None:
            raise UsageError(f"There is no change {change_id}. List them: cmaa-monitor changes --since 90d")
        card = house.digest_builder(store).card(kept)
        demo, now = store.is_demo, house.clock(store).now()
        before = None if kept.before_snapshot_id is None else store.snapshot(kept.before_snapshot_id)
        after = store.snapshot(kept.after_snapshot_id)
        decisions = store.decisions.of(kept.change.id)
        told = store.queries.telling_of(kept.change.id)
    if redline:
        found, notes = redline_copies(before, after, kept.change.differences)
        caption = _caption(kept, card, notes, house.config.time_zone, demo=demo)
        write_redline(found, caption, form=form, view=view, everything=everything)
        return 0
    if as_json:
        body = change_body(kept.change, kept.assessment, differences=True)
        evidence = {
            "before_sha256": kept.before_sha,
            "after_sha256": kept.after_sha,
            "before_hand_saved": hand_body(kept.before_hand),
        }
        version = version_body(card.version, now.astimezone(house.config.time_zone).date())
        strips = [strip_body(strip) for strip in after.strips]
        more = {
            "decision": decision_body(kept.decision),
            "decisions": [decision_body(one) for one in decisions],
            "version": version,
            "evidence": evidence,
            "deliveries": [delivery_body(one) for one in told],
            "strips": strips,
            "on_record": [beside_body(one) for one in card.beside],
            "links": [link_body(one) for one in card.assessment.links],
            "cluster": cluster_body(card.seen) if card.seen else None,
        }
        write_json("cmaa-monitor.change.v1", {"demo": demo, **body, **more})
        return 0
    # Imported here: the JSON form needs none of it.
    from monitor.compose.strips import strip_lines
    from monitor.compose.terminal import render_card

    zone, limit = house.config.time_zone, None if everything else 20
    today = now.astimezone(zone).date()
    card = replace(card, delivered_at=min((one.sent_at for one in told if one.sent_at), default=None))
    cuts = strip_lines(after.strips, before.strips if before else ())
    shown = render_card(card, time_zone=zone.key, today=today, demo=demo, limit=limit, cuts=cuts, decisions=decisions)
    print(shown)
    for line in told_lines(told, zone):
        print(line)
    return 0


def _caption(kept: StoredChange, card: Card, notes: tuple[str, ...], zone: ZoneInfo, *, demo: bool) -> "Caption":
    from monitor.compose.redlines import Caption

    change = kept.change
    return Caption(
        title=f"{change.id}: {change.headline}",
        source=f"{card.source_name} ({change.source_id})",
        official_url=card.official_url,
        before=f"the copy last seen unchanged {local(change.last_unchanged_at, zone)}, sha256 {kept.before_sha or '-'}",
        after=f"the copy first seen changed {local(change.first_changed_at, zone)}, sha256 {kept.after_sha}",
        demo=demo,
        notes=notes,
    )
