"""Documents whose version is part of their key: the next version takes the place of the one before it."""

from collections.abc import Iterable

from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot


def successions(before: Snapshot, after: Snapshot) -> dict[RecordKey, RecordKey]:
    """Old key -> new key for each document of which one version is gone and one has appeared.

    A document that shows several versions at once (one in force, one to come) has no succession until one of them goes
    as another comes.
    """
    old, new = {r.key for r in before.records}, {r.key for r in after.records}
    gone = _by_document(r for r in before.records if r.key not in new)
    come = _by_document(r for r in after.records if r.key not in old)
    return {
        keys[0]: come[document][0]
        for document, keys in gone.items()
        if len(keys) == 1 and len(come.get(document, ())) == 1
    }


def _by_document(records: Iterable[Record]) -> dict[str, list[RecordKey]]:
    found: dict[str, list[RecordKey]] = {}
    for record in records:
        if record.document:
            found.setdefault(record.document, []).append(record.key)
    return found
