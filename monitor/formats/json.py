"""JSON bodies: read strictly, because a lenient reader turns a broken answer into a believable one."""

import json
from collections.abc import Iterable
from typing import Final

from monitor.formats.text import clean, decode
from monitor.model.errors import Unreadable

MAX_BYTES: Final = 33_554_432
MAX_CONTAINERS: Final = 2_000_000
MAX_COMMAS: Final = 4_000_000
MAX_DEPTH: Final = 60
_NAMES: Final = ("name", "title", "raw_name", "label")


def read_json(body: bytes) -> object:
    """The body as Python values (dict, list, str, int, float, bool, None).

    Raises ``Unreadable``: ``bad-json`` (not JSON, cut short, NaN or Infinity, one object names a member twice,
    nested deeper than 60), ``too-large``.
    """
    if len(body) > MAX_BYTES or body.count(b"{") + body.count(b"[") > MAX_CONTAINERS or body.count(b",") > MAX_COMMAS:
        raise Unreadable("too-large", "The JSON answer is larger than any list of this kind; it was not read.")
    try:
        value: object = json.loads(
            decode(body, "utf-8"), object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite
        )
    except (ValueError, RecursionError) as fault:
        raise Unreadable("bad-json", _broken(fault)) from fault
    if _is_deeper(value, MAX_DEPTH):
        raise Unreadable("bad-json", f"The JSON answer is nested more than {MAX_DEPTH} deep, as no real one is.")
    return value


def _broken(fault: Exception) -> str:
    if isinstance(fault, RecursionError):
        return f"The JSON answer is nested more than {MAX_DEPTH} deep, as no real one is."
    what = clean(str(fault))[:120]
    return f"The answer is not sound JSON ({what}); it may be an error page, or have been cut short."


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("one object names a member twice")
    return found


def _no_number(written: str) -> float:
    raise ValueError(f"{written} is no JSON value")


def _finite(written: str) -> float:
    value = float(written)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {written[:20]} is out of range")
    return value


def _is_deeper(value: object, most: int) -> bool:
    """Level by level: walking down by recursion would be the very fault looked for."""
    level = [value]
    for _ in range(most):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, dict | list)]
    return ()


def pick(value: object, dotted_path: str) -> object | None:
    """The member at ``meta.total`` or ``data.0.name``; None when any step is missing."""
    for step in dotted_path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def flat_text(value: object) -> str:
    """A member as the text of one field: "" for null, lists joined with "; ", an object by its name or title."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case list():
            return "; ".join(text for text in map(_flat_element, value) if text)
        case dict():
            return _flat_object(value)
        case _:
            return str(value)


def _flat_element(value: object) -> str:
    return _compact(value) if isinstance(value, list) else flat_text(value)


def _flat_object(members: dict[str, object]) -> str:
    if not members:
        return ""
    named = next((members[name] for name in _NAMES if isinstance(members.get(name), str) and members[name]), None)
    return str(named) if named is not None else _compact(members)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
