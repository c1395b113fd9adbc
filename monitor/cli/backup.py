"""``cmaa-monitor backup`` and ``restore``: whole, checked copies of the database, and the way back."""

from pathlib import Path

import click

from monitor.app import SystemClock
from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.model.errors import UsageError


@click.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def backup(options: Options, folder: Path | None) -> int:
    """Copy the database into FOLDER (default: that of `serve: backups:`), check the copy, and remove what is too old.

    One copy a day; those of 7 days and 4 weeks are kept. The monitor may go on meanwhile.
    """
    # Imported here: no other command makes backups.
    from monitor.store.backups import back_up, backup_of

    house = options.house
    to = folder or house.config.service.backups
    if to is None:
        raise UsageError("sources.yaml has backups off; name a folder: cmaa-monitor backup FOLDER")
    day = SystemClock().now().astimezone(house.config.time_zone).date()
    with house.reader() as store:
        was_there = backup_of(store, to, day).exists()
        made = back_up(store, to, day)
    said = "is there already" if was_there else "was made, and read whole"
    print(f"{made} ({made.stat().st_size / 1e6:.1f} MB) {said}.")
    return Exit.OK


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def restore(options: Options, file: Path) -> int:
    """Put the backup FILE in the place of the database. Stop the service first.

    The backup is read whole before anything is touched; the old database is kept beside the new one.
    """
    house = options.house
    aside = house.restore(file)
    print(f"{house.config.database} is now what {file.name} was.")
    if aside is not None:
        print(f"The database from before lies in {aside.name}.")
    print("What was told since that backup may be told again, under the same ids.")
    return Exit.OK
