"""Documents whose version is part of their key: the next version takes the place of the one before it."""

import re
from collections.abc import Iterable

from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot


def successions(before: Snapshot, after: Snapshot) -> dict[RecordKey, RecordKey]:
    """Old key -> new key for each document of which as many versions have appeared as are gone, in their order.

    A document that shows several versions at once (one in force, one to come) has no succession until one of them goes
    as another comes; where both get a new number at once, each has its own successor.
    """
    old, new = {r.key for r in before.records}, {r.key for r in after.records}
    if old == new:
        return {}
    gone = _by_document(r for r in before.records if r.key not in new)
    come = _by_document(r for r in after.records if r.key not in old)
    pairs = ((keys, come[document]) for document, keys in gone.items() if len(keys) == len(come.get(document, ())))
    return {
        key: heir
        for keys, heirs in pairs
        for key, heir in zip(sorted(keys, key=number_of), sorted(heirs, key=number_of), strict=True)
    }


def superseded(before: Snapshot, after: Snapshot) -> frozenset[RecordKey]:
    """The versions that are gone while a later one stands that has not just come in their place (see ``successions``).

    So it is when a version that was announced beside the one in force takes effect.
    """
    latest: dict[str, int] = {}
    for record in after.records:
        if record.document:
            latest[record.document] = max(number_of(record.key), latest.get(record.document, -1))
    if not latest:
        return frozenset()
    left = {r.key for r in after.records} | successions(before, after).keys()
    return frozenset(
        r.key
        for r in before.records
        if r.document and r.key not in left and latest.get(r.document, -1) > number_of(r.key)
    )


def number_of(key: RecordKey) -> int:
    """The number at the end of a key, which is the version where the key holds one; -1 when there is none."""
    found = _LAST_NUMBER.search(key)
    return int(found[0]) if found else -1


_LAST_NUMBER = re.compile(r"[0-9]{1,9}$")


def _by_document(records: Iterable[Record]) -> dict[str, list[RecordKey]]:
    found: dict[str, list[RecordKey]] = {}
    for record in records:
        if record.document:
            found.setdefault(record.document, []).append(record.key)
    return found
