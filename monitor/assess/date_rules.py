"""Reading dates.yaml: the columns that hold dates, and the words around a day."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from monitor.assess.date_words import DateWords, Sign
from monitor.assess.items import field_name
from monitor.assess.reading import Entry, Reading
from monitor.model.assessment import DateKind

_Kind = TypeVar("_Kind")
_NONE = "none"
_MAX_EXPRESSION = 400
_BARE_BRACKETS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)


def read_dates(reading: Reading, root: Entry) -> DateWords:
    """The rules of dates.yaml; an expression that is none is a fault on its own line."""
    reading.check_keys(root, {"version", "columns", "subjects", "before", "after"})
    columns = {
        field_name(name): (name, kind)
        for kind, names in _by_kind(reading, root, "columns", _kind)
        for name in (entry.text or "" for entry in names)
    }
    return DateWords(
        columns=columns,
        before=tuple(_listed(reading, root, "before", _sign)),
        after=tuple(_listed(reading, root, "after", _behind)),
        subjects=tuple(
            (kind, _expressions(reading, words)) for kind, words in _by_kind(reading, root, "subjects", _subject)
        ),
    )


def _by_kind(
    reading: Reading, root: Entry, section: str, read: Callable[[str], _Kind]
) -> Iterator[tuple[_Kind, Sequence[Entry]]]:
    member = root.members.get(section)
    for name, words in member.members.items() if member else ():
        try:
            yield read(name), _texts(reading, words)
        except ValueError as error:
            reading.fault(words, str(error))


def _listed(
    reading: Reading, root: Entry, section: str, read: Callable[[str], _Kind]
) -> Iterator[tuple[_Kind, Sequence[str]]]:
    for row in reading.rows(root, section):
        reading.check_keys(row, {"says", "words"}, {"says", "words"})
        says, words = row.members.get("says"), row.members.get("words")
        if says is None or words is None:
            continue  # named above
        try:
            yield read(says.text or ""), _expressions(reading, _texts(reading, words))
        except ValueError as error:
            reading.fault(says, str(error))


def _texts(reading: Reading, words: Entry) -> tuple[Entry, ...]:
    for item in words.items:
        if not item.text:
            reading.fault(item, "must be a text")
    if not words.items:
        reading.fault(words, "must be a list of texts")
    return tuple(item for item in words.items if item.text)


def _expressions(reading: Reading, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Compiled together, which is the cheaper; one by one only to find the fault."""
    found = tuple(entry.text or "" for entry in entries)
    if reading.is_known:
        return found
    short = max(map(len, found), default=0) <= _MAX_EXPRESSION
    if short and not any(map(_closes_early, found)) and _fault("|".join(f"(?:{each})" for each in found)) is None:
        return found
    for entry in entries:
        text = entry.text or ""
        what = f"longer than {_MAX_EXPRESSION} characters" if len(text) > _MAX_EXPRESSION else _fault(text)
        if what:
            reading.fault(entry, f"'{text[:60]}' is no regular expression that can be used: {what}")
    return ()


def _closes_early(expression: str) -> bool:
    """Whether a bracket closes that none opened, which the brackets put around it would hide: ``)(?:``."""
    depth = 0
    for sign in _BARE_BRACKETS.finditer(expression):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if depth < 0:
            return True
    return False


def _fault(expression: str) -> str | None:
    try:
        groups = re.compile(expression).groups
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return "write (?:...) for groups" if groups else None


def _kind(written: str) -> DateKind:
    try:
        return DateKind(written)
    except ValueError:
        msg = f"'{written}' is no kind of date; write one of {', '.join(DateKind)}"
        raise ValueError(msg) from None


def _sign(written: str) -> DateKind | Sign:
    return Sign(written) if written in {sign.value for sign in Sign} else _kind(written)


def _behind(written: str) -> DateKind | Sign:
    return Sign.PAST if written == Sign.PAST.value else _kind(written)


def _subject(written: str) -> DateKind | None:
    return None if written == _NONE else _kind(written)
