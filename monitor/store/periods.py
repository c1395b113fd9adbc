"""The spans that digests cover. Each starts where the one before ended, in time and in commit sequence."""

import hashlib
from datetime import date, datetime

from msgspec import Struct

from monitor.model.digest import Message, Period
from monitor.model.errors import StoreError
from monitor.model.ids import DigestId, Sha256
from monitor.store.audit import GENESIS, tip
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_text

_COLUMNS = "id, digest_id, start_at, end_at, from_seq, to_seq, first_day, last_day"


class StoredDigest(Struct, frozen=True, kw_only=True):
    """A digest as it was sent. ``chain_head``: the audit head printed in it; ``sha256``: of subject, text and HTML."""

    id: DigestId
    period_id: str
    made_at: datetime
    message: Message
    chain_head: str | None
    sha256: Sha256


def current_period(database: Database, kind: str) -> Period | None:
    """The open period of that kind."""
    return _first(database, "kind = ? AND state = 'open'", [kind])


def last_period(database: Database, kind: str) -> Period | None:
    """The newest closed period of that kind."""
    return _first(database, "kind = ? AND state = 'closed' ORDER BY end_at DESC", [kind])


def open_period(
    database: Database,
    kind: str,
    *,
    period_id: str,
    digest_id: DigestId,
    start_at: datetime,
    end_at: datetime,
    first_day: date,
    last_day: date,
    from_seq: int = 1,
) -> Period:
    """Opens the period that follows the newest closed one; raises StoreError ``refused`` when it does not follow it.

    ``from_seq``: where the first of its kind begins; each later one begins where the one before ended.
    """
    closed = database.value("SELECT max(to_seq) FROM period WHERE kind = ?", [kind])
    database.write(
        "INSERT INTO period (id, kind, digest_id, start_at, end_at, first_day, last_day, from_seq, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        [
            period_id,
            kind,
            digest_id,
            to_text(start_at),
            to_text(end_at),
            first_day.isoformat(),
            last_day.isoformat(),
            from_seq if closed is None else closed + 1,
        ],
    )
    return _must(database, period_id)


def close_period(database: Database, period_id: str, *, to_seq: int | None = None) -> Period:
    """Freezes the period's last member: ``to_seq``, or the newest check of the ledger."""
    newest = database.value("SELECT max(id) FROM ledger") or 0
    database.write(
        "UPDATE period SET state = 'closed', to_seq = max(from_seq - 1, ?) WHERE id = ?",
        [newest if to_seq is None else to_seq, period_id],
    )
    return _must(database, period_id)


def insert_digest(database: Database, digest_id: DigestId, period_id: str, message: Message, made_at: datetime) -> None:
    head = tip(database)[1]
    content = "\x00".join((message.subject, message.text, message.html)).encode("utf-8", "replace")
    row = {
        "id": digest_id,
        "period_id": period_id,
        "made_at": to_text(made_at),
        "subject": message.subject,
        "preheader": message.preheader,
        "text": message.text,
        "html": message.html,
        "sha256": hashlib.sha256(content).hexdigest(),
        "chain_head": None if head == GENESIS else head,
    }
    database.insert("digest", [row])


def digest(database: Database, digest_id: DigestId) -> StoredDigest | None:
    found = database.row(
        "SELECT id, period_id, made_at, subject, preheader, text, html, chain_head, sha256 FROM digest WHERE id = ?",
        [digest_id],
    )
    if found is None:
        return None
    id_, period_id, made_at, subject, preheader, text, html, chain_head, sha256 = found
    message = Message(subject=subject, preheader=preheader, text=text, html=html)
    return StoredDigest(
        id=id_,
        period_id=period_id,
        made_at=to_moment(made_at),
        message=message,
        chain_head=chain_head,
        sha256=sha256,
    )


def digest_ids(database: Database) -> tuple[DigestId, ...]:
    """All digests made, oldest first."""
    return tuple(id_ for (id_,) in database.rows("SELECT id FROM digest ORDER BY made_at, id"))


def _first(database: Database, where: str, values: list[object]) -> Period | None:
    found = database.row(f"SELECT {_COLUMNS} FROM period WHERE {where} LIMIT 1", values)  # noqa: S608
    return None if found is None else _period(found)


def _must(database: Database, period_id: str) -> Period:
    found = _first(database, "id = ?", [period_id])
    if found is None:
        mend = "List the periods with `cmaa-monitor status`"
        raise StoreError(code="missing", what=f"there is no period {period_id}", where=str(database.path), mend=mend)
    return found


def _period(row: Row) -> Period:
    id_, digest_id, start_at, end_at, from_seq, to_seq, first_day, last_day = row
    return Period(
        id=id_,
        digest_id=digest_id,
        start_at=to_moment(start_at),
        end_at=to_moment(end_at),
        from_seq=from_seq,
        to_seq=to_seq,
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day),
    )
