"""Reading the reference files: YAML to plain entries that know their line, every fault noted instead of raised."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from msgspec import Struct, field

from monitor.model.assessment import Level, Topic
from monitor.model.errors import Problem

T = TypeVar("T")
_MAX_DEPTH = 12


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One YAML node: a text, a list or a mapping (all scalars stay the text that was written), with its place; that is
    not kept with the files known to be without fault.
    """

    where: str = "(file)"
    line: int = 1
    column: int = 1
    text: str | None = None
    items: tuple["Entry", ...] = ()
    members: dict[str, "Entry"] = field(default_factory=dict)


class Reading(Struct):
    """One file being read; ``problems`` collects its faults in file order. ``is_known``: this very text was read before
    and had none, so what is costly to examine need not be examined again.
    """

    file: str
    is_known: bool = False
    problems: list[Problem] = field(default_factory=list)

    def fault(self, entry: Entry, what: str) -> None:
        self.problems.append(
            Problem(file=self.file, line=entry.line, column=entry.column, where=entry.where, what=what)
        )

    def load(self, text: str) -> Entry:
        """The whole file as an entry; an empty one (with a fault noted) when it is not YAML."""
        # Third-party and slow to load, hence not at the top.
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            node = yaml.compose(text, Loader=loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = Entry(where="(file)", line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1)
            self.fault(place, f"this is not YAML: {getattr(error, 'problem', None) or error}")
            return place
        if node is None:
            return Entry()
        return self._entry(node, "", 0)

    def _entry(self, node: Any, where: str, depth: int) -> Entry:
        place = {"where": where or "(file)", "line": node.start_mark.line + 1, "column": node.start_mark.column + 1}
        if depth > _MAX_DEPTH:
            self.fault(Entry(**place), "nested too deeply")
            return Entry(**place)
        if node.id == "scalar":
            return Entry(**place, text=str(node.value).strip())
        if node.id == "sequence":
            items = tuple(self._entry(child, f"{where}[{i}]", depth + 1) for i, child in enumerate(node.value))
            return Entry(**place, items=items)
        members: dict[str, Entry] = {}
        for key, child in node.value:
            name = str(key.value)
            entry = self._entry(child, f"{where}.{name}" if where else name, depth + 1)
            if name in members:
                self.fault(entry, "is written twice; keep one")
            members[name] = entry
        return Entry(**place, members=members)

    def check_keys(self, entry: Entry, known: Collection[str], required: Collection[str] = ()) -> None:
        """Notes unknown and missing keys."""
        for name, member in entry.members.items():
            if name not in known:
                self.fault(member, f"unknown key; known here: {', '.join(sorted(known))}")
        for name in required:
            if name not in entry.members:
                self.fault(entry, f"'{name}' is missing")

    def rows(self, entry: Entry, name: str) -> tuple[Entry, ...]:
        """The mappings of the list under ``name``; a fault for whatever else stands there."""
        member = entry.members.get(name)
        if member is None:
            return ()
        if member.text:
            self.fault(member, "must be a list")
        for item in member.items:
            if not item.members:
                self.fault(item, "must be a mapping (key: value)")
        return tuple(item for item in member.items if item.members)

    def text(self, entry: Entry, name: str, default: str = "") -> str:
        member = entry.members.get(name)
        if member is None:
            return default
        if member.text is None:
            self.fault(member, "must be a single text")
            return default
        return member.text

    def texts(self, entry: Entry, name: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        member = entry.members.get(name)
        if member is None:
            return ()
        if member.text is not None:
            return (member.text,) if member.text else ()
        for item in member.items:
            if item.text is None:
                self.fault(item, "must be a text")
        return tuple(item.text for item in member.items if item.text)

    def number(self, entry: Entry, name: str, default: int) -> int:
        written = self.text(entry, name)
        if not written:
            return default
        if not (written.isascii() and written.isdigit()):
            self.fault(entry.members[name], f"'{written}' is not a whole number")
            return default
        return int(written)

    def flag(self, entry: Entry, name: str) -> bool:
        written = self.text(entry, name, "false").lower()
        if written not in {"true", "false", "yes", "no"}:
            self.fault(entry.members[name], f"'{written}' is neither true nor false")
        return written in {"true", "yes"}

    def choice(self, entry: Entry, name: str, make: Callable[[str], T], default: T) -> T:
        """A value of an enumeration, by ``make`` (which raises ValueError)."""
        written = self.text(entry, name)
        if not written:
            return default
        try:
            return make(written)
        except ValueError as error:
            self.fault(entry.members[name], str(error))
            return default

    def choices(self, entry: Entry, name: str, make: Callable[[str], T]) -> tuple[T, ...]:
        made = []
        for written in self.texts(entry, name):
            try:
                made.append(make(written))
            except ValueError as error:
                self.fault(entry.members[name], str(error))
        return tuple(made)


def level_of(written: str) -> Level:
    try:
        return Level(written)
    except ValueError:
        msg = f"'{written}' is no level; write one of {', '.join(Level)}"
        raise ValueError(msg) from None


def topic_of(written: str) -> Topic:
    try:
        return Topic(written)
    except ValueError:
        msg = f"'{written}' is no topic; write one of {', '.join(Topic)}"
        raise ValueError(msg) from None


def class_of(written: str) -> str:
    if written not in {"assistive", "augmentative", "autonomous"}:
        msg = f"'{written}' is no Appendix S class; write assistive, augmentative or autonomous, or leave it out"
        raise ValueError(msg)
    return written
