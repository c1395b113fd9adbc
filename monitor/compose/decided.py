"""A person's decision about a change, in words."""

from datetime import date

from monitor.compose.hostile import safe_line
from monitor.compose.wording import capital, count, day, local_day
from monitor.model.decision import Decision

_NAME = 60
_REASON = 300


def decision_words(said: Decision, time_zone: str) -> str:
    """``Action needed (A. Reader, Nov 18, 2026); owner B. Owner, due Dec 2, 2026: "reason"``."""
    what = capital(said.outcome.value) + (f" of {safe_line(said.duplicate_of, 20)}" if said.duplicate_of else "")
    who = f"({safe_line(said.by, _NAME)}, {day(local_day(said.at, time_zone))})"
    duty = ", ".join(_duty(said))
    why = f': "{safe_line(said.reason, _REASON)}"' if said.reason else ""
    return f"{what} {who}{f'; {duty}' if duty else ''}{why}"


def in_hand_note(said: Decision, today: date) -> str:
    """``action needed, owner B. Owner, due Dec 2, 2026, OVERDUE by 3 days``."""
    late = (today - said.due).days if said.due else 0
    overdue = f"OVERDUE by {count(late, 'day')}" if late > 0 else ""
    return ", ".join(filter(None, (said.outcome.value, *(_duty(said) or ["no owner"]), overdue)))


def _duty(said: Decision) -> list[str]:
    owner = f"owner {safe_line(said.owner, _NAME)}" if said.owner else ""
    due = f"due {day(said.due)}" if said.due else ""
    return [part for part in (owner, due) if part]
