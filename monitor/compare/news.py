"""Which kind of news a difference is: content, or what only looks like it (a date that came, a holder's new name)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set

from monitor.compare.canonical import fold, visible
from monitor.model.difference import Act, Difference, News, Weight
from monitor.model.ids import ChangeId, RecordKey
from monitor.model.snapshot import Passage, Record
from monitor.model.source import FieldRoles

Heap = tuple[News, str]
"""The kind of news, and what tells two Changes of one kind apart: the Change taken back, the two names of a holder."""

COUNTED = frozenset({News.ADDED, News.REMOVED, News.MODIFIED, News.REPLACED, News.REVERTED})
"""News of single items: much of it at once is a mass change. The other kinds are one event, whatever they touch."""

_IN_BRACKETS = re.compile(r"\([^()]*\)")


def heap_of(
    difference: Difference, roles: FieldRoles, reverted: Mapping[RecordKey, ChangeId], superseded: Set[RecordKey]
) -> Heap:
    """Where a difference belongs; those of one heap make up one Change."""
    if names := renaming(difference, roles):
        return News.RENAMED, " -> ".join(names)
    if difference.weight is Weight.EDITORIAL:
        return News.EDITORIAL, ""
    if difference.key in reverted:
        return News.REVERTED, reverted[difference.key]
    if is_replaced(difference, roles):
        return News.REPLACED, ""
    if is_lifecycle(difference, roles) or difference.key in superseded:
        return News.LIFECYCLE, ""
    if difference.act is Act.MODIFIED or isinstance(difference.after or difference.before, Passage):
        return News.MODIFIED, ""
    return (News.ADDED if difference.act is Act.ADDED else News.REMOVED), ""


def is_replaced(difference: Difference, roles: FieldRoles) -> bool:
    """Whether the id now belongs to another item: all that says what it is changed at once."""
    before, after = difference.before, difference.after
    if not roles.identity or not isinstance(before, Record) or not isinstance(after, Record) or before.key != after.key:
        return False
    filled = all(one.fields.get(name) for one in (before, after) for name in roles.identity)
    return filled and roles.identity <= _material(difference)


def renaming(difference: Difference, roles: FieldRoles) -> tuple[str, str] | None:
    """The holder's old and new name, when nothing else moved but version and stamps.

    Only names known to be one party's (the edit is editorial, see ``aliases``): a document that passes to another
    party is a change of content.
    """
    edit = next((f for f in difference.fields if f.name == roles.holder), None)
    if edit is None or edit.weight is Weight.MATERIAL or fold(edit.old) == fold(edit.new):
        return None
    if not _material(difference) <= roles.versions | roles.stamps:
        return None
    pairs = zip(holders(edit.old), holders(edit.new), strict=False)
    return next(((old, new) for old, new in pairs if fold(old) != fold(new)), None)


def holders(value: str) -> list[str]:
    """The names in ``Name (contract) Other name (contract)``."""
    return [name for part in _IN_BRACKETS.split(value) if (name := visible(part))]


def is_lifecycle(difference: Difference, roles: FieldRoles) -> bool:
    """Whether the calendar alone moved one version of a document."""
    names = _material(difference)
    before, after = difference.before, difference.after
    same = isinstance(before, Record) and isinstance(after, Record) and before.key == after.key
    return same and bool(names & roles.calendar) and names <= roles.calendar | roles.stamps


def _material(difference: Difference) -> frozenset[str]:
    return frozenset(f.name for f in difference.fields if f.weight is Weight.MATERIAL)


def events(differences: Iterable[Difference], roles: FieldRoles) -> Counter[str]:
    """What came to pass, in words, and how often, as the calendar fields tell it."""
    return Counter(_event(difference, roles) for difference in differences)


def _event(difference: Difference, roles: FieldRoles) -> str:
    if difference.act is Act.REMOVED:
        return "gave way to the next version"
    edit = next((f for f in difference.fields if f.name in roles.calendar), None)
    old, new = (edit.old.casefold(), edit.new.casefold()) if edit else ("", "")
    if told := next((words for sign, words in _STEPS.items() if sign in new and sign not in old), None):
        return told
    return "took effect" if "future" in old and "future" not in new else "moved on by the calendar"


_STEPS = {
    "retired": "was retired",
    "comments ended": "closed for comment",
    "in comment": "opened for comment",
    "in notice": "went into notice",
    "final issued": "was issued as final",
    "published": "was published",
}
"""A sign in the new value that was not in the old, and what it means; the spellings are those of the Coverage API and
of ``stage`` in the lists of the Federal Register."""
