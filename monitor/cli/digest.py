"""``cmaa-monitor digest``: the weekly digest as its reader would see it."""

from datetime import datetime
from pathlib import Path

import click

from monitor.cli.exits import worst
from monitor.cli.files import write_file
from monitor.cli.options import Options
from monitor.config import read_templates
from monitor.model.digest import Period
from monitor.model.errors import UsageError
from monitor.pipeline.digest import DigestBuilder, iso_week_of


@click.command()
@click.option("--preview", is_flag=True, help="Show the digest; nothing is sent or closed.")
@click.option("--week", metavar="2026-W47", help="An ISO week (default: the current one, up to now).")
@click.option(
    "--html",
    "html_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the HTML part to this file.",
)
@click.option("--show", "digest_id", metavar="DG-…", help="A digest that was made, exactly as it was made and sent.")
@click.option(
    "--eml",
    "eml_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --show: the mail, as it was sent but for the address to leave by, to this file.",
)
@click.option("--recipient", metavar="ID", help="With --eml: whose mail.")
@click.option("--json", "as_json", is_flag=True, help="With --show: one JSON object on stdout.")
@click.pass_obj
def digest(
    options: Options,
    preview: bool,
    week: str | None,
    html_path: Path | None,
    digest_id: str | None,
    eml_path: Path | None,
    recipient: str | None,
    as_json: bool,
) -> int:
    """Preview the digest of a week, or show one that was made: text on stdout, HTML to a file."""
    if digest_id is not None and not (preview or week):
        from monitor.cli.digest_shown import show_digest

        return show_digest(options, digest_id, html=html_path, eml=eml_path, recipient=recipient, as_json=as_json)
    if not preview or digest_id or eml_path or recipient or as_json:
        raise UsageError(
            "The service makes and sends each digest when it is due. The running week: cmaa-monitor digest --preview;"
            " one that was made: cmaa-monitor digest --show DG-…"
        )
    # Imported here: jinja2 takes longer to load than most commands take in all.
    from monitor.compose.digest import render_digest

    house = options.house
    with house.reader() as store:
        now = house.clock(store).now()
        builder = house.digest_builder(store)
        this_week = iso_week_of(now, house.config.time_zone)
        model = builder.build(_period(builder, week or this_week, this_week, now), now=now, preview=True)
    message = render_digest(model, read_templates())
    print(f"Subject: {message.subject}\n")
    print(message.text)
    if html_path is not None:
        write_file(html_path, message.html.encode("utf-8", "replace"))
        options.note(f"HTML written to {html_path}")
    return worst(unverified=bool(model.gaps))


def _period(builder: DigestBuilder, week: str, this_week: str, now: datetime) -> Period:
    try:
        period = builder.week(week)
    except (ValueError, OverflowError) as fault:
        raise UsageError(f"“{week}” is no ISO week; write one such as {this_week}") from fault
    if period.start_at > now:
        raise UsageError(f"“{week}” is still to come; write {this_week} or an earlier week")
    return period
