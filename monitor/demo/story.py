"""Reads the story of the demo: which copies are served at first, and what happens to them on which day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from monitor.demo.edits import Add, Amend, Break, Edit, Fault, Remove, Row, Serve, SetRobots, Shuffle, Stamp
from monitor.model.errors import MonitorError
from monitor.model.ids import SourceId

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class BrokenStory(MonitorError):
    """The story shipped with the program contradicts itself: a fault of ours, or of who edited it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"story.yaml: {self.where}: {self.what}"


class Recorded(Struct, frozen=True, kw_only=True):
    """One source as it is recorded. ``form`` names how a copy is written out (see ``forms``), ``key`` the columns that
    name a row. ``given`` columns are the same in each row; ``view`` is the pattern of a row's own address.
    """

    source_id: SourceId
    form: str
    base: str
    key: tuple[str, ...] = ()
    given: Row = field(default_factory=lambda: MappingProxyType({}))
    view: str | None = None

    def key_of(self, row: Row) -> str:
        """The columns of the key with a blank between them."""
        return " ".join(row[column] for column in self.key)


class Step(Struct, frozen=True, kw_only=True):
    """Edits that take effect before the first check of a day."""

    on: date
    edits: tuple[Edit, ...]


class StoryWeek(Struct, frozen=True, kw_only=True):
    """Monday to Sunday under one heading."""

    monday: date
    heading: str
    steps: tuple[Step, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=n) for n in range(7))

    def edits_on(self, day: date) -> tuple[Edit, ...]:
        """All edits of one day, in the story's order."""
        return tuple(edit for step in self.steps if step.on == day for edit in step.edits)


class Story(Struct, frozen=True, kw_only=True):
    """The whole of it. ``folder`` holds the recorded files."""

    folder: Path
    sources: Mapping[SourceId, Recorded]
    weeks: tuple[StoryWeek, ...]


def read_story(folder: Path) -> Story:
    """The story in ``folder``. Raises BrokenStory, naming the place of the first contradiction."""
    # Imported here: only the demo's own run needs YAML.
    import yaml

    # The base loader reads every value as text, so that 10 stays a version and 2026-10-07 a date as published.
    written = yaml.BaseLoader((folder / "story.yaml").read_text(encoding="utf-8")).get_single_data()
    _only(written, {"start", "sources", "weeks"}, "top")
    start = date.fromisoformat(written["start"])
    if start.weekday() != 0:
        raise BrokenStory("start", f"{start} is no Monday; the weeks begin on one")
    sources = {SourceId(name): _recorded(name, one, folder) for name, one in written["sources"].items()}
    reader = _Reader(sources, folder)
    weeks = tuple(reader.week(one, start + timedelta(weeks=n)) for n, one in enumerate(written["weeks"]))
    return Story(folder=folder, sources=sources, weeks=weeks)


def _recorded(name: str, written: Mapping[str, Any], folder: Path) -> Recorded:
    where = f"sources.{name}"
    _only(written, {"form", "base", "key", "given", "view"}, where)
    _must_be_there(folder, written["base"], where)
    return Recorded(
        source_id=SourceId(name),
        form=written["form"],
        base=written["base"],
        key=tuple(written.get("key", ())),
        given=written.get("given", {}),
        view=written.get("view"),
    )


_READ: Mapping[str, Callable[[SourceId, Any], Edit]] = {
    "add": lambda source_id, rows: Add(source_id=source_id, rows=tuple(rows)),
    "remove": lambda source_id, keys: Remove(source_id=source_id, keys=tuple(keys)),
    "set": lambda source_id, rows: Amend(source_id=source_id, rows=rows),
    "shuffle": lambda source_id, _: Shuffle(source_id=source_id),
    "stamp": lambda source_id, text: Stamp(source_id=source_id, text=text),
    "serve": lambda source_id, file: Serve(source_id=source_id, file=file),
    "fault": lambda source_id, name: Break(source_id=source_id, fault=Fault(name)),
}
"""What a step may do to a source."""


class _Reader(Struct, frozen=True):
    sources: Mapping[SourceId, Recorded]
    folder: Path

    def week(self, written: Mapping[str, Any], monday: date) -> StoryWeek:
        where = f"week of {monday}"
        _only(written, {"story", "steps"}, where)
        steps = tuple(self._step(one, monday, where) for one in written.get("steps", ()))
        if list(steps) != sorted(steps, key=lambda step: step.on):
            raise BrokenStory(where, "its steps are not in the order of the days")
        return StoryWeek(monday=monday, heading=written["story"], steps=steps)

    def _step(self, written: Mapping[str, Any], monday: date, where: str) -> Step:
        day = written.get("day", "")
        if day not in DAYS:
            raise BrokenStory(where, f"“{day}” is no day; write one of {', '.join(DAYS)}")
        return Step(on=monday + timedelta(days=DAYS.index(day)), edits=self._edits(written, f"{where}, {day}"))

    def _edits(self, written: Mapping[str, Any], where: str) -> tuple[Edit, ...]:
        if "robots" in written:
            _only(written, {"day", "host", "robots"}, where)
            return (SetRobots(host=written["host"], text=written["robots"]),)
        _only(written, {"day", "source", *_READ}, where)
        source_id = SourceId(written["source"])
        if source_id not in self.sources:
            raise BrokenStory(where, f"there is no source {source_id}")
        if "serve" in written:
            _must_be_there(self.folder, written["serve"], where)
        return tuple(_READ[name](source_id, value) for name, value in written.items() if name in _READ)


def _only(written: Mapping[str, Any], allowed: set[str], where: str) -> None:
    unknown = sorted(written.keys() - allowed)
    if unknown:
        raise BrokenStory(where, f"“{unknown[0]}” is unknown; write one of {', '.join(sorted(allowed))}")


def _must_be_there(folder: Path, name: str, where: str) -> None:
    if not (folder / name).is_file():
        raise BrokenStory(where, f"the file {name} is not in {folder}")
