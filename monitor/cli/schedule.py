"""``cmaa-monitor schedule``: how to have this installation run by itself, as a systemd unit or a line for cron."""

import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from monitor.app import House
from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.config import Config, shipped_unit
from monitor.model.errors import UsageError

_HOMES = ("/home", "/root", "/run/user")
"""What ProtectHome= hides, systemd.exec(5)."""

_STATE = Path("/var/lib/cmaa-monitor")
"""The StateDirectory= of the unit."""


@click.command()
@click.option("--systemd", "form", flag_value="systemd", help="A unit that runs `serve`.")
@click.option("--cron", "form", flag_value="cron", help="A line that runs `check --due` every five minutes.")
@click.pass_obj
def schedule(options: Options, form: str | None) -> int:
    """Print a recipe for running this installation by itself; nothing is installed."""
    if form is None:
        raise UsageError("Which recipe? cmaa-monitor schedule --systemd, or --cron.")
    if form == "cron":
        print(_cron(options.house), end="")
        return Exit.OK
    print(_unit(options.house), end="")
    for line in _out_of_its_reach(options.house):
        options.note(line)
    return Exit.OK


def _program() -> Path:
    """The command as it was called, or the one beside this interpreter."""
    called = Path(sys.argv[0])
    return called.resolve() if called.name == "cmaa-monitor" else Path(sys.executable).with_name("cmaa-monitor")


def _unit(house: House) -> str:
    """The unit with the paths of this installation, and a line for each of its secrets."""
    lines = [f"LoadCredential={name}:/etc/cmaa-monitor/secrets/{name}" for name in _secret_names(house.config)]
    made = []
    for line in shipped_unit().splitlines():
        if line.startswith("#LoadCredential="):
            made += lines
            lines = []
        elif line.startswith("ExecStart="):
            made.append(f"ExecStart={_quoted(_program())} --config {_quoted(house.config.path)} serve --log json")
        elif line.startswith("# `cmaa-monitor schedule"):
            made.append(
                "# The database is made in /var/lib/cmaa-monitor; `cmaa-monitor restore` brings an old one over."
            )
        else:
            made.append(line)
    return "\n".join(made) + "\n"


def _secret_names(config: Config) -> Iterable[str]:
    """The names of all secrets that the settings speak of, each once."""
    names: list[str | None] = [name for one in config.subscribers for name in one.secret_names]
    if config.mail:
        names += [config.mail.password_name, config.mail.leave_key_name]
    names.append(config.service.ping_name)
    return dict.fromkeys(name for name in names if name)


def _quoted(path: Path) -> str:
    """A path as one word of ExecStart=, in which systemd.service(5) gives a meaning to each of these signs."""
    text = str(path)
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        text = text.replace(sign, written)
    return f'"{text}"'


def _out_of_its_reach(house: House) -> Iterator[str]:
    """What of this installation the unit's service could not read or write, a line each."""
    for path in (_program(), Path(sys.base_prefix), house.config.path):
        if any(path.is_relative_to(home) for home in _HOMES):
            yield f"Mind: {path} lies in a home, which the unit keeps its service out of (ProtectHome=)."
    for folder in _folders_written(house.config):
        if not folder.is_relative_to(_STATE):
            yield f"Mind: the unit's service may write in {_STATE} alone (ProtectSystem=), not in {folder}."


def _folders_written(config: Config) -> Iterator[Path]:
    """The folders beside the database that the settings have something written into."""
    if config.feeds:
        yield config.feeds
    backups = config.service.backups
    if backups and not backups.is_relative_to(config.database.parent):
        yield backups
    yield from (Path(one.address) for one in config.subscribers if one.channel == "file")


def _cron(house: House) -> str:
    words = [str(_program()), "--quiet", "--config", str(house.config.path)]
    command = shlex.join(words).replace("%", r"\%")  # a bare % ends the command, crontab(5)
    folder = shlex.quote(str(house.config.database.parent))
    return (
        "# crontab -e. Each run checks what is due and tells what is due; two never run side by side. The digests and\n"
        "# the health page are the service's (`schedule --systemd`). Mail from cron tells of what goes wrong.\n"
        f"*/5 * * * * {command} check --due --wait 240 >/dev/null\n"
        f"30 2 * * * {command} backup >/dev/null\n"
        f"# Secrets: set them above, as CMAA_..._FILE=/path lines. The database lies in {folder}\n"
    )
