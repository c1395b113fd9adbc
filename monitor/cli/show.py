"""``cmaa-monitor show``: one change, with its evidence."""

import click

from monitor.cli.options import Options
from monitor.cli.output import write_json
from monitor.cli.plain import change_body, hand_body
from monitor.model.errors import UsageError
from monitor.model.ids import ChangeId


@click.command()
@click.argument("change_id", metavar="CH-…")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, every item in full.")
@click.option("--all", "everything", is_flag=True, help="Every item, however many there are.")
@click.pass_obj
def show(options: Options, change_id: str, as_json: bool, everything: bool) -> int:
    """Show one change: what it was before and after, why it matters, when it was known, and on what evidence."""
    house = options.house
    with house.reader() as store:
        kept = store.queries.change(ChangeId(change_id.upper()))
        if kept is None:
            raise UsageError(f"There is no change {change_id}. List them: cmaa-monitor changes --since 90d")
        card = house.digest_builder(store).card(kept)
        demo = store.is_demo
    if as_json:
        body = change_body(kept.change, kept.assessment, differences=True)
        evidence = {
            "before_sha256": kept.before_sha,
            "after_sha256": kept.after_sha,
            "before_hand_saved": hand_body(kept.before_hand),
        }
        write_json("cmaa-monitor.change.v1", {"demo": demo, **body, "evidence": evidence})
        return 0
    # Imported here: the JSON form needs none of it.
    from monitor.compose.terminal import render_card

    print(render_card(card, time_zone=house.config.time_zone.key, demo=demo, limit=None if everything else 20))
    return 0
