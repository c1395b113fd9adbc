"""What can happen to a recorded copy, one dataclass each, and the copy it leads to. Pure."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from monitor.model.ids import SourceId

Row = Mapping[str, str]
"""One row of a list: column -> published value."""


class Fault(StrEnum):
    """How a server can fail its reader. APOLOGY: FDA's page for robots. TRUNCATED: half of a packed body."""

    HEALTHY = "healthy"
    APOLOGY = "apology"
    TRUNCATED = "truncated"


class Copy(Struct, frozen=True, kw_only=True):
    """What a source serves at some moment: rows of a list, or the file of a page with the line that rolls on it."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    file: str = ""
    stamp: str = "UPDATED | 2 Min Read"
    fault: Fault = Fault.HEALTHY


class Add(Struct, frozen=True, kw_only=True):
    """New rows at the top, in their given order."""

    source_id: SourceId
    rows: tuple[Row, ...]


class Remove(Struct, frozen=True, kw_only=True):
    source_id: SourceId
    keys: tuple[str, ...]


class Amend(Struct, frozen=True, kw_only=True):
    """New values for some columns of the rows named by their keys."""

    source_id: SourceId
    rows: Mapping[str, Row]


class Shuffle(Struct, frozen=True, kw_only=True):
    """The same rows in another order, the same each time."""

    source_id: SourceId


class Stamp(Struct, frozen=True, kw_only=True):
    """Another reading-time line on a page."""

    source_id: SourceId
    text: str


class Serve(Struct, frozen=True, kw_only=True):
    """Another page in place of the one before."""

    source_id: SourceId
    file: str


class Break(Struct, frozen=True, kw_only=True):
    """The server begins to fail (or, with HEALTHY, stops failing) this source's readers."""

    source_id: SourceId
    fault: Fault


class SetRobots(Struct, frozen=True, kw_only=True):
    """The robots.txt of a whole host."""

    host: str
    text: str


SourceEdit = Add | Remove | Amend | Shuffle | Stamp | Serve | Break
Edit = SourceEdit | SetRobots

KeyOf = Callable[[Row], str]


def edited(copy: Copy, edit: SourceEdit, key_of: KeyOf) -> Copy:
    """The copy after the edit. Raises LookupError, naming the key or column, for an edit that finds nothing to change
    or that adds a row twice.
    """
    match edit:
        case Add(rows=rows):
            return _added(copy, rows, key_of)
        case Remove(keys=keys):
            _must_hold(copy, keys, key_of)
            return replace(copy, rows=tuple(row for row in copy.rows if key_of(row) not in keys))
        case Amend(rows=changed):
            _must_hold(copy, changed, key_of)
            _must_know(copy, changed.values())
            return replace(copy, rows=tuple({**row, **changed.get(key_of(row), {})} for row in copy.rows))
        case Shuffle():
            return replace(copy, rows=tuple(sorted(copy.rows, key=lambda row: _jumble(key_of(row)))))
        case Stamp(text=text):
            return replace(copy, stamp=text)
        case Serve(file=file):
            return replace(copy, file=file)
        case Break(fault=fault):
            return replace(copy, fault=fault)


def _added(copy: Copy, rows: tuple[Row, ...], key_of: KeyOf) -> Copy:
    _must_know(copy, rows)
    whole = tuple({column: row.get(column, "") for column in copy.columns} for row in rows)
    known = {key_of(row) for row in copy.rows}
    twice = [key_of(row) for row in whole if key_of(row) in known]
    if twice:
        raise LookupError(f"{twice[0]} is in the list already")
    return replace(copy, rows=(*whole, *copy.rows))


def _must_hold(copy: Copy, keys: Iterable[str], key_of: KeyOf) -> None:
    held = {key_of(row) for row in copy.rows}
    missing = [key for key in keys if key not in held]
    if missing:
        raise LookupError(f"{missing[0]} is not in the list")


def _must_know(copy: Copy, rows: Iterable[Row]) -> None:
    for row in rows:
        unknown = [column for column in row if column not in copy.columns]
        if unknown:
            raise LookupError(f"the list has no column “{unknown[0]}”")


def _jumble(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
