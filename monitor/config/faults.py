"""Gathers every fault of a settings file, so that a person mends the file once and not once per fault."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from monitor.model.errors import ConfigError, MonitorError, Problem

MAX_FAULTS = 1_000


class Place(Protocol):
    """Anything that stands somewhere in the file; both count from 1."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


@dataclass
class Wrong(MonitorError):
    """One value is not what it should be; ``what`` says why and what to write. Never leaves this room."""

    what: str

    def __str__(self) -> str:
        return self.what


@dataclass(slots=True, kw_only=True)
class Faults:
    """The faults found so far in one file."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, where: str, what: str) -> None:
        if len(self.found) == MAX_FAULTS:  # each one costs time to explain, and nobody reads the rest
            self.stop(place.line, place.column, where or "file", f"more than {MAX_FAULTS} faults; mend those first")
        self.found.append(
            Problem(file=self.file, line=place.line, column=place.column, where=where[:200] or "file", what=what)
        )

    def stop(self, line: int, column: int, where: str, what: str) -> NoReturn:
        """Adds a last fault after which the file cannot be read any further, and raises."""
        self.found.append(Problem(file=self.file, line=line, column=column, where=where, what=what))
        raise ConfigError(self.in_file_order())

    def in_file_order(self) -> tuple[Problem, ...]:
        return tuple(sorted(self.found, key=lambda problem: (problem.line, problem.column)))

    def raise_any(self) -> None:
        """Raises ConfigError with all of them when there is one."""
        if self.found:
            raise ConfigError(self.in_file_order())


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """``did you mean 'every'?`` when one of ``names`` is near, else the list of what is possible."""
    from difflib import get_close_matches  # only a faulty file pays for it

    choices = sorted(names)
    near = get_close_matches(name.lower()[:100], choices, n=1, cutoff=0.6)
    return (
        f"did you mean '{near[0]}'?"
        if near
        else f"possible here: {', '.join(choices[:12])}{' ...' if choices[12:] else ''}"
    )
