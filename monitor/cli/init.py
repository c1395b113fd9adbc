"""``cmaa-monitor init``: a folder with an editable sources.yaml."""

from pathlib import Path

import click

from monitor.cli.options import Options
from monitor.config import shipped
from monitor.model.errors import UsageError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def init(options: Options, folder: Path) -> int:
    """Write an editable sources.yaml into DIR (made when missing). Never overwrites one."""
    target = folder / "sources.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(shipped("sources.yaml").read_text(encoding="utf-8"))
    except FileExistsError as fault:
        raise UsageError(f"{target} exists already and was left as it is.") from fault
    except OSError as fault:
        raise UsageError(f"{target}: {fault.strerror}; choose a folder you may write to.") from fault
    print(target)
    for line in (
        "Next:",
        f"  1. Set time_zone and contact in {target}",
        f"  2. cmaa-monitor --config {_quoted(target)} doctor",
        f"  3. cmaa-monitor --config {_quoted(target)} check",
    ):
        options.note(line)
    return 0


def _quoted(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text
