"""``cmaa-monitor evidence``: the saved pages behind a change or a check, as files that prove themselves."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.known import known_change
from monitor.cli.options import Options
from monitor.model.errors import UsageError
from monitor.pipeline.export import ExportFile, Kept, export, of_check, of_snapshot

if TYPE_CHECKING:
    from monitor.store import Store


@click.command()
@click.argument("change_id", required=False, metavar="[CH-…]")
@click.option("--check", "check_id", type=click.IntRange(min=1), metavar="N", help="All that one ledger entry kept.")
@click.option("--snapshot", "snapshot_id", type=click.IntRange(min=1), metavar="N", help="The copy of one snapshot.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="PATH", help="A new folder, or a name with .zip.")
@click.pass_obj
def evidence(
    options: Options, change_id: str | None, check_id: int | None, snapshot_id: int | None, out: Path | None
) -> int:
    """Save the pages before and after a change, byte for byte, with hashes, times, headers and audit entries.

    What is saved can be checked without this program: README.txt in it says how.
    """
    if sum(one is not None for one in (change_id, check_id, snapshot_id)) != 1:
        raise UsageError("Name one: a change (CH-…), a ledger entry (--check N) or a snapshot (--snapshot N).")
    about = change_id.upper() if change_id else f"check-{check_id}" if check_id else f"snapshot-{snapshot_id}"
    path = out or Path(f"evidence-{about}")
    if path.exists():
        raise UsageError(f"{path} is there already; nothing is ever overwritten. Name another with --out.")
    house = options.house
    with house.reader() as store:
        kept = _kept(store, change_id and change_id.upper(), check_id, snapshot_id)
        now = house.clock(store).now()
        named = about if change_id else None
        files = export(store.queries, kept, about=about, change_id=named, now=now, demo=store.is_demo)
    _write(path, files, now)
    print(f"{len(kept)} {'copy' if len(kept) == 1 else 'copies'} in {path}. Check them: sha256sum -c SHA256SUMS")
    return 0


def _kept(store: "Store", change_id: str | None, check_id: int | None, snapshot_id: int | None) -> tuple[Kept, ...]:
    queries = store.queries
    if change_id is not None:
        change = known_change(store, change_id)
        before = of_snapshot(queries, change.before_snapshot_id, "before")
        return (*before, *of_snapshot(queries, change.after_snapshot_id, "after"))
    if check_id is not None:
        check = queries.check(check_id)
        if check is None:
            raise UsageError(f"There is no ledger entry {check_id}. List them: cmaa-monitor checks --since 90d")
        kept = of_check(queries, check)
        nothing = f"Check {check_id} kept no bytes ({check.ruling.verdict.value}: {check.ruling.code})."
    else:
        kept = of_snapshot(queries, snapshot_id, "copy")
        nothing = f"There is no snapshot {snapshot_id}."
    if not kept:
        raise UsageError(nothing)
    return kept


def _write(path: Path, files: Sequence[ExportFile], now: datetime) -> None:
    """A folder, or an archive when the name ends so. A folder of which a part could not be written says so."""
    try:
        if path.suffix.lower() == ".zip":
            stamp = now.timetuple()[:6]
            with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
                for file in files:
                    archive.writestr(zipfile.ZipInfo(file.name, stamp), file.body, zipfile.ZIP_DEFLATED)
            return
        path.mkdir(parents=True)
        for file in files:
            (path / file.name).parent.mkdir(exist_ok=True)
            (path / file.name).write_bytes(file.body)
    except OSError as fault:
        raise UsageError(f"{path}: {fault.strerror}; what is there now is not whole. Name another place.") from fault
