"""What was altered in the settings, in words; and when watching a source began or stopped."""

from collections.abc import Iterable, Iterator, Sequence

from monitor.compose.hostile import safe_line
from monitor.compose.wording import count, day, local_day
from monitor.model.digest import WatchTurn
from monitor.model.register import Alteration, Altered, Kept, SettingsChange

NAMED = 200
"""So many things are named one by one in the audit chain; the register itself holds them all."""


def told(change: SettingsChange) -> tuple[str, ...]:
    """A line for each thing altered; one in all for the settings with which the register begins."""
    if change.was is None:
        numbers = [count(sum(one.kept is kept for one in change.altered), kept.value) for kept in Kept]
        return (f"first registered: {', '.join(numbers)}",)
    lines = [_line(one) for one in change.altered[:NAMED]]
    rest = len(change.altered) - len(lines)
    return (*lines, f"and {rest} more") if rest else tuple(lines)


def _line(one: Altered) -> str:
    members = f": {', '.join(one.members)}" if one.members else ""
    return f"{one.kept.value} {one.id} {one.alteration.value}{members}"


def turn_lines(turns: Sequence[WatchTurn], time_zone: str) -> Iterator[str]:
    """One line on what is no longer watched, and one on what is watched from now on."""
    for alteration, words in ((Alteration.REMOVED, "Watching stopped"), (Alteration.ADDED, "Watching began")):
        names = "; ".join(_names([one for one in turns if one.alteration is alteration], time_zone))
        if names:
            yield f"{words} (settings change): {names}."


def _names(turns: Iterable[WatchTurn], time_zone: str) -> Iterator[str]:
    for one in turns:
        name = safe_line(one.source_name, 80)
        yield f"{name} ({one.source_id}), {day(local_day(one.at, time_zone))}"
