"""What must hold after a kill, and what must have been told in the end; judged on copies of the database.

A kill's files are copied and the copy is opened and read, so that the next run of the program finds them just as the
kill left them. What was told is compared with what the lists showed (``crash_site``), not with the program's own word.
"""

import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crash_site import RECIPIENTS, TOKEN, List, Receipt

from monitor.compare.canonical import item_sha256
from monitor.model.errors import StoreError
from monitor.model.ids import SourceId
from monitor.store import Store, open_writer

_HALF_WRITTEN = {
    "a change without a difference": "SELECT id FROM change WHERE id NOT IN (SELECT change_id FROM difference)",
    "a change without an opinion": "SELECT id FROM change WHERE id NOT IN (SELECT change_id FROM assessment)",
    "a change that is not due to be told to everyone": (
        "SELECT id FROM change WHERE (SELECT count(*) FROM outbox WHERE kind = 'change' AND subject_id = change.id) < 2"
    ),
    "a delivery of nothing": (
        "SELECT id FROM outbox WHERE subject_id NOT IN (SELECT id FROM change UNION SELECT id FROM digest)"
    ),
    "a digest that is not due to be told to everyone": (
        "SELECT id FROM digest WHERE (SELECT count(*) FROM outbox WHERE kind = 'digest' AND subject_id = digest.id)"
        " NOT IN (2, iif(period_id LIKE 'weekly:%', 0, 2))"
    ),
    "a closed period without its digest": (
        "SELECT id FROM period WHERE state = 'closed' AND id NOT IN (SELECT period_id FROM digest)"
    ),
    "a digest without its audit entry": (
        "SELECT id FROM digest WHERE id NOT IN (SELECT subject FROM audit WHERE event = 'digest')"
    ),
    "a check that found changes and kept none": (
        "SELECT id FROM ledger WHERE code = 'changed' AND id NOT IN (SELECT check_id FROM change)"
    ),
    "a verified new copy without its snapshot": (
        "SELECT id FROM ledger WHERE verdict = 'CHANGED' AND id NOT IN (SELECT check_id FROM snapshot)"
    ),
    "a baseline that is not the newest snapshot": (
        "SELECT source_id FROM watch WHERE snapshot_id IS NOT"
        " (SELECT max(id) FROM snapshot WHERE source_id = watch.source_id)"
    ),
    "a check without its audit entry": (
        "SELECT id FROM ledger WHERE id NOT IN (SELECT json_extract(facts, '$.check') FROM audit WHERE event = 'check')"
    ),
    "a change without its audit entry": (
        "SELECT id FROM change WHERE id NOT IN (SELECT subject FROM audit WHERE event = 'change')"
    ),
    "an audit entry of nothing": (
        "SELECT seq FROM audit WHERE json_extract(facts, '$.check') IS NOT NULL"
        " AND json_extract(facts, '$.check') NOT IN (SELECT id FROM ledger)"
        " OR event = 'change' AND subject NOT IN (SELECT id FROM change)"
    ),
    "a lease that outlived its owner": "SELECT id FROM outbox WHERE state = 'sending'",
    "an attempt that seems to be under way": "SELECT outbox_id FROM attempt WHERE outcome = 'started'",
    "a delivery put off, though nobody refused it": (
        "SELECT id FROM outbox WHERE state IN ('dead', 'cancelled') OR state = 'pending' AND next_at > created_at"
    ),
}
"""Queries that must find nothing in a database that was opened for writing after a kill. There are two recipients."""


_DIGESTED = """
    SELECT change.id FROM change JOIN assessment ON change_id = change.id
    WHERE tier <> 'NOISE' AND EXISTS (
        SELECT 1 FROM period JOIN digest ON period_id = period.id
        WHERE check_id BETWEEN from_seq AND to_seq
            AND digest.id IN (SELECT subject_id FROM outbox WHERE kind = 'digest'))
"""
"""The changes in the periods whose digest is told. That these follow each other without a gap, the schema sees to; what
was found on days before the first could be opened is in none.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One look at the database. ``digests``: those that are told; ``digested``: the changes that belong into one of
    them; ``states``: the source and body hash of every snapshot, oldest first.
    """

    faults: tuple[str, ...] = ()
    opening_s: float = 0.0
    checks: int = 0
    attempts: int = 0
    unsent: int = 0
    sent: frozenset[tuple[str, str]] = frozenset()
    changes: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    digested: frozenset[str] = frozenset()
    states: tuple[tuple[str, str], ...] = ()
    baselines: Mapping[str, Mapping[str, str]] | None = None


