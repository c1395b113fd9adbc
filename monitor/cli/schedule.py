"""``cmaa-monitor schedule``: how to have this installation run by itself, as a systemd unit or a line for cron."""

import shlex
import sys
from pathlib import Path

import click

from monitor.app import House
from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.config import shipped_unit
from monitor.model.errors import UsageError


@click.command()
@click.option("--systemd", "form", flag_value="systemd", help="A unit that runs `serve`.")
@click.option("--cron", "form", flag_value="cron", help="A line that runs `check --due` every five minutes.")
@click.pass_obj
def schedule(options: Options, form: str | None) -> int:
    """Print a recipe for running this installation by itself; nothing is installed."""
    if form is None:
        raise UsageError("Which recipe? cmaa-monitor schedule --systemd, or --cron.")
    print(_unit(options.house) if form == "systemd" else _cron(options.house), end="")
    return Exit.OK


def _program() -> Path:
    """The command as it was called, or the one beside this interpreter."""
    called = Path(sys.argv[0])
    return called.resolve() if called.name == "cmaa-monitor" else Path(sys.executable).with_name("cmaa-monitor")


def _unit(house: House) -> str:
    """The unit with the paths of this installation, and a line for each of its secrets."""
    config = house.config
    names = [name for one in config.subscribers for name in one.secret_names]
    names += [config.mail.password_name] if config.mail and config.mail.password_name else []
    names += [config.service.ping_name] if config.service.ping_name else []
    lines = [f"LoadCredential={name}:/etc/cmaa-monitor/secrets/{name}" for name in dict.fromkeys(names)]
    made = []
    for line in shipped_unit().splitlines():
        if line.startswith("#LoadCredential="):
            made += lines
            lines = []
        elif line.startswith("ExecStart="):
            made.append(f'ExecStart="{_program()}" --config "{config.path}" serve --log json')
        elif line.startswith("# `cmaa-monitor schedule"):
            made.append(
                "# The database is made in /var/lib/cmaa-monitor; `cmaa-monitor restore` brings an old one over."
            )
        else:
            made.append(line)
    return "\n".join(made) + "\n"


def _cron(house: House) -> str:
    command = shlex.join([str(_program()), "--quiet", "--config", str(house.config.path)])
    folder = shlex.quote(str(house.config.database.parent))
    return (
        "# crontab -e. Each run checks what is due and tells what is due; two never run side by side. The digests and\n"
        "# the health page are the service's (`schedule --systemd`). Mail from cron tells of what goes wrong.\n"
        f"*/5 * * * * {command} check --due --wait 240 >/dev/null\n"
        f"30 2 * * * {command} backup >/dev/null\n"
        f"# Secrets: set them above, as CMAA_..._FILE=/path lines. The database lies in {folder}\n"
    )
