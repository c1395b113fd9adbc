"""Rows that a list shows twice, each in another spelling: what we knew already is no news beside its twin."""

from collections.abc import Mapping

from msgspec.structs import replace

from monitor.compare.canonical import fold
from monitor.model.snapshot import Snapshot


def keep_known_spellings(baseline: Snapshot, fresh: Snapshot) -> Snapshot:
    """``fresh``, with the baseline's record wherever a duplicate row shows that very spelling too.

    Only where the rows of the key differ in spelling alone: of two rows that contradict each other none is preferred.
    """
    if not fresh.duplicates:
        return fresh
    known = {record.key: record for record in baseline.records}
    again = {
        twin.key
        for twin in fresh.duplicates
        if twin.key in known and twin.dropped == known[twin.key].fields and _alike(twin.kept, twin.dropped)
    }
    return replace(fresh, records=tuple(known[r.key] if r.key in again else r for r in fresh.records))


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(fold(one.get(name, "")) == fold(other.get(name, "")) for name in {*one, *other})
