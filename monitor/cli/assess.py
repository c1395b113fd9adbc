"""``cmaa-monitor assess``: any texts judged by the rules in force, one line each; nothing is stored."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

import click
import msgspec
from msgspec import Struct

from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.cli.output import one_line, write_json_line
from monitor.cli.plain import date_body, reason_body
from monitor.model.errors import UsageError

if TYPE_CHECKING:
    from monitor.assess.rules import Rules
    from monitor.model.assessment import Assessment

MAX_LINE_BYTES = 16 * 1024 * 1024
"""A longer line is named and passed over: no notice or policy comes near it."""

_Plain = str | int | float | None
_PLAIN = (str, int, float, type(None))


class _Line(Struct):
    """The members of a line that are read; all others are passed over."""

    id: _Plain = None
    source: _Plain = None
    title: _Plain = None
    text: _Plain = None
    url: _Plain = None
    date: _Plain = None


_LINES = msgspec.json.Decoder(_Line)


class Given(Struct, frozen=True, kw_only=True):
    """One item as handed in. ``seen``: the day its ``date`` names, None when it names none."""

    id: str
    source: str
    title: str
    text: str
    seen: date | None


@click.command()
@click.argument("items", type=click.File("rb"), metavar="ITEMS.jsonl", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON lines on a terminal too (a pipe always gets them).")
@click.option(
    "--as-of",
    "as_of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day to count deadlines from (default: today).",
)
@click.option("--replay", "replay", is_flag=True, help="The stored history under the rules in force, instead of items.")
@click.option("--since", metavar="WHEN", help="With --replay: 7d, 2w, last-monday or a date (default: all).")
@click.option(
    "--rules", "folder", metavar="DIR", help="With --replay: rules in DIR/data/reference, before they are put in force."
)
@click.option(
    "--apply",
    "by",
    metavar="NAME",
    help="With --replay: keep the newer opinions, in NAME's name; nobody is told again.",
)
@click.pass_obj
def assess(
    options: Options,
    items: BinaryIO | None,
    as_json: bool,
    as_of: datetime | None,
    replay: bool,
    since: str | None,
    folder: str | None,
    by: str | None,
) -> int:
    """Judge the items of a file, one JSON object a line (`-`: stdin), with the rules in force; nothing is stored.

    Fields: id, source, title, text, url, date; title or text is needed. Out comes one JSON object for each item. A line
    that cannot be read is named on stderr with its number and the rest is judged; the exit code is then 2.

    What only the record knows is left aside: rules learned from “not relevant”, your tools, dates that people entered.

    With --replay the stored changes are judged anew, and what would change is shown; --apply stores it.
    """
    if replay:
        # Imported here: judging items needs no database.
        from monitor.cli.rejudge import replay_history

        if items is not None or as_of is not None:
            raise UsageError("--replay judges the stored history, each change as on its day: no items and no --as-of.")
        return replay_history(options, since=since, folder=folder, by=by, as_json=as_json)
    if items is None or since or folder or by is not None:
        raise UsageError("Name a file of items, or - for stdin. --since, --rules and --apply go with --replay.")
    return _judge_items(options, items, as_json=as_json, as_of=as_of)


def _judge_items(options: Options, items: BinaryIO, *, as_json: bool, as_of: datetime | None) -> int:
    house = options.house
    today = as_of.date() if as_of else house.wall_clock.now().astimezone(house.config.time_zone).date()
    write = _write_line if not as_json and sys.stdout.isatty() else _write_json
    judge, faults = judge_by(house.rules, today), 0
    for number, found in _read(items):
        if isinstance(found, Given):
            write(found, judge(found))
        else:
            faults += 1
            print(f"{items.name}:{number}: {found}", file=sys.stderr)
    return int(Exit.USAGE if faults else Exit.OK)


def judge_by(rules: "Rules", today: date) -> "Callable[[Given], Assessment]":
    """What makes the opinion about one item, by the same code as any change."""
    from monitor.assess.assess import assess_item

    def judge(given: Given) -> "Assessment":
        return assess_item(given.title, given.text, given.source, rules, today=today, first_seen=given.seen)

    return judge


def _read(items: BinaryIO) -> Iterator[tuple[int, Given | str]]:
    """Line number and item, or what is wrong with the line; blank lines are passed over. Flat in memory."""
    number = 0
    while line := items.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            yield number, f"longer than {MAX_LINE_BYTES // 2**20} MiB; shorten its text"
            while line and not line.endswith(b"\n"):
                line = items.readline(MAX_LINE_BYTES)
            continue
        text = line.strip().removeprefix(b"\xef\xbb\xbf")
        if text:
            yield number, read_item(text, number)


def read_item(line: bytes, number: int) -> Given | str:
    """The item that a line holds, or what is wrong with it. ``number`` stands in for a missing id."""
    try:
        if not line.isascii():
            line.decode()  # what is passed over must be UTF-8, too
        told: _Line | str = _LINES.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        told = _read_anew(line)
    if isinstance(told, str):
        return told
    title, text = _text(told.title), _text(told.text)
    if not (title.strip() or text.strip()):
        return "neither title nor text; there is nothing to judge"
    return Given(
        id=_text(told.id) or str(number), source=_text(told.source), title=title, text=text, seen=_day(_text(told.date))
    )


def _text(value: _Plain) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _read_anew(line: bytes) -> _Line | str:
    """What the fast and strict reader could not read, by the standard library: it takes numbers and halves of signs
    that no standard knows, and says what is wrong with the rest.
    """
    try:
        body = json.loads(line.decode())
    except UnicodeDecodeError as fault:
        return f"not UTF-8 (byte {fault.start + 1}); save the file as UTF-8"
    except (ValueError, RecursionError) as fault:
        return f"not JSON ({one_line(str(fault))}); write one object a line"
    if not isinstance(body, dict):
        return f"a JSON {type(body).__name__}, not an object; write one object a line"
    told = {name: body.get(name) for name in _Line.__struct_fields__}
    for name, value in told.items():
        if not isinstance(value, _PLAIN):
            return f"{name} is a {type(value).__name__}; write a text"
    return _Line(**told)


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None  # a year or a month alone, or words: no day to count from


def item_body(identity: str, opinion: "Assessment") -> dict[str, object]:
    """What is said of one item."""
    return {
        "id": identity,
        "level": opinion.level,
        "tier": opinion.tier,
        "topics": opinion.topics,
        "ai_class": opinion.ai_class,
        "ai_class_basis": opinion.ai_class_basis,
        "codes": opinion.codes,
        "devices": opinion.devices,
        "stage": opinion.stage.after if opinion.stage else None,
        "dates": [date_body(legal) for legal in opinion.dates],
        "confidence": opinion.confidence,
        "confidence_grounds": opinion.confidence_grounds,
        "reasons": [reason_body(reason) for reason in opinion.reasons],
        "rules_version": opinion.rules_version,
    }


def _write_json(given: Given, opinion: "Assessment") -> None:
    write_json_line(item_body(given.id, opinion))


def _write_line(given: Given, opinion: "Assessment") -> None:
    why = opinion.reasons[0] if opinion.reasons else None
    print(one_line(f"{opinion.level:<8} {opinion.tier:<6} {given.id}  {given.title[:100]}"))
    if why:
        print("        ", one_line(f"{why.text} “{why.quote[:120]}”"))
