"""A second way to a list, which shows less of it: what it cannot tell stays as it was believed.

So a source may switch between its ways without news: only what both tell is compared, and what is missing from the
lesser one proves nothing.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from monitor.compare.canonical import fold
from monitor.compare.versions import number_of, successions
from monitor.model.snapshot import Record, Snapshot


def completed(baseline: Snapshot, fresh: Snapshot) -> Snapshot:
    """``fresh``, where it is partial, with all that it leaves open taken from the baseline.

    1. Of an item known to both only the fields in ``fresh.columns`` count; the others stay as they are.
    2. A document's next version takes over from the one before it what ``fresh`` does not say.
    3. Items that are missing stay, unless their next version came; versions older than the newest known are no news.
    """
    if not fresh.partial:
        return fresh
    known = {record.key: record for record in baseline.records}
    newest = _newest(baseline)
    firm = frozenset(fresh.columns)
    seen = {r.key: _edited(known[r.key], r, firm) for r in fresh.records if r.key in known}
    come = [_grown(r, newest) for r in fresh.records if r.key not in known and _is_later(r, newest)]
    gone = successions(baseline, replace(fresh, records=(*seen.values(), *come)))
    stay = [seen.get(key, record) for key, record in known.items() if key not in gone]
    return replace(fresh, records=(*come, *stay), columns=baseline.columns, partial=False)


def _newest(snapshot: Snapshot) -> dict[str, Record]:
    """The latest version of each document."""
    ordered = sorted(snapshot.records, key=lambda record: number_of(record.key))
    return {record.document: record for record in ordered if record.document}


def _is_later(record: Record, newest: Mapping[str, Record]) -> bool:
    known = newest.get(record.document or "")
    return known is None or number_of(record.key) > number_of(known.key)


def _edited(known: Record, fresh: Record, firm: frozenset[str]) -> Record:
    edits = {name: value for name, value in fresh.fields.items() if name in firm and not _alike(known, name, value)}
    return replace(known, label=fresh.label, fields={**known.fields, **edits}) if edits else known


def _alike(known: Record, name: str, value: str) -> bool:
    return fold(known.fields.get(name, "")) == fold(value)


def _grown(fresh: Record, newest: Mapping[str, Record]) -> Record:
    before = newest.get(fresh.document or "")
    inherited = {name: value for name, value in before.fields.items() if name not in fresh.fields} if before else {}
    return replace(fresh, fields={**fresh.fields, **inherited})
