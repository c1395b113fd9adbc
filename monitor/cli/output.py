"""How commands write data: a table (plain and stable when piped), or one versioned JSON object."""

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

RIBBON = "*** DEMO - INVENTED EVENTS - NOT REGULATORY NEWS ***"
"""Stands above everything that is shown from a demo database."""

_INVISIBLE = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_GUTTER = 2
_LEAST_LAST = 24
"""A last column narrower than this is no longer read with ease."""

_ENCODER = msgspec.json.Encoder()

_STYLES = {"ACT": "bold red", "UNVERIFIED": "bold red", "BLOCKED": "bold red", "REVIEW": "bold yellow", "FYI": "dim"}


def write_ribbon(*, demo: bool) -> None:
    """The mark of a demo database, on a line of its own; nothing for a real one."""
    if demo:
        sys.stdout.write(f"{RIBBON}\n")


def write_json(schema: str, body: Mapping[str, object]) -> None:
    """Writes one object; ``schema`` is its name and version (``cmaa-monitor.check.v1``).

    Where stdout cannot carry every sign, JSON's own escapes stand for those it cannot; so they do for the invisible
    signs of a page's text, which on a terminal would turn the text around or hide it.
    """
    escaped = (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
    text = json.dumps({"schema": schema, **body}, ensure_ascii=escaped, indent=2, default=_plain)
    sys.stdout.write(_visible(text) + "\n")


def write_json_line(body: Mapping[str, object]) -> None:
    """Writes one object on a line of its own, its signs as those of ``write_json``."""
    sys.stdout.write(_visible(_json_line(body)) + "\n")


def _json_line(body: Mapping[str, object]) -> str:
    """By the faster writer where it can: it knows UTF-8 alone, and no half of a sign."""
    if (sys.stdout.encoding or "").lower() in {"utf-8", "utf8"}:
        try:
            return msgspec.json.format(_ENCODER.encode(body), indent=0).decode()
        except UnicodeEncodeError:
            pass
    return json.dumps(body, default=_plain)


def _visible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub(lambda sign: json.dumps(sign[0])[1:-1], text)


def write_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Writes comma-separated lines (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows([_no_formula(one_line(cell)) for cell in row] for row in rows)


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _plain(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)


def iso(at: datetime) -> str:
    """``2026-11-18T12:04:11Z``."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local(at: datetime | None, zone: tzinfo) -> str:
    """``2026-11-18 07:04 EST``, or ``-``."""
    return "-" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def write_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, colourful: bool) -> None:
    """Writes an aligned table; on a colour terminal the words that matter stand out, but never colour alone."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    if colourful:
        _write_rich(columns, rows)
        return
    widths = [max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")


def _write_rich(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    # Imported here: a pipe needs none of it, and it costs a tenth of a second.
    from rich.console import Console

    console = Console(highlight=False)
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    beside_last = sum(widths[:-1]) + _GUTTER * len(widths[:-1])
    if console.width - beside_last >= min(widths[-1], _LEAST_LAST):
        console.print(_rich_table(columns, rows))
    else:
        _write_blocks(console, columns, rows)


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> "Table":
    """Only the last column may be broken into lines: ids, dates and results are read and copied whole."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True)
    table.add_column(columns[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    return table


def _write_blocks(console: "Console", columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """For a terminal too narrow for the table: a block of lines for each row, headed by its first cell."""
    from rich.text import Text

    width = max(map(len, columns))
    for first, *others in rows:
        console.print(Text(first, style="bold"), soft_wrap=True)
        for column, cell in zip(columns[1:], others, strict=True):
            console.print(Text.assemble(f"  {column:{width}} ", (cell, _style(cell))), soft_wrap=True)


def _style(cell: str) -> str:
    return _STYLES.get(cell.split(" ")[0], "")


def one_line(cell: str) -> str:
    """Page text made harmless for a terminal: one line, no control or direction characters."""
    text = " ".join(cell.split())
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"})
