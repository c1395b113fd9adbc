"""Comparing two keyed lists: by key, field by field, whatever the order of rows or the format they came in."""

import re
from collections.abc import Mapping
from typing import Final

from monitor.compare.aliases import NONE
from monitor.compare.canonical import fold, spelling
from monitor.compare.versions import successions
from monitor.model.difference import Act, Difference, FieldChange, Weight
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot

_PARTS: Final = re.compile(r"[()\r\n]+")


def compare_records(before: Snapshot, after: Snapshot, *, aliases: Mapping[str, str] = NONE) -> tuple[Difference, ...]:
    """The records added (in the order of ``after``), then removed, then modified.

    ``aliases``: folded value -> folded usual value (see ``folded_aliases``); edits between the two are editorial. Only
    fields that differ are named, with their published values. The key says which records belong together; a document's
    next version is a modification of the one before it (see ``versions``).
    """
    old, new = _by_key(before.records), _by_key(after.records)
    heirs = successions(before, after)
    inherited = {heir: old[key] for key, heir in heirs.items()}
    added = [_appeared(record) for key, record in new.items() if key not in old and key not in inherited]
    removed = [_vanished(record) for key, record in old.items() if key not in new and key not in heirs]
    pairs = ((old.get(key) or inherited[key], record) for key, record in new.items() if key in old or key in inherited)
    modified = [
        found for one, other in pairs if one.fields != other.fields and (found := _modified(one, other, aliases))
    ]
    return (*added, *removed, *modified)


def _by_key(records: tuple[Record, ...]) -> dict[RecordKey, Record]:
    """The first of each key: vetting refuses a copy with repeated keys, so this only makes the outcome definite."""
    found: dict[RecordKey, Record] = {}
    for record in records:
        found.setdefault(record.key, record)
    return found


def _appeared(record: Record) -> Difference:
    return Difference(act=Act.ADDED, key=record.key, label=record.label, before=None, after=record)


def _vanished(record: Record) -> Difference:
    return Difference(act=Act.REMOVED, key=record.key, label=record.label, before=record, after=None)


def _modified(before: Record, after: Record, aliases: Mapping[str, str]) -> Difference | None:
    names = dict.fromkeys((*after.fields, *before.fields))
    found = tuple(change for name in names if (change := _field(name, before, after, aliases)))
    if not found:
        return None
    return Difference(act=Act.MODIFIED, key=after.key, label=after.label, before=before, after=after, fields=found)


def continued(before: Record, after: Record, aliases: Mapping[str, str] = NONE) -> Difference:
    """The record that stood on an earlier list and now stands on this one, as one modified record.

    Only what both lists tell is compared: they have different columns, and the earlier one leaves more of them open.
    """
    shared = [name for name in after.fields if before.fields.get(name)]
    found = tuple(change for name in shared if (change := _field(name, before, after, aliases)))
    return Difference(act=Act.MODIFIED, key=after.key, label=after.label, before=before, after=after, fields=found)


def _field(name: str, before: Record, after: Record, aliases: Mapping[str, str]) -> FieldChange | None:
    old, new = before.fields.get(name, ""), after.fields.get(name, "")
    if old == new or spelling(old) == spelling(new):
        return None
    return FieldChange(name=name, old=old, new=new, weight=weigh(old, new, aliases))


def weigh(old: str, new: str, aliases: Mapping[str, str]) -> Weight:
    """Editorial when both values fold to the same text, or to spellings known to mean the same.

    What stands in brackets or on a line of its own is looked up by itself: a contractor's name is followed by its
    contracts, and two contractors may share a document.
    """
    same = fold(old) == fold(new) or (bool(aliases) and _usual(old, aliases) == _usual(new, aliases))
    return Weight.EDITORIAL if same else Weight.MATERIAL


def _usual(text: str, aliases: Mapping[str, str]) -> list[str]:
    parts = (fold(part) for part in _PARTS.split(text))
    return [aliases.get(part, part) for part in parts if part]
