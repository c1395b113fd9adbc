"""Nouns to JSON text and back, exactly. One pair of small functions is built per type and kept.

Structs become objects with the members' names, tuples arrays, enums their values, times and dates ISO text. A
member that the text lacks takes its default and one that the type lacks is ignored, so that older and newer rows stay
readable. The text is ASCII: whatever a hostile page put into a string, it can be stored and comes back the same.
"""

import json
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import asdict, fields

from monitor.model.snapshot import Passage, Record
from monitor.store.times import to_text

_T = TypeVar("_T")
_Convert = Callable[[Any], Any]


def to_json(value: object, kind: Any = None) -> str:
    """``kind`` is needed only where ``value``'s own type does not say what it holds (tuples)."""
    wanted: Any = kind or type(value)
    convert = _encoder(wanted)
    return _COMPACT.encode(convert(value) if convert else value)


def to_terse_json(value: object) -> str:
    """One spelling for one value, without the members that are at their defaults: what a newer program adds to a type
    leaves the text of older values as it is. ``from_json`` reads it back.
    """
    return _CANONICAL.encode(_terse(value))


def from_json(kind: type[_T], text: str | bytes) -> _T:
    """The value of type ``kind`` that ``to_json`` wrote."""
    wanted: Any = kind
    convert = _decoder(wanted)
    data = json.loads(text)
    value: _T = convert(data) if convert else data
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


_COMPACT = json.JSONEncoder(separators=(",", ":"))
_CANONICAL = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False, default=_fact)


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


def item_from_json(text: str | None) -> Record | Passage | None:
    if text is None:
        return None
    data = json.loads(text)
    wanted: Any = Passage if "text" in data else Record
    convert = _decoder(wanted)
    item: Record | Passage = convert(data) if convert else data
    return item


@cache
def _encoder(kind: Any) -> _Convert | None:
    """None: the value is written as it is."""
    kind = _plain(kind)
    origin, args = get_origin(kind), get_args(kind)
    if _is_struct(kind):
        return _struct_encoder(kind)
    if origin is tuple:
        inner = _encoder(args[0])
        return list if inner is None else _list_of(inner)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _encoder(args[1])
        return dict if inner is None else _values_of(inner)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: value.value
    if kind is datetime:
        return to_text
    return date.isoformat if kind is date else None


def _struct_encoder(kind: Any) -> _Convert:
    converters = _members(kind, _encoder)[1]

    def encode(value: Any) -> Any:
        data = asdict(value)
        for name, convert in converters:
            if data[name] is not None:
                data[name] = convert(data[name])
        return data

    return encode


def _members(kind: Any, converter_of: Callable[[Any], _Convert | None]) -> tuple[list[str], list[tuple[str, _Convert]]]:
    """The members' names, and the converters of those that need one."""
    hints = get_type_hints(kind)
    names = kind.__struct_fields__
    own = {name: _later(kind, converter_of) for name in names if kind in get_args(_plain(hints[name]))}
    return names, [(name, convert) for name in names if (convert := own.get(name) or converter_of(hints[name]))]


def _later(kind: Any, converter_of: Callable[[Any], _Convert | None]) -> _Convert:
    """For a member that holds values of the very type being read: its converter is made when it is first needed."""

    def convert(values: Any) -> Any:
        one = converter_of(kind)
        return tuple([one(value) if one else value for value in values])

    return convert


@cache
def _decoder(kind: Any) -> _Convert | None:
    """None: the value is taken as it is."""
    kind = _plain(kind)
    origin, args = get_origin(kind), get_args(kind)
    if _is_struct(kind):
        return _struct_decoder(kind)
    if origin is tuple:
        inner = _decoder(args[0])
        return tuple if inner is None else _tuple_of(inner)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _decoder(args[1])
        return None if inner is None else _values_of(inner)
    if origin is frozenset:
        return frozenset
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is timedelta:
        return lambda seconds: timedelta(seconds=seconds)
    return kind.fromisoformat if kind in {date, datetime, time} else None


def _struct_decoder(kind: Any) -> _Convert:
    names, converters = _members(kind, _decoder)
    known = frozenset(names)

    def decode(data: Any) -> Any:
        given = data if data.keys() <= known else {name: held for name, held in data.items() if name in known}
        for name, convert in converters:
            if given.get(name) is not None:
                given[name] = convert(given[name])
        return kind(**given)

    return decode


def _list_of(convert: _Convert) -> _Convert:
    return lambda values: [convert(one) for one in values]


def _tuple_of(convert: _Convert) -> _Convert:
    return lambda values: tuple([convert(one) for one in values])


def _values_of(convert: _Convert) -> _Convert:
    return lambda values: {key: convert(one) for key, one in values.items()}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _plain(kind: Any) -> Any:
    """The type without its NewType name and without ``| None``."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    if get_origin(kind) in {Union, types.UnionType}:
        members = [one for one in get_args(kind) if one is not type(None)]
        if len(members) == 1:
            return _plain(members[0])
        if any(_is_struct(one) for one in members):
            raise TypeError(f"JSON text would not say which of {kind} it holds")
    return kind
