"""Nouns to JSON text and back, exactly (msgspec).

Structs become objects with the members' names, tuples arrays, enums their values, times and dates ISO text. A member
that the text lacks takes its default and one that the type lacks is ignored, so that older and newer rows stay
readable. Whatever a hostile page put into a string, it can be stored and comes back the same: half of a surrogate
pair, which no UTF-8 can hold, is written as an escape.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeVar

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from monitor.model.snapshot import Passage, Record
from monitor.store.times import to_text

_T = TypeVar("_T")
_Convert = Callable[[Any], Any]


def to_json(value: object) -> str:
    try:
        return _ENCODER.encode(value).decode()
    except UnicodeEncodeError:
        return _ESCAPED.encode(msgspec.to_builtins(value))


def to_terse_json(value: object) -> str:
    """One spelling for one value, without the members that are at their defaults: what a newer program adds to a type
    leaves the text of older values as it is. ``from_json`` reads it back.
    """
    return _CANONICAL.encode(_terse(value))


def from_json(kind: type[_T], text: str | bytes) -> _T:
    """The value of type ``kind`` that ``to_json`` or ``to_terse_json`` wrote. Raises msgspec.ValidationError for
    another.
    """
    wanted: Any = kind
    try:
        value: _T = _decoder(wanted).decode(text)
    except msgspec.DecodeError:
        value = msgspec.convert(json.loads(text), wanted, strict=False)
    return value


def canonical(facts: Mapping[str, object]) -> str:
    """One spelling for one set of facts: names sorted, no blanks, ASCII. Raises TypeError for what JSON cannot hold."""
    return _CANONICAL.encode(facts)


def _fact(value: object) -> str:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a fact that can be audited: {value!r}")


_ENCODER: Final = msgspec.json.Encoder()
_ESCAPED: Final = json.JSONEncoder(separators=(",", ":"))
_CANONICAL = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False, default=_fact)


@cache
def _decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    """Lax, since a span of time is a number of seconds in a terse text."""
    return msgspec.json.Decoder(kind, strict=False)


def _terse(value: Any) -> Any:
    kind: Any = type(value)
    convert = _terser(kind)
    return convert(value) if convert else value


@cache
def _terser(kind: type) -> _Convert | None:
    """By the type of the value itself. None: it is written as it is."""
    if issubclass(kind, Struct):
        defaults = _defaults(kind)
        values_of = attrgetter(*(name for name, _ in defaults))
        return lambda value: {
            name: _terse(held)
            for (name, default), held in zip(defaults, values_of(value), strict=True)
            if held is not default and held != default
        }
    if issubclass(kind, tuple):
        return lambda values: [_terse(one) for one in values]
    if issubclass(kind, frozenset):
        return sorted
    if issubclass(kind, timedelta):
        return timedelta.total_seconds
    if issubclass(kind, Enum):
        return lambda value: value.value
    return (lambda value: value.isoformat()) if issubclass(kind, date | time) else None


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Each member's name and default; one without a default has one that nothing equals."""
    return tuple(
        (one.name, one.default if one.default_factory is NODEFAULT else one.default_factory()) for one in fields(kind)
    )


def item_json(item: Record | Passage | None) -> str | None:
    return None if item is None else to_json(item)


class _Told(Struct):
    """What tells a passage from a record."""

    text: object = None


def item_from_json(text: str | None) -> Record | Passage | None:
    if text is None:
        return None
    return from_json(Record, text) if from_json(_Told, text).text is None else from_json(Passage, text)
