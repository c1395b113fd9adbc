"""Documents behind lists in a table: many that are alike share a row, so that hundreds of them fit a screen."""

from collections.abc import Callable, Iterable
from typing import TypeVar

FEW = 3
"""So many documents each have a row of their own."""

_T = TypeVar("_T")


def folded(rows: Iterable[_T], kin: Callable[[_T], object | None]) -> list[tuple[_T, ...]]:
    """The rows in their order, more than three of one kin together where the first of them stands. ``kin`` None: it
    stands alone.
    """
    groups: dict[object, list[_T]] = {}
    for number, row in enumerate(rows):
        found = kin(row)
        groups.setdefault(number if found is None else (found,), []).append(row)
    parts = ([tuple(group)] if len(group) > FEW else [(row,) for row in group] for group in groups.values())
    return [part for group in parts for part in group]


def documents_of(parent: str | None, number: int) -> str:
    """The name of such a row."""
    return f"└ {number:,} documents behind {parent}"
