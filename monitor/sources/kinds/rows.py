"""Rows to records: names matched, keys built, dates made ISO, rows published twice collapsed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from monitor.formats.dates import iso_date
from monitor.formats.text import clean, collapse, repair_c1
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Duplicate, Record
from monitor.model.source import Contract, Reading

_NO_LETTER: Final = re.compile(r"[\W_]+")
_NAMED_MOST: Final = 5


def bare(text: str) -> str:
    """Text without case, spaces, punctuation and damaged letters: ``Panel (lead)`` and ``panel_lead`` are one."""
    return _NO_LETTER.sub("", repair_c1(text).casefold())


def canonical_names(found: Sequence[str], reading: Reading, contract: Contract) -> tuple[str, ...]:
    """The columns found, each in the spelling the source's entry uses for it where it names it."""
    listed = (*reading.key, *reading.fields, *reading.dates, *contract.columns, *(name for name, _ in reading.where))
    named = (*listed, *(name for name in (reading.label, reading.link_field) if name))
    spelling = {bare(name): name for name in reversed(named)}
    chosen: dict[str, None] = {}
    for name in found:
        wanted = spelling.get(bare(name), name) if bare(name) else name
        chosen[name if wanted in chosen else wanted] = None
    return tuple(chosen)


def require(names: Iterable[str], found: Sequence[str]) -> None:
    """Raises ``Unreadable`` (``key-missing``) when a column that makes up the key is not there."""
    missing = [name for name in names if name not in found]
    if missing:
        shown = ", ".join(f"“{collapse(name)}”" for name in found[:12]) or "none"
        raise Unreadable(
            "key-missing",
            f"The list has no column {' and '.join(f'“{name}”' for name in missing)}, by which its rows are told apart;"
            f" its columns are {shown}.",
        )


def record(fields: Mapping[str, str], reading: Reading, *, position: int, url: str | None) -> Record:
    """One row as a record; ``position`` counts rows from 1.

    Raises ``Unreadable`` (``key-missing``) for a row without key.
    """
    key = _key(fields, reading.key)
    if not key:
        told = next((collapse(value)[:60] for value in fields.values() if value), "")
        raise Unreadable(
            "key-missing",
            f"Row {position} of the list (“{told}”) has no {' and '.join(reading.key)}; rows cannot be told apart.",
        )
    label = fields.get(reading.label or "", "") or key
    return Record(key=RecordKey(key), label=collapse(label), fields=_kept(fields, reading), url=url)


def _key(fields: Mapping[str, str], names: Sequence[str]) -> str:
    """The key's parts with spaces between; a version is marked as such: ``L39840 v14``."""
    if len(names) == 1:
        return _key_part(names[0], fields.get(names[0], ""))
    parts = [_key_part(name, fields.get(name, "")) for name in names]
    return " ".join(parts) if all(parts) else ""


def _key_part(name: str, value: str) -> str:
    part = collapse(value)
    return f"v{part}" if part.isdigit() and _is_version(name) else part


@lru_cache(maxsize=64)
def _is_version(name: str) -> bool:
    return bare(name).endswith("version")


def _kept(fields: Mapping[str, str], reading: Reading) -> dict[str, str]:
    names, dates = _kept_names(reading.fields or tuple(fields), reading.dates, reading.drop)
    kept = {name: fields[name] for name in names if name in fields}
    for name in dates:
        if name in kept:
            kept[name] = _dated(kept[name])
    return kept


@lru_cache(maxsize=64)  # the rows of a list have the same names, and lists are long
def _kept_names(
    names: tuple[str, ...], dates: tuple[str, ...], drop: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names not dropped, and those of them that hold a date."""
    kept = tuple(name for name in names if not is_dropped(name, drop))
    return kept, tuple(name for name in kept if name in dates)


def is_dropped(name: str, drop: tuple[str, ...]) -> bool:
    """Whether ``drop`` names the field (its spelling aside)."""
    return any(bare(dropped) == bare(name) for dropped in drop)


def _dated(value: str) -> str:
    return iso_date(value) or clean(value)


def passes(fields: Mapping[str, str], where: Sequence[tuple[str, str]]) -> bool:
    """Whether a row has every value asked for (case and spaces aside)."""
    return not where or all(
        collapse(fields.get(name, "")).casefold() == collapse(value).casefold() for name, value in where
    )


def collapse_duplicates(records: Iterable[Record]) -> tuple[tuple[Record, ...], tuple[Duplicate, ...]]:
    """One record a key, in first-seen order, and what was dropped for it.

    Of several spellings the least in string order is kept, so that re-sorting a list never changes what is believed.
    """
    kept: dict[RecordKey, Record] = {}
    dropped: list[tuple[RecordKey, Record]] = []
    for one in records:
        other = kept.setdefault(one.key, one)
        if other is not one:
            first, second = sorted((other, one), key=_spelling)
            kept[one.key] = first
            dropped.append((one.key, second))
    duplicates = (Duplicate(key=key, kept=kept[key].fields, dropped=one.fields) for key, one in dropped)
    return tuple(kept.values()), tuple(duplicates)


def _spelling(one: Record) -> list[tuple[str, str]]:
    return sorted(one.fields.items())


def refuse_contradictions(duplicates: Iterable[Duplicate]) -> None:
    """Raises ``Unreadable`` (``duplicate-keys``) for rows of one key that differ in more than spelling.

    Neither of two such rows can be believed, and to take the last one would be to invent a change.
    """
    torn = list(dict.fromkeys(duplicate.key for duplicate in duplicates if not _agree(duplicate)))
    if torn:
        shown = ", ".join(torn[:_NAMED_MOST]) + (" and more" if len(torn) > _NAMED_MOST else "")
        raise Unreadable(
            "duplicate-keys", f"The list holds rows that contradict each other under one identifier: {shown}."
        )


def _agree(duplicate: Duplicate) -> bool:
    names = {*duplicate.kept, *duplicate.dropped}
    return all(bare(duplicate.kept.get(name, "")) == bare(duplicate.dropped.get(name, "")) for name in names)
