"""What can be asked about the record itself: its stored bytes, its chain, whether it is still what was written."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.model.capture import Capture
from monitor.model.delivery import DeliveryState
from monitor.model.ids import Sha256
from monitor.store import audit, captures
from monitor.store.connection import Database
from monitor.store.objects import Damage, damaged_objects, read_object
from monitor.store.outbox import OutboxTable
from monitor.store.times import to_moment

if TYPE_CHECKING:
    from monitor.model.problem import BackupTried, Verification
    from monitor.model.proof import ChainEntry
    from monitor.model.retention import LetGo, Rule, Surplus
    from monitor.store.telling_witness import SealedSince

# What a poll has no use for is imported where it is asked for, so that the poll starts the sooner.


class Counts(Struct, frozen=True, kw_only=True):
    """How much the database holds. ``plain_bytes`` is the evidence unpacked, ``packed_bytes`` as it lies there."""

    sources: int
    checks: int
    captures: int
    snapshots: int
    changes: int
    digests: int
    audit_entries: int
    objects: int
    plain_bytes: int
    packed_bytes: int
    file_bytes: int
    deliveries: Mapping[DeliveryState, int]


class ProofQueries:
    """A part of ``Queries``. Nothing here writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def captures_of(self, check_id: int) -> tuple[Capture, ...]:
        """The responses of one check with their bytes, in order."""
        return captures.captures_of(self._database, check_id)

    def partials_of(self, check_id: int) -> tuple[bytes, ...]:
        """What came of the answers of one check that did not come whole."""
        return captures.partials_of(self._database, check_id)

    def captures_behind(self, snapshot_id: int) -> tuple[tuple[int, Capture], ...]:
        """The captures from which a snapshot was read, each with the check that brought it, in order."""
        return captures.captures_behind(self._database, snapshot_id)

    def entries_of(self, check_ids: Sequence[int], change_id: str | None) -> "tuple[ChainEntry, ...]":
        """The audit entries of these checks and of the change, oldest first."""
        return audit.entries_of(self._database, check_ids, change_id)

    def witnesses(self, seq: int) -> tuple[tuple[str, str], ...]:
        """Id and printed head of every digest whose head is that entry or a later one, in order."""
        return audit.witnesses(self._database, seq)

    def object_bytes(self, sha256: Sha256) -> bytes:
        """Raises StoreError ``corrupt`` when the object is missing or not what its name says."""
        return read_object(self._database, sha256)

    def verify_objects(self) -> tuple[Damage, ...]:
        """Reads every object; names those that cannot be had back as they were."""
        return tuple(damaged_objects(self._database))

    def surplus(self, older_than: "Mapping[Rule, datetime]") -> "tuple[Surplus, ...]":
        """The stored copies that retention may let go now."""
        from monitor.store import retention

        return retention.surplus(self._database, older_than)

    def released(self) -> "tuple[LetGo, ...]":
        """What retention has let go, by day and rule."""
        from monitor.store import retention

        return retention.released(self._database)

    def last_retention(self) -> datetime | None:
        """When retention was last at work."""
        from monitor.store import retention

        return retention.last_at(self._database)

    def verify_chain(self) -> audit.ChainBreak | None:
        """The first break of the audit chain, or None."""
        return audit.first_break(self._database)

    def verify_rows(self) -> tuple[str, ...]:
        """What is not what the audit chain says of it, each as a sentence that names it."""
        from monitor.store import bookkeeping, telling_witness, witness

        faults = list(witness.unlike_the_chain(self._database))
        if not any(fault.startswith("check ") for fault in faults):  # what follows from altered checks proves nothing
            faults += bookkeeping.unlike_the_ledger(self._database)
        faults += telling_witness.altered_tellings(self._database)
        faults += telling_witness.broken_periods(self._database)
        return tuple(faults)

    def sealed_since(self) -> "SealedSince":
        """How far back the chain speaks of deliveries."""
        from monitor.store import telling_witness

        return telling_witness.sealed_since(self._database)

    def last_verification(self) -> "Verification | None":
        """What came of it when the service last read and checked all of the record."""
        found = self._database.row("SELECT at, facts FROM audit WHERE event = 'verification' ORDER BY seq DESC LIMIT 1")
        if found is None:
            return None
        from monitor.model.problem import Verification

        facts = json.loads(found[1])
        return Verification(at=to_moment(found[0]), faults=facts["number"], first=next(iter(facts["faults"]), ""))

    def last_backup(self) -> "BackupTried | None":
        """What came of it when the service last tried to make a backup."""
        found = self._database.row("SELECT at, facts FROM audit WHERE event = 'backup' ORDER BY seq DESC LIMIT 1")
        if found is None:
            return None
        from monitor.model.problem import BackupTried

        return BackupTried(at=to_moment(found[0]), fault=json.loads(found[1])["fault"])

    def chain_head(self) -> str | None:
        """The newest hash of the audit chain."""
        head = audit.tip(self._database)[1]
        return None if head == audit.GENESIS else head

    def holds_head(self, head: str) -> bool:
        """Whether a head printed in some digest is part of the chain."""
        return self._database.row("SELECT 1 FROM audit WHERE hash = ?", [head]) is not None

    def marker(self) -> str:
        """What tells this record from every other one for ever: the first hash of its audit chain."""
        return str(self._database.value("SELECT hash FROM audit ORDER BY seq LIMIT 1") or "")

    def begun_at(self) -> datetime:
        """When the record began; the time of its first audit entry."""
        return to_moment(self._database.value("SELECT at FROM audit ORDER BY seq LIMIT 1") or "1970-01-01T00:00:00Z")

    def counts(self) -> Counts:
        """How much there is of everything."""
        tables = ("source", "ledger", "capture", "snapshot", "change", "digest", "audit", "object")
        n = {table: self._database.value(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608
        plain, packed = self._database.rows("SELECT total(size), total(length(packed)) FROM object")[0]
        return Counts(
            sources=n["source"],
            checks=n["ledger"],
            captures=n["capture"],
            snapshots=n["snapshot"],
            changes=n["change"],
            digests=n["digest"],
            audit_entries=n["audit"],
            objects=n["object"],
            plain_bytes=int(plain),
            packed_bytes=int(packed),
            file_bytes=self._database.path.stat().st_size,
            deliveries=OutboxTable(self._database).counts(),
        )
