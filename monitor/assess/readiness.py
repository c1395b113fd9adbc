"""The ladder of the house's own readiness: the file of its steps, and what the record makes of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from monitor.assess.reading import Reading
from monitor.model.errors import ConfigError
from monitor.model.readiness import Readiness, ReadyStep, StepSaid

FILE: Final = "readiness.yaml"


def read_steps(files: Mapping[str, str]) -> tuple[ReadyStep, ...]:
    """The steps in the file's order. Raises ``ConfigError`` with every fault."""
    reading = Reading(file=FILE)
    root = reading.load(files.get(FILE, ""))
    reading.check_keys(root, {"version", "steps"}, {"version", "steps"})
    rows = list(reading.rows(root, "steps"))
    for row in rows:
        reading.check_keys(row, {"id", "says", "next"}, {"id", "says"})
    steps = tuple(
        ReadyStep(id=reading.text(row, "id"), says=reading.text(row, "says"), next_step=reading.text(row, "next"))
        for row in rows
    )
    if not steps:
        reading.fault(root, "there is no step; write at least one")
    if len({step.id for step in steps}) < len(steps):
        reading.fault(root, "two steps have one id")
    if reading.problems:
        raise ConfigError(tuple(reading.problems))
    return steps


def readiness_of(subject: str, steps: Sequence[ReadyStep], said: Iterable[StepSaid]) -> Readiness:
    """The ladder of ``subject``. ``said``: of any matter, oldest first; the newest word on each step counts."""
    history = tuple(one for one in said if one.subject == subject)
    newest = {one.step: one for one in history}
    return Readiness(
        subject=subject, steps=tuple(replace(step, said=newest.get(step.id)) for step in steps), history=history
    )


def all_readiness(steps: Sequence[ReadyStep], said: Sequence[StepSaid]) -> tuple[Readiness, ...]:
    """Of every matter that anything was ever said of, by its name."""
    return tuple(readiness_of(subject, steps, said) for subject in sorted({one.subject for one in said}))