def look(database: Path, scratch: Path) -> Finding:
    """Copies the database with its journals, opens the copy as the next run will, and reads all of it."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for file in database.parent.glob(f"{database.name}*"):
        shutil.copy2(file, scratch)
    start = time.perf_counter()
    try:
        store = open_writer(
            scratch / database.name, now=datetime.now(UTC), item_sha256=item_sha256, create=database.exists()
        )
    except StoreError as fault:
        # Killed before there was anything: no file, and so nothing that could be unsound.
        return Finding() if fault.code == "missing" else Finding(faults=(f"it cannot be opened: {fault}",))
    opening_s = time.perf_counter() - start
    try:
        return _read(store, opening_s)
    except StoreError as fault:
        return Finding(faults=(str(fault),))
    finally:
        store.close()


def _read(store: Store, opening_s: float) -> Finding:
    rows = store.database.rows
    return Finding(
        faults=tuple(_faults(store)),
        opening_s=opening_s,
        checks=store.database.value("SELECT count(*) FROM ledger"),
        attempts=store.database.value("SELECT count(*) FROM attempt"),
        unsent=store.database.value("SELECT count(*) FROM outbox WHERE state <> 'sent'"),
        sent=frozenset((row[0], row[1]) for row in rows("SELECT recipient_id, id FROM outbox WHERE state = 'sent'")),
        changes=frozenset(row[0] for row in rows("SELECT id FROM change")),
        digests=frozenset(row[0] for row in rows("SELECT DISTINCT subject_id FROM outbox WHERE kind = 'digest'")),
        digested=frozenset(row[0] for row in rows(_DIGESTED)),
        states=tuple((row[0], row[1]) for row in rows("SELECT source_id, body_sha256 FROM snapshot ORDER BY id")),
        baselines={source_id: _words(store, source_id) for source_id in store.states()},
    )


def _faults(store: Store) -> Iterator[str]:
    store.verify_file()  # PRAGMA integrity_check and foreign_key_check
    broken = store.queries.verify_chain()
    if broken is not None:
        yield f"the audit chain is broken: {broken.what}"
    for damage in store.queries.verify_objects():
        yield f"the object {damage.sha256} {damage.what}"
    for what, sql in _HALF_WRITTEN.items():
        found = store.database.row(sql)
        if found is not None:
            yield f"{what}: {found[0]}"


def _words(store: Store, source_id: SourceId) -> dict[str, str]:
    """The baseline as we believe it: the row's number and its word."""
    snapshot_id = store.states()[source_id].snapshot_id
    if snapshot_id is None:
        return {}
    records = store.snapshot(snapshot_id).records
    return {
        record.key.rsplit("/", 1)[-1].removesuffix(".pdf"): TOKEN.findall(" ".join(record.fields.values()))[-1]
        for record in records
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One series judged at its end. Counts are of tellings: one change (or edit) to one recipient."""

    changes: int
    due: int
    received: int
    lost_changes: tuple[str, ...]
    edits: int
    lost_edits: tuple[str, ...]
    repeats: int
    most_repeats_in_a_run: int
    two_ids: tuple[str, ...]
    told_as_two_changes: tuple[str, ...]
    digests: int
    wrongly_digested: tuple[str, ...]
    altered: tuple[str, ...]
    unsigned: int
    wrong_baselines: tuple[str, ...]

    @property
    def lost(self) -> int:
        return len(self.lost_changes) + len(self.lost_edits)

    @property
    def faults(self) -> tuple[str, ...]:
        """All that breaks the promise, losses left out."""
        return (
            *(f"told under two ids: {one}" for one in self.two_ids),
            *(f"told as two changes: {one}" for one in self.told_as_two_changes),
            *(f"not in exactly one digest: {one}" for one in self.wrongly_digested),
            *(f"told in other words the second time: {one}" for one in self.altered),
            *(f"the baseline is not what the list says: {one}" for one in self.wrong_baselines),
            *([f"{self.unsigned} events with a bad signature"] if self.unsigned else []),
        )


def judge(end: Finding, lists: Sequence[List], receipts: Sequence[Receipt]) -> Truth:
    """Compares what the lists showed and the program accepted with what the receiver took."""
    accepted = _accepted(end, lists)
    missing_changes = _missing(end.changes | end.digests, {name: _told(receipts, name) for name in RECIPIENTS})
    missing_edits = _missing(accepted, {name: _news(receipts, name) for name in RECIPIENTS})
    ids = _grouped(((r.recipient, r.subject), r.webhook_id) for r in receipts)
    edits = _grouped(((r.recipient, word), r.subject) for r in receipts for word in r.news)
    bodies = _grouped(((r.recipient, r.webhook_id), r.body.decode()) for r in receipts)
    repeats = _repeats(receipts)
    return Truth(
        changes=len(end.changes),
        due=(len(end.changes) + len(end.digests)) * len(RECIPIENTS),
        received=len(receipts),
        lost_changes=missing_changes,
        edits=len(accepted),
        lost_edits=missing_edits,
        repeats=sum(repeats.values()),
        most_repeats_in_a_run=max(repeats.values(), default=0),
        two_ids=_several(ids),
        told_as_two_changes=_several(edits),
        digests=len(end.digests),
        wrongly_digested=tuple(_wrongly_digested(end, receipts)),
        altered=_several(bodies),
        unsigned=sum(not r.is_signed for r in receipts),
        wrong_baselines=tuple(one.id for one in lists if (end.baselines or {}).get(one.id) != one.rows),
    )


def _accepted(end: Finding, lists: Sequence[List]) -> frozenset[str]:
    """The words by which each accepted state differs from the one before it, told by the lists' own memory."""
    shown = {one.id: one.shown for one in lists}
    held: dict[str, Mapping[str, str]] = {}
    words = set[str]()
    for source_id, body_sha256 in end.states:
        state = shown[source_id][body_sha256]
        if source_id in held:
            words |= set(state.values()) - set(held[source_id].values())
        held[source_id] = state
    return frozenset(words)


def _wrongly_digested(end: Finding, receipts: Sequence[Receipt]) -> Iterator[str]:
    """The changes that are in no digest of a recipient though their time has come, or in several."""
    for name in RECIPIENTS:
        digests = {r.subject: r.digested for r in receipts if r.recipient == name and r.digested}
        named = Counter(change for changes in digests.values() for change in changes)
        yield from (f"{change} to {name}" for change in sorted(end.digested | named.keys()) if named[change] != 1)


def _told(receipts: Iterable[Receipt], recipient: str) -> set[str]:
    return {r.subject for r in receipts if r.recipient == recipient}


def _news(receipts: Iterable[Receipt], recipient: str) -> set[str]:
    return {word for r in receipts if r.recipient == recipient for word in r.news}


def _missing(due: Iterable[str], received: Mapping[str, set[str]]) -> tuple[str, ...]:
    return tuple(f"{one} to {name}" for one in sorted(due) for name, told in received.items() if one not in told)


def _repeats(receipts: Iterable[Receipt]) -> Counter[int]:
    """How many events each run told that had been taken before, under the same id."""
    seen, repeats = set[tuple[str, str]](), Counter[int]()
    for receipt in receipts:
        telling = (receipt.recipient, receipt.webhook_id)
        repeats[receipt.run] += telling in seen
        seen.add(telling)
    return repeats


def _grouped(pairs: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], set[str]]:
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, member in pairs:
        groups[name].add(member)
    return groups


def _several(groups: Mapping[tuple[str, str], set[str]]) -> tuple[str, ...]:
    return tuple(" ".join(name) for name, members in groups.items() if len(members) > 1)
