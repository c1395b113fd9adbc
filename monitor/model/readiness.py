"""How ready the house itself is to bill a matter: steps that people say are reached. Every word of theirs is kept."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Reach(StrEnum):
    """How far a step is: reached; open (so it is, too, where nobody said anything); or of no concern here."""

    REACHED = "reached"
    OPEN = "open"
    NOT_NEEDED = "not needed"


class StepSaid(Struct, frozen=True, kw_only=True):
    """What a person said of one step of one matter, and since which day it is so. ``id`` is None until it is kept."""

    subject: str
    step: str
    reach: Reach
    on: date
    by: str
    at: datetime
    note: str = ""
    id: str | None = None


class ReadyStep(Struct, frozen=True, kw_only=True):
    """A rung of the ladder, and what comes next ("": nothing); ``said``: the newest word on it."""

    id: str
    says: str
    next_step: str
    said: StepSaid | None = None

    @property
    def reach(self) -> Reach:
        return self.said.reach if self.said else Reach.OPEN


class Readiness(Struct, frozen=True, kw_only=True):
    """The ladder of one matter as it stands, its steps in order; ``history``: all that was said, oldest first."""

    subject: str
    steps: tuple[ReadyStep, ...]
    history: tuple[StepSaid, ...]

    @property
    def stands_at(self) -> ReadyStep | None:
        """The highest step that is reached."""
        return next((step for step in reversed(self.steps) if step.reach is Reach.REACHED), None)

    @property
    def next_open(self) -> ReadyStep | None:
        """The first open step above where it stands; None: nothing is left above."""
        at = self.stands_at
        above = self.steps[self.steps.index(at) + 1 :] if at else self.steps
        return next((step for step in above if step.reach is Reach.OPEN), None)

    @property
    def skipped(self) -> tuple[ReadyStep, ...]:
        """The open steps below where it stands."""
        at = self.stands_at
        below = self.steps[: self.steps.index(at)] if at else ()
        return tuple(step for step in below if step.reach is Reach.OPEN)
