"""Windows that a rule of the process sets where the list states no day: comment and notice periods of local coverage
documents, and the time that Medicare has for a national decision.

Each is counted from the day on which the step was reached, and says so; a day that is stated always counts instead.
"""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from monitor.assess.days import read_date
from monitor.assess.items import Item
from monitor.assess.rulebook import Rules
from monitor.assess.stages import has_moved, stage_of, step_of
from monitor.model.assessment import Basis, DateKind, LegalDate
from monitor.model.difference import Act

_FRESH: Final = timedelta(days=14)
"""A row's own day of update is the day of the step when it is so near to the day it was first seen."""


class Window(Struct, frozen=True, kw_only=True):
    """What ends so many days or months after a step; ``unless``: kinds of date that say it better when they are
    stated. ``rule``: where the length is from.
    """

    kind: DateKind
    days: int = 0
    months: int = 0
    unless: frozenset[DateKind] = frozenset()
    rule: str


_COMMENT: Final = Window(
    kind=DateKind.COMMENT_CLOSES,
    days=45,
    rule="local coverage process of CMS: a proposed LCD is open for comment for 45 days at least",
)
_WINDOWS: Final = {
    ("lcd", "proposed"): _COMMENT,
    ("lcd", "in-comment"): _COMMENT,
    ("lcd", "notice"): Window(
        kind=DateKind.NOTICE_ENDS,
        days=45,
        unless=frozenset({DateKind.EFFECTIVE}),
        rule="local coverage process of CMS: a final LCD is in notice for 45 days at least",
    ),
    ("ncd", "opened"): Window(
        kind=DateKind.DECISION_DUE,
        months=6,
        rule="national coverage process of CMS: a proposed decision within six months of the opening",
    ),
    ("ncd", "proposed"): Window(
        kind=DateKind.COMMENT_CLOSES,
        days=30,
        rule="national coverage process of CMS: a proposed decision is open for comment for 30 days",
    ),
}


def window_of(item: Item, rules: Rules, stated: Collection[DateKind], first_seen: date) -> LegalDate | None:
    """When the window of the step closes that the item has just reached; None where a day is stated or no rule sets
    one. ``stated``: the kinds of date that the item states.
    """
    if item.act is not Act.ADDED and not has_moved(stage_of(item, rules)):
        return None
    ladder, step = step_of(item, rules) or ("", None)
    window = _WINDOWS.get((ladder, step.id)) if step else None
    if window is None or window.kind in stated or not window.unless.isdisjoint(stated):
        return None
    begun, whence = _begun(item, first_seen)
    return LegalDate(
        kind=window.kind,
        on=months_on(begun, window.months) + timedelta(days=window.days),
        basis=Basis.COMPUTED,
        ground=f"{window.rule}, counted from {begun.isoformat()}, {whence}",
        key=item.key,
    )


def _begun(item: Item, first_seen: date) -> tuple[date, str]:
    updated = read_date(item.value("updatedon", "lastupdated"))
    if updated and timedelta() <= first_seen - updated <= _FRESH:
        return updated, "the day of its last update"
    return first_seen, "the day it was first seen"


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
