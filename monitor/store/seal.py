"""One hash over all the rows that an audit entry vouches for, so that none of them can be altered unseen.

The hash goes into the entry's facts as ``sealed`` when the entry is written, in the rows' own transaction; ``verify``
makes it again from the rows as they lie there then. Tellings are not sealed: they live on after the entry.
"""

import hashlib
import json
from collections.abc import Mapping

from monitor.store.connection import Database

SEALED = "sealed"
_JSON = json.JSONEncoder(default=bytes.hex)

_KEYS = {"check": "check", "settings": "number"}
"""The fact that names the rows, of events whose subject does not."""

# What each event vouches for; ``?`` is the fact of ``_KEYS``, the subject for the others. Assessments may be added
# later, under new rules: a change's entry vouches for the first.
_HAND_SAVED = "SELECT * FROM hand_saved WHERE check_id = ?"
"""Counts only where there is such a row: the seals made before there was such a table must hold."""

_ROWS: Mapping[str, tuple[str, ...]] = {
    "check": (
        "SELECT * FROM ledger WHERE id = ?",
        "SELECT * FROM capture WHERE check_id = ? ORDER BY position",
        _HAND_SAVED,
    ),
    "change": (
        "SELECT * FROM change WHERE id = ?",
        "SELECT * FROM difference WHERE change_id = ? ORDER BY position",
        "SELECT * FROM assessment WHERE change_id = ? ORDER BY number LIMIT 1",
        "SELECT s.* FROM change AS c JOIN snapshot AS s ON s.id = c.after_snapshot_id WHERE c.id = ?",
    ),
    "answer": ("SELECT * FROM answer WHERE id = ?",),
    "readiness": ("SELECT * FROM readiness WHERE id = ?",),
    "learned-rule": ("SELECT * FROM learned_rule WHERE id = ?",),
    "learned-rule-undone": ("SELECT * FROM learned_rule_end WHERE id = ?",),
    "decision": ("SELECT * FROM decision WHERE id = ?",),
    "digest": ("SELECT * FROM digest WHERE id = ?",),
    "settings": (
        "SELECT * FROM settings WHERE number = ?",
        "SELECT * FROM registered WHERE settings = ? ORDER BY kept, id",
    ),
}


def seal_of(database: Database, event: str, subject: str, facts: Mapping[str, object]) -> str | None:
    """The hash of the rows behind an entry (64 hexadecimal digits); None for an event that vouches for no rows."""
    questions = _ROWS.get(event)
    if questions is None:
        return None
    key = facts.get(_KEYS[event]) if event in _KEYS else subject
    digest = hashlib.sha256()
    for question in questions:
        rows = database.rows(question, [key])
        for row in rows:
            digest.update(_JSON.encode(row).encode())
            digest.update(b"\n")
        if rows or question != _HAND_SAVED:
            digest.update(b"\x00")
    return digest.hexdigest()
