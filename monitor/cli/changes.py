"""``cmaa-monitor changes``: what the record says has changed."""

import click

from monitor.cli.exits import worst
from monitor.cli.options import Options, only_source
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.plain import change_body, decision_body
from monitor.compose.by_hand import MARK
from monitor.config import parse_since
from monitor.model.assessment import Tier
from monitor.store.changes import StoredChange


def tiers_of(value: str | None) -> tuple[Tier, ...]:
    """``act,review`` as tiers; without a value all but NOISE. Raises click's usage error for another word."""
    if value is None:
        return tuple(tier for tier in Tier if tier is not Tier.NOISE)
    words = [word.strip().upper() for word in value.split(",") if word.strip()]
    unknown = [word for word in words if word not in Tier.__members__]
    if unknown or not words:
        named = f"“{unknown[0].lower()}” is no tier" if unknown else "no tier is named"
        raise click.BadParameter(f"{named}; write act, review, fyi or noise, separated by commas", param_hint="--tier")
    return tuple(Tier[word] for word in words)


def _filter(kept: StoredChange) -> str:
    """The rule for which the change is noise."""
    return next((reason.rule for reason in kept.assessment.reasons), "no rule fired")


@click.command()
@click.option("--since", metavar="WHEN", help="7d, 2w, last-monday or a date (default: 7d; with --open: ever).")
@click.option(
    "--tier", "tier", metavar="TIERS", help="act, review, fyi, noise; separated by commas (default: all but noise)."
)
@only_source
@click.option("--open", "only_open", is_flag=True, help="What awaits a decision or is in hand, the oldest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when there are any.")
@click.pass_obj
def changes(
    options: Options,
    since: str | None,
    tier: str | None,
    source_ids: tuple[str, ...],
    only_open: bool,
    as_json: bool,
    exit_code: bool,
) -> int:
    """List the changes seen since WHEN, newest first; or those that are open."""
    tiers = tiers_of(tier)
    if only_open:
        from monitor.cli.open_changes import list_open

        found = list_open(options, since, tiers, source_ids, as_json=as_json)
        return worst(changes=exit_code and found)
    since = "7d" if since is None else since
    zone = options.house.config.time_zone
    with options.house.reader() as store:
        now = options.house.clock(store).now()
        start = parse_since(since, now, zone)
        wanted = options.asked_for(source_ids, store.states()) if source_ids else ()
        kept = store.queries.changes(since=start, tiers=tiers, sources=wanted)
        demo = store.is_demo
    if as_json:
        bodies = [change_body(k.change, k.assessment) | {"decision": decision_body(k.decision)} for k in kept]
        write_json("cmaa-monitor.changes.v1", {"demo": demo, "since": start, "changes": bodies})
    elif kept:
        write_ribbon(demo=demo)
        rows: list[tuple[str, ...]] = [
            (
                k.change.id,
                k.assessment.tier,
                k.assessment.level,
                k.change.source_id,
                local(k.change.first_changed_at, zone),
                k.decision.outcome.value if k.decision else "-",
                f"[{MARK}] {k.change.headline}" if k.change.hand else k.change.headline,
            )
            for k in kept
        ]
        columns: tuple[str, ...] = ("CHANGE", "TIER", "LEVEL", "SOURCE", "FIRST SEEN", "DECIDED", "HEADLINE")
        if tiers == (Tier.NOISE,):
            columns, rows = (*columns, "FILTERED BY"), [(*row, _filter(k)) for row, k in zip(rows, kept, strict=True)]
        write_table(columns, rows, colourful=options.colourful)
    else:
        options.note(f"No changes since {local(start, zone)}. What was checked: cmaa-monitor coverage --since {since}")
    return worst(changes=exit_code and bool(kept))
