"""``cmaa-monitor demo``: the offline tour."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from monitor.cli.options import Options
from monitor.cli.output import write_table
from monitor.compose.wording import DEMO_RIBBON
from monitor.demo.folder import make_folder
from monitor.demo.run import PlayedWeek, Tour, play
from monitor.model.assessment import Tier


@click.command()
@click.option(
    "--out",
    "out",
    metavar="DIR",
    default="demo-output",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to put it; a former demo there is replaced.",
)
@click.pass_obj
def demo(options: Options, out: Path) -> int:
    """Play eight recorded weeks offline: checked, compared and told as in real use.

    A small web server on this machine stands in for the official sites. Nothing leaves the machine.
    """
    tour = play(make_folder(out), options.note)
    print(DEMO_RIBBON)
    columns = ("WEEK", "STORY", "CHECKS", "CHANGES", "DIGEST", "SUBJECT")
    write_table(columns, [_row(week) for week in tour.weeks], colourful=options.colourful)
    _say_where(tour)
    return 0


def _row(week: PlayedWeek) -> tuple[str, ...]:
    checks = f"{week.good}/{week.expected}"
    return (week.iso_week, week.heading, checks, _changes(week), week.html_path.name, week.subject)


def _changes(week: PlayedWeek) -> str:
    """``1 act, 3 review, 1 noise``, or ``-``."""
    return ", ".join(f"{week.tiers[tier]} {tier.lower()}" for tier in Tier if week.tiers[tier]) or "-"


def _say_where(tour: Tour) -> None:
    folder = tour.folder
    print()
    print(f"Digests   {folder.digests}  (.html and .txt)")
    print(f"Events    {folder.events}")
    print(f"Settings  {folder.settings}")
    print(f"Record    {folder.database}")
    print("\nTry next (the record stays readable; its clock stands at the last Monday):")
    command = f"{_program()} --config {shlex.quote(str(folder.settings))}"
    for words in (
        "changes --since 8w",
        f"show {tour.first_change_id}",
        "changes --open",
        "coverage --since 8w",
        "status cmaa",
        "status cpt:92229",
    ):
        print(f"  {command} {words}")


def _program() -> str:
    """What to type for this program: its name where the shell finds it, else the way it was started now."""
    if shutil.which("cmaa-monitor"):
        return "cmaa-monitor"
    started = Path(sys.argv[0])
    return shlex.quote(sys.argv[0]) if started.name == "cmaa-monitor" else f"{shlex.quote(sys.executable)} -m monitor"
