"""``cmaa-monitor tools``: the AI tools that the house runs itself, against which every change is held."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.files import first_bytes
from monitor.cli.options import Options
from monitor.cli.output import local, write_csv, write_json, write_ribbon, write_table
from monitor.cli.readiness import readiness_body, readiness_now
from monitor.cli.touching import by_todays_inventory, open_changes_touching
from monitor.compose.hostile import safe_line
from monitor.compose.readiness import readiness_lines
from monitor.compose.wording import count
from monitor.model.errors import UsageError
from monitor.model.ids import RecordKey, SourceId
from monitor.model.tool import Tool, ToolFault

if TYPE_CHECKING:
    from monitor.assess.tool_sheet import ToolSheet
    from monitor.store import Store

FDA_LIST = SourceId("fda.ai-devices")
EXPORT = (
    "id", "vendor", "product", "fda_number", "ai_class", "class_basis", "class_date", "sites", "owner", "who_bills",
    "codes",
)  # fmt: skip


@click.group()
def tools() -> None:
    """The AI tools you run: import them once, and every change says which of them it touches."""


@tools.command("import")
@click.argument("file", metavar="TOOLS.CSV", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be stored, and store nothing.")
@click.option("--keep-good", is_flag=True, help="Store the sound rows although others have faults.")
@click.option("--by", default="cmaa-monitor tools import", metavar="NAME", help="Who imports; kept in the history.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history.")
@click.pass_obj
def import_tools(options: Options, file: Path, dry_run: bool, keep_good: bool, by: str, reason: str) -> int:
    """Store the tools of TOOLS.CSV: new ones, and new states of those known by their id.

    Columns: vendor, product, fda_number, ai_class (assistive, augmentative, autonomous) with class_basis and
    class_date, sites, owner, who_bills, codes; id where two products share a name. Nothing is stored while a row is at
    fault, unless --keep-good. Tools that the file does not name stay as they are.
    """
    from monitor.assess.tool_sheet import MAX_BYTES, read_tools

    _must_say(by, reason or "-")
    sheet = read_tools(first_bytes(file, MAX_BYTES + 1))
    for fault in sheet.faults:
        click.echo(f"{file.name}: {safe_line(str(fault), 400)}", err=True)
    if not sheet.tools or (sheet.faults and not keep_good):
        raise UsageError(_nothing_stored(file, sheet))
    if dry_run and not options.house.config.database.exists():
        print(f"Would be stored: {count(len(sheet.tools), 'tool')}, all of them new. Nothing was stored (--dry-run).")
        return 0
    with options.house.reader() if dry_run else options.house.writer() as store:
        known = {tool.id: tool for tool in store.inventory() or ()}
        strangers = _strangers(sheet.tools, known)
        if strangers:
            for fault in strangers:
                click.echo(f"{file.name}: {safe_line(str(fault), 400)}", err=True)
            raise UsageError(f"{file.name}: nothing was stored; mend what is named above and import again.")
        changed = [tool for tool in sheet.tools if known.get(tool.id) != tool]
        if not dry_run:
            at = options.house.clock(store).now()
            with store.unit() as unit:
                unit.keep_tools(changed, by=by.strip(), reason=reason.strip() or f"import of {file.name}", at=at)
        _report(store, sheet.tools, changed, known, dry_run=dry_run)
    return 0


def _nothing_stored(file: Path, sheet: "ToolSheet") -> str:
    rows = len({fault.row for fault in sheet.faults})
    sound = f"; {count(len(sheet.tools), 'row')} would be sound: --keep-good stores them" if sheet.tools else ""
    return f"{file.name}: {count(rows, 'row')} with faults, named above; nothing was stored{sound}."


def _strangers(found: Sequence[Tool], known: dict[str, Tool]) -> list[ToolFault]:
    """Tools that would take the id or the FDA number of another one that is known already."""
    by_number = {tool.fda_number: tool for tool in known.values() if tool.fda_number}
    faults = []
    for tool in found:
        held, twin = known.get(tool.id), by_number.get(tool.fda_number)
        if held and held.vendor != tool.vendor and held.fda_number != tool.fda_number:
            what = (
                f"{tool.id} is another tool in the inventory ({held.vendor}, {held.product}); give this one its own id"
            )
            faults.append(ToolFault(row=None, column="id", what=what))
        elif twin and twin.id != tool.id:
            what = f"{tool.fda_number} is the number of {twin.id} in the inventory; write that id, or remove it first"
            faults.append(ToolFault(row=None, column="fda_number", what=what))
    return faults


def _report(
    store: "Store", found: Sequence[Tool], changed: Sequence[Tool], known: dict[str, Tool], *, dry_run: bool
) -> None:
    new = sum(tool.id not in known for tool in changed)
    others = len(known.keys() - {tool.id for tool in found})
    lead = "Would be stored" if dry_run else "Stored"
    print(f"{lead}: {new} new, {len(changed) - new} changed, {len(found) - len(changed)} as they were.")
    if others:
        print(f"{count(others, 'tool')} of the inventory not in this file: kept. Remove: cmaa-monitor tools remove ID")
    listed = _fda_list(store)
    for tool in found:
        if listed is not None and tool.fda_number and tool.fda_number not in listed:
            print(
                f"Note: {safe_line(tool.product, 60)} ({tool.fda_number}) is not on FDA's list of AI-enabled devices."
            )
    for kept, matches in open_changes_touching(store, found):
        names = ", ".join(safe_line(match.product, 60) for match in matches[:3])
        print(f"Open: {kept.change.id} touches {names}. {safe_line(kept.change.headline, 90)}")
    if dry_run:
        print("Nothing was stored (--dry-run).")


def _fda_list(store: "Store") -> frozenset[RecordKey] | None:
    """The submission numbers on FDA's list as last verified; None when it was not read yet."""
    state = store.states().get(FDA_LIST)
    if state is None or state.snapshot_id is None:
        return None
    return frozenset(record.key for record in store.snapshot(state.snapshot_id).records)


