"""What was told to whom and when, in the audit chain: an entry for each delivery when it is made, for the end of each
try, and for whatever a person does about it.

An entry holds the hash of the delivery's row as it stood then, and of the try it speaks of. Not in the hash is what
only says when to try next: the lease, the next time, the count of tries, and whether one is under way.
"""

import hashlib
import json
from datetime import datetime

from monitor.store import audit
from monitor.store.connection import Database, Row

EVENT = "delivery"
QUEUED = "queued"
ROW, TRY, TRIED = "row", "try", "tried"
"""The facts that hold the hash of the row, the number of the try, and the hash of the try."""

_JSON = json.JSONEncoder(separators=(",", ":"))
STANDING = (
    "id, number, kind, subject_id, channel, recipient_id, payload_sha256, created_at, seq,"
    " CASE state WHEN 'sending' THEN 'pending' ELSE state END, sent_at, last_code, last_error"
)
ATTEMPT = "outbox_id, n, started_at, ended_at, outcome, code, retry_after_s, excerpt"


def seal(
    database: Database,
    delivery_id: str,
    act: str,
    *,
    at: datetime,
    row: Row | None = None,
    attempt: int | None = None,
    tried: Row | None = None,
    tip: tuple[int, str] | None = None,
) -> tuple[int, str]:
    """Appends the entry for what was just written, inside the caller's transaction; the new tip of the chain.

    ``row``, ``tried``: the delivery's row (``STANDING``) and the try's (``ATTEMPT``) as they lay there right after they
    were written; else they are read.
    """
    row = row or database.rows(f"SELECT {STANDING} FROM outbox WHERE id = ?", [delivery_id])[0]  # noqa: S608
    facts: dict[str, object] = {"act": act, "tells": row[3], "to": row[5], "over": row[4], "payload_sha256": row[6]}
    facts[ROW] = row_hash(row)
    if attempt is not None:
        sql = f"SELECT {ATTEMPT} FROM attempt WHERE outbox_id = ? AND n = ?"  # noqa: S608
        tried = tried or database.rows(sql, [delivery_id, attempt])[0]
        facts |= {TRY: attempt, TRIED: row_hash(tried)}
    return audit.append(database, tip or audit.tip(database), EVENT, delivery_id, facts, at)


def row_hash(row: Row) -> str:
    """SHA-256 over the row as a JSON array (no blanks, ASCII)."""
    return hashlib.sha256(_JSON.encode(row).encode()).hexdigest()
