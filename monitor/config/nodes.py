"""YAML text as a tree of three plain shapes that know their line and column.

Nothing is turned into Python values, since YAML would read the code ``00100`` as 64 and the word ``no`` as false.
"""

from typing import Any, NamedTuple

from monitor.config.faults import Faults

MAX_ALIASES = 16
MAX_DEPTH = 12
_DEFAULT_TAGS = frozenset({"", *(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))})
_MENDS = {
    "mapping values are not allowed": "put quotes round a value that holds ': ', or check the indentation",
    "tab character": "indent with blanks, never with tabs",
    "cannot start any token": "indent with blanks, never with tabs, and quote a value that begins with @, ` or %",
    "block collection": "the indentation does not match the lines above",
    "block mapping": "the indentation does not match the lines above",
    "expected ':'": "every member is written `name: value`",
    "quoted scalar": "a quotation mark is not closed",
    "flow": "a bracket is not closed, or a comma is missing",
    "alias": "write the value out here instead of the *alias",
    "single document": "remove the line '---' and all that follows it",
    "special characters": "remove the invisible control characters",
}


class Scalar(NamedTuple):
    """One written value. ``tag``: an explicit YAML tag such as ``!secret``, else empty."""

    text: str
    tag: str
    quoted: bool
    line: int
    column: int


class Items(NamedTuple):
    """A list."""

    items: "tuple[Node, ...]"
    line: int
    column: int


class Pairs(NamedTuple):
    """A mapping: member name -> (the name as written, its value). Of a repeated name the first is kept."""

    members: "dict[str, tuple[Scalar, Node]]"
    line: int
    column: int


Node = Scalar | Items | Pairs


def parse_yaml(text: str, faults: Faults) -> Node | None:
    """The tree of one document; None when there is nothing but comments in it.

    Raises ConfigError when it is not YAML at all; repeated keys and the like are added to ``faults`` instead.
    """
    import yaml  # 20 ms of import that `--help` must not pay

    class Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc] # the C one when it is there
        """Leaves every value as it is written: asks no resolver what it might mean (half the time of composing)."""

        def descend_resolver(self, parent: object, index: object) -> None: ...

        def ascend_resolver(self) -> None: ...

        def resolve(self, kind: object, value: object, implicit: object) -> str:  # noqa: ARG002  PyYAML's shape
            return ""

    try:
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        faults.stop(line, column, "YAML", _syntax(f"{error.context or ''} {error.problem or ''}".strip()))
    except yaml.YAMLError as error:
        position = min(int(getattr(error, "position", 0) or 0), len(text))
        line, column = line_and_column(text, position)
        faults.stop(line, column, "YAML", _syntax(str(getattr(error, "reason", error))))
    except RecursionError:  # the pure Python reader, where PyYAML came without its C part
        faults.stop(1, 1, "YAML", "nested too deeply; the file needs no more than a few levels")
    return None if root is None else _Tree(faults).convert(root, "", 0)


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Both from 1, of a character position."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _syntax(problem: str) -> str:
    mend = next((mend for words, mend in _MENDS.items() if words in problem), "check quotes, brackets and indentation")
    return f"is not valid YAML ({problem}); {mend}"


def _own_tag(node: Any) -> str:
    """The tag a person wrote, or nothing."""
    return "" if node.tag in _DEFAULT_TAGS else str(node.tag)


class _Tree:
    """Converts composed nodes (``Any``: PyYAML's classes are imported late).

    Lists and mappings are remembered by identity, which is how an alias shows itself.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._done: dict[int, Node] = {}
        self._open: set[int] = set()
        self._aliases = 0

    def convert(self, node: Any, where: str, depth: int) -> Node:
        mark: Any = node.start_mark
        line, column = mark.line + 1, mark.column + 1
        if node.id == "scalar":
            return Scalar(node.value, node.tag and _own_tag(node), bool(node.style), line, column)
        known = self._done.get(id(node))
        if known is not None or id(node) in self._open:
            return self._alias(known, line, column, where)
        if depth > MAX_DEPTH:
            self._faults.stop(line, column, where, "nested too deeply; the file needs no more than a few levels")
        return self._collection(node, line, column, where, depth)

    def _collection(self, node: Any, line: int, column: int, where: str, depth: int) -> Node:
        self._open.add(id(node))
        result: Node
        if node.id == "sequence":
            parts = tuple(self.convert(part, f"{where}[{at}]", depth + 1) for at, part in enumerate(node.value))
            result = Items(parts, line, column)
        else:
            result = Pairs(self._members(node.value, where, depth), line, column)
        self._open.discard(id(node))
        self._done[id(node)] = result
        if tag := _own_tag(node):
            self._faults.add(result, where, f"the tag {tag} has no meaning here; remove it")
        return result

    def _members(self, pairs: Any, where: str, depth: int) -> dict[str, tuple[Scalar, Node]]:
        members: dict[str, tuple[Scalar, Node]] = {}
        for key_node, value_node in pairs:
            key = self.convert(key_node, where, depth + 1)
            if not isinstance(key, Scalar):
                self._faults.add(key, where, "a list or mapping cannot be a member's name; write `name: value`")
                continue
            path = f"{where}.{key.text}" if where else key.text
            value = self.convert(value_node, path, depth + 1)
            if key.text in members:
                first = members[key.text][0].line
                self._faults.add(key, path, f"is given twice, first at line {first}; keep one of the two")
                continue
            members[key.text] = (key, value)
        return members

    def _alias(self, known: Node | None, line: int, column: int, where: str) -> Node:
        self._aliases += 1
        if known is None:
            self._faults.stop(line, column, where, "an alias stands inside its own anchor; write it out")
        if self._aliases > MAX_ALIASES:
            what = f"lists and mappings are repeated by more than {MAX_ALIASES} aliases (*name); write them out"
            self._faults.stop(line, column, where, what)
        return known
