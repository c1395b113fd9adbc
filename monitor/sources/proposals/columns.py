"""Which columns of a list tell its rows apart, name them and date them: guesses from names and values."""

import re
from collections.abc import Sequence
from itertools import combinations
from statistics import fmean
from typing import Final

from monitor.formats.dates import iso_date
from monitor.model.source import Reading

Rows = Sequence[Sequence[str]]

_ID_NAME: Final = re.compile(
    r"\b(?:ids?|identifier|no|nr|num|number|code|key|ref|reference|docket|sku|guid|uuid|slug)\b"
)
_LABEL_NAME: Final = re.compile(r"\b(?:title|name|description|subject|topic|device|policy|service|test|document)\b")
_WORD_BORDER: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
_AMOUNT: Final = re.compile(r"[-+$€£]?\s?[\d,]*\.?\d+\s?%?")
_LONGEST_KEY: Final = 120
_WIDEST: Final = 10
_SAMPLE: Final = 200
_MOST_COLUMNS: Final = 100  # beyond it nobody keeps an id


def reading_of(columns: Sequence[str], rows: Rows) -> Reading | None:
    """Key, label and dates; None when no column, and no two of them, have another value in every row."""
    columns = columns[:_MOST_COLUMNS]
    key = _key(columns, rows)
    if key is None:
        return None
    dates = tuple(name for place, name in enumerate(columns) if name not in key and _is_dates(_column(rows, place)))
    return Reading(key=key, label=_label(columns, rows, {*key, *dates}), dates=dates)


def _column(rows: Rows, place: int) -> list[str]:
    return [row[place].strip() for row in rows]


def _key(columns: Sequence[str], rows: Rows) -> tuple[str, ...] | None:
    """The likeliest column that no two rows share, else the likeliest two that no two rows share together."""
    full = [place for place in range(len(columns)) if _can_be_key(_column(rows, place))]
    ranked = sorted(full, key=lambda place: (_rank(columns[place], _column(rows, place)), place))[:_WIDEST]
    for size in (1, 2):
        for places in combinations(ranked, size):
            if len({tuple(row[place].strip() for place in places) for row in rows}) == len(rows):
                return tuple(columns[place] for place in sorted(places))
    return None


def _can_be_key(values: list[str]) -> bool:
    return all(values) and max(map(len, values), default=0) <= _LONGEST_KEY


def _rank(name: str, values: list[str]) -> int:
    """0: called like an id; 1: looks like codes or addresses; 2: words; 3: dates and amounts, unique by chance."""
    if _ID_NAME.search(_words(name)):
        return 0
    sample = values[:_SAMPLE]
    if _is_dates(sample) or all(_AMOUNT.fullmatch(value) for value in sample):
        return 3
    return 1 if all(" " not in value and re.search(r"[\d/]", value) for value in sample) else 2


def _words(name: str) -> str:
    """``policyNumber`` and ``POLICY_NUMBER`` are ``policy number``."""
    return " ".join(_WORD_BORDER.sub(" ", name).lower().split())


def _is_dates(values: Sequence[str]) -> bool:
    filled = [value for value in values[:_SAMPLE] if value]
    return len(filled) > 0 and all(not value.isdigit() and iso_date(value) for value in filled)


def _label(columns: Sequence[str], rows: Rows, taken: set[str]) -> str | None:
    """The column called like a name, else the one with the longest words; None when there is none left."""
    left = [place for place, name in enumerate(columns) if name not in taken]
    named = next((columns[place] for place in left if _LABEL_NAME.search(_words(columns[place]))), None)
    if named is not None or not left or not rows:
        return named
    longest = max(left, key=lambda place: fmean(map(len, _column(rows[:_SAMPLE], place))))
    return columns[longest]
