"""The house's own readiness in words."""

from collections.abc import Iterator
from datetime import date

from monitor.compose.hostile import safe_line
from monitor.compose.wording import capital, count, day, listed
from monitor.model.readiness import Readiness, ReadyStep, StepSaid

_NAME = 60
_NOTE = 300


def readiness_line(ready: Readiness, today: date) -> str:
    """``Code in force since Jan 1, 2021 (A. Reader), here for 30 days. Next: Medicare priced.``"""
    at, above = ready.stands_at, ready.next_open
    where = _where(at, today) if at else "No step is reached yet"
    left = f" Open below it: {listed((safe_line(one.says, 40) for one in ready.skipped), 4)}." if ready.skipped else ""
    return f"{where}. {f'Next: {safe_line(above.says, 60)}.' if above else 'Nothing is left to reach.'}{left}"


def _where(at: ReadyStep, today: date) -> str:
    assert at.said is not None  # noqa: S101 - it stands there because somebody said so
    since = f"since {day(at.said.on)} ({safe_line(at.said.by, _NAME)})"
    return f"{capital(safe_line(at.says, 60))} {since}, here for {count(max((today - at.said.on).days, 0), 'day')}"


def readiness_lines(ready: Readiness, today: date) -> Iterator[str]:
    """The whole ladder for a terminal: where it stands, what is expected next, and every step in order."""
    yield f"Our readiness for {safe_line(ready.subject, 60)}: {readiness_line(ready, today)}"
    at = ready.stands_at
    if at and at.next_step and ready.next_open:
        yield f"  Next expected: {safe_line(at.next_step, 160)}."
    for step in ready.steps:
        name = f"{capital(safe_line(step.says, 60))} [{safe_line(step.id, 40)}]"
        yield f"  {step.reach.value:<10}  {name}{_said(step.said)}"


def _said(said: StepSaid | None) -> str:
    return f": {_word(said)}" if said else ""


def _word(said: StepSaid) -> str:
    note = f': "{safe_line(said.note, _NOTE)}"' if said.note else ""
    return f"since {day(said.on)}, by {safe_line(said.by, _NAME)}{note}"


def history_lines(ready: Readiness) -> Iterator[str]:
    """All that was ever said, oldest first."""
    for one in ready.history:
        yield f"{one.id}  {safe_line(one.step, 40)}: {one.reach.value.upper()} {_word(one)}"
    if not ready.history:
        yield "Nothing was said of it yet."
