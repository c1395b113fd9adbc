"""Reads the members of one mapping by name; what is wrong with a member goes to the faults and its default is used."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from monitor.config.faults import Faults, Wrong, did_you_mean
from monitor.config.nodes import Items, Node, Pairs, Scalar
from monitor.model.errors import Problem

T = TypeVar("T")
D = TypeVar("D")


class Members:
    """One mapping of the file, with its path (``sources[2]``) for the messages."""

    def __init__(self, pairs: Pairs, where: str, faults: Faults) -> None:
        self.pairs = pairs
        self.where = where
        self.faults = faults

    def __contains__(self, name: str) -> bool:
        return name in self.pairs.members

    def path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def place(self, name: str) -> Node:
        """Where to point at for this member: its value, or the whole mapping when it is absent."""
        return self.pairs.members[name][1] if name in self else self.pairs

    def fault(self, name: str, what: str) -> None:
        self.faults.add(self.place(name), self.path(name), what)

    def problem(self, name: str, what: str) -> Problem:
        """What would be said of this member, were it wrong."""
        place = self.place(name)
        return Problem(file=self.faults.file, line=place.line, column=place.column, where=self.path(name), what=what)

    def only(self, allowed: frozenset[str]) -> None:
        """Refuses every member that is not ``allowed``."""
        for name in self.pairs.members.keys() - allowed:
            key = self.pairs.members[name][0]
            self.faults.add(key, self.path(name), f"is unknown; {did_you_mean(name, allowed)}")

    def take(self, name: str, read: Callable[[Node], T], default: D) -> T | D:
        """The member as ``read`` understands it; ``default`` when it is absent or wrong."""
        found = self.pairs.members.get(name)
        if found is None:
            return default
        try:
            return read(found[1])
        except Wrong as wrong:
            self.fault(name, wrong.what)
            return default

    def need(self, name: str, read: Callable[[Node], T], mend: str) -> T | None:
        """As ``take``, but absence is a fault; ``mend`` shows what to write."""
        self.must_have(name, mend)
        return self.take(name, read, None)

    def must_have(self, name: str, mend: str) -> None:
        if name not in self.pairs.members:
            self.fault(name, f"is missing; write `{mend}`")

    def each(self, name: str, read: Callable[[Node], T], default: tuple[T, ...] = ()) -> tuple[T, ...]:
        """A list's items, each read on its own so that every wrong one is reported."""
        if name not in self:
            return default
        parts = (self.read(node, where, read, None) for node, where in self.items(name))
        return tuple(part for part in parts if part is not None)

    def each_or_one(self, name: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """As ``each``; a single value stands for a list of one."""
        if name in self and isinstance(self.place(name), Scalar):
            one = self.take(name, read, None)
            return () if one is None else (one,)
        return self.each(name, read)

    def items(self, name: str) -> Iterator[tuple[Node, str]]:
        """The nodes of a list with their paths; a fault when it is no list."""
        if name not in self:
            return
        node = self.place(name)
        if not isinstance(node, Items):
            self.fault(name, f"must be a list; write `{name}: [...]`, or one `- ` line for each")
            return
        yield from ((part, f"{self.path(name)}[{at}]") for at, part in enumerate(node.items))

    def section(self, name: str) -> "Members":
        """A mapping inside this one; without members when it is absent or no mapping."""
        return section_of(self.place(name) if name in self else None, self.path(name), self.faults)

    def texts(self, read_name: Callable[[Node], str], read: Callable[[Node], T]) -> Iterator[tuple[str, T]]:
        """Every member of a mapping whose names are free (hosts, field names)."""
        for key, node in self.pairs.members.values():
            where = self.path(key.text)
            name = self.read(key, where, read_name, None)
            value = self.read(node, where, read, None)
            if name is not None and value is not None:
                yield name, value

    def read(self, node: Node, where: str, read: Callable[[Node], T], default: D) -> T | D:
        """One node as ``read`` understands it; ``default``, and a fault, when it does not."""
        try:
            return read(node)
        except Wrong as wrong:
            self.faults.add(node, where, wrong.what)
            return default


def section_of(node: Node | None, where: str, faults: Faults) -> Members:
    """``node`` as a mapping; an empty one, and a fault, when it is something else."""
    if isinstance(node, Pairs):
        return Members(node, where, faults)
    if node is not None:
        faults.add(node, where, "must be a mapping of `name: value` lines")
    place = node or Pairs({}, 1, 1)
    return Members(Pairs({}, place.line, place.column), where, faults)