@tools.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="A CSV that can be edited and imported again.")
@click.pass_obj
def list_tools(options: Options, as_json: bool, as_csv: bool) -> int:
    """List the inventory, and whether each tool is on FDA's list now."""
    with options.house.reader() as store:
        found, listed, demo = store.inventory(), _fda_list(store), store.is_demo
    if as_json:
        body = None if found is None else [tool_body(tool, _standing(tool, listed)) for tool in found]
        write_json("cmaa-monitor.tools.v1", {"demo": demo, "tools": body})
    elif as_csv:
        write_csv(EXPORT, [_csv_row(tool) for tool in found or ()])
    else:
        write_ribbon(demo=demo)
        if found:
            write_table(
                ("ID", "PRODUCT", "VENDOR", "FDA NUMBER", "FDA LIST", "CLASS", "SITES", "OWNER", "CODES"),
                [_row(tool, _standing(tool, listed)) for tool in found],
                colourful=options.colourful,
            )
        else:
            options.note("The inventory is empty." if found is not None else _NO_INVENTORY)
    return 0


_NO_INVENTORY = "No inventory was imported yet: cmaa-monitor tools import tools.csv"


def _standing(tool: Tool, listed: frozenset[RecordKey] | None) -> str:
    if not tool.fda_number:
        return "no number"
    return "not read yet" if listed is None else "listed" if tool.fda_number in listed else "NOT LISTED"


def _row(tool: Tool, standing: str) -> tuple[str, ...]:
    cells = (tool.product, tool.vendor, tool.fda_number, standing, tool.ai_class or "not set")
    more = (", ".join(tool.sites), tool.owner, " ".join(tool.codes))
    return (tool.id, *(safe_line(cell, 60) or "-" for cell in (*cells, *more)))


