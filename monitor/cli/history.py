"""``cmaa-monitor sources history``: what was watched from when until when, and every change of the settings."""

import click

from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon
from monitor.compose.register import told


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def history(options: Options, as_json: bool) -> int:
    """Tell every change of the settings since they are registered, oldest first; each is in the audit chain.

    Settings are registered when a check or the service starts; secrets are not among them.
    """
    zone = options.house.config.time_zone
    with options.house.reader() as store:
        changes, watchings, demo = store.queries.settings_changes(), store.queries.watchings(), store.is_demo
    if as_json:
        body = {
            "demo": demo,
            "changes": [
                {"number": one.number, "at": one.at, "sha256": one.sha256, "altered": list(told(one))}
                for one in changes
            ],
            "watched": [{"id": one.source_id, "from": one.from_at, "until": one.until_at} for one in watchings],
        }
        write_json("cmaa-monitor.settings.v1", body)
        return 0
    write_ribbon(demo=demo)
    for change in changes:
        print(f"{local(change.at, zone)}  settings {change.number} ({change.sha256[:12]})")
        for line in told(change):
            print(f"  {line}")
    if not changes:
        print("No settings are registered yet: the next check does that.")
    return 0
