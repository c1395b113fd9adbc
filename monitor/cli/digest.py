"""``cmaa-monitor digest``: the weekly digest as its reader would see it."""

from pathlib import Path

import click

from monitor.cli.exits import worst
from monitor.cli.options import Options
from monitor.config import read_templates
from monitor.model.errors import UsageError
from monitor.pipeline.digest import iso_week_of


@click.command()
@click.option("--preview", is_flag=True, help="Show the digest; nothing is sent or closed.")
@click.option("--week", metavar="2026-W47", help="An ISO week (default: the current one, up to now).")
@click.option(
    "--html",
    "html_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the HTML part to this file.",
)
@click.pass_obj
def digest(options: Options, preview: bool, week: str | None, html_path: Path | None) -> int:
    """Preview the digest of a week: text on stdout, HTML to a file."""
    if not preview:
        raise UsageError("Sending by mail is not built yet; write: cmaa-monitor digest --preview")
    # Imported here: jinja2 takes longer to load than most commands take in all.
    from monitor.compose.digest import render_digest

    house = options.house
    with house.reader() as store:
        now = house.clock(store).now()
        builder = house.digest_builder(store)
        try:
            period = builder.week(week or iso_week_of(now, house.config.time_zone))
        except ValueError as fault:
            raise UsageError(f"“{week}” is no ISO week; write one such as 2026-W47") from fault
        model = builder.build(period, now=now, preview=True)
    message = render_digest(model, read_templates())
    print(f"Subject: {message.subject}\n")
    print(message.text)
    if html_path is not None:
        html_path.write_text(message.html, encoding="utf-8")
        options.note(f"HTML written to {html_path}")
    return worst(unverified=bool(model.gaps))