def _csv_row(tool: Tool) -> tuple[str, ...]:
    day = tool.class_on.isoformat() if tool.class_on else ""
    known = (tool.id, tool.vendor, tool.product, tool.fda_number, tool.ai_class or "", tool.class_basis, day)
    return (*known, ";".join(tool.sites), tool.owner, tool.who_bills, ";".join(tool.codes))


def tool_body(tool: Tool, standing: str | None = None) -> dict[str, object]:
    """A tool as plain JSON values; ``fda_list`` says whether it is on FDA's list now."""
    body: dict[str, object] = {
        "id": tool.id,
        "vendor": tool.vendor,
        "product": tool.product,
        "fda_number": tool.fda_number or None,
        "ai_class": tool.ai_class,
        "class_basis": tool.class_basis or None,
        "class_date": tool.class_on,
        "sites": list(tool.sites),
        "owner": tool.owner or None,
        "who_bills": tool.who_bills or None,
        "codes": list(tool.codes),
    }
    return body if standing is None else body | {"fda_list": standing}


@tools.command("show")
@click.argument("tool_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def show_tool(options: Options, tool_id: str, as_json: bool) -> int:
    """Show one tool with every state it was in, and the changes that touched it."""
    with options.house.reader() as store:
        history, demo, listed = store.tool_history(tool_id.lower()), store.is_demo, _fda_list(store)
        kept, inventory = store.queries.changes(), store.inventory()
        ready = readiness_now(options.house, store, f"tool:{tool_id.lower()}")
        today = options.house.clock(store).now().astimezone(options.house.config.time_zone).date()
    if not history:
        raise UsageError(f"There is no tool {tool_id}. List them: cmaa-monitor tools list")
    touching = [
        one
        for one in kept
        if any(match.tool_id == tool_id.lower() for match in by_todays_inventory(one, inventory).tools)
    ]
    states: list[dict[str, object]] = [
        {"at": one.at, "by": one.by, "reason": one.reason, "tool": tool_body(one.tool) if one.tool else None}
        for one in history
    ]
    tool, zone = history[-1].tool, options.house.config.time_zone
    standing = _standing(tool, listed) if tool else "removed"
    if as_json:
        changes = [{"id": one.change.id, "headline": one.change.headline} for one in touching]
        told = {"history": states, "changes": changes, "readiness": readiness_body(ready) if ready.history else None}
        write_json("cmaa-monitor.tool.v1", {"demo": demo, "fda_list": standing, **told})
        return 0
    write_ribbon(demo=demo)
    for name, value in (tool_body(tool, standing) if tool else {"id": tool_id, "fda_list": standing}).items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "-")
        print(f"  {name:<12} {safe_line(shown, 400)}")
    for line in readiness_lines(ready, today) if ready.history else ():
        print(f"  {line}")
    for one in history:
        what = "set" if one.tool else "taken out"
        print(f"  {local(one.at, zone)}  {what} by {safe_line(one.by, 80)}: {safe_line(one.reason, 200)}")
    for change in touching:
        print(f"  {change.change.id}  {change.assessment.tier.value}  {safe_line(change.change.headline, 90)}")
    return 0


@tools.command("remove")
@click.argument("tool_id", metavar="ID")
@click.option("--by", required=True, metavar="NAME", help="Who takes it out; kept in the history.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the history.")
@click.pass_obj
def remove_tool(options: Options, tool_id: str, by: str, reason: str) -> int:
    """Take a tool out of the inventory; its history stays."""
    _must_say(by, reason)
    house = options.house
    with house.writer() as store:
        if tool_id.lower() not in {tool.id for tool in store.inventory() or ()}:
            raise UsageError(f"There is no tool {tool_id} in the inventory. List them: cmaa-monitor tools list")
        with store.unit() as unit:
            unit.take_out_tool(tool_id.lower(), by=by.strip(), reason=reason.strip(), at=house.clock(store).now())
    print(f"{tool_id.lower()} is no longer in the inventory; its history stays.")
    return 0


def _must_say(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip() or len(by) > 200 or len(reason) > 500:
        raise UsageError("--by and --reason must say something, in at most 200 and 500 characters.")
