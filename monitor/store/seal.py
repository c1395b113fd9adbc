"""One hash over all the rows that an audit entry vouches for, so that none of them can be altered unseen.

The hash goes into the entry's facts as ``sealed`` when the entry is written, in the rows' own transaction; ``verify``
makes it again from the rows as they lie there then. ``tables`` in the facts holds eight digits of a hash for each
table, so that the altered one can be named. Deliveries live on after their entry: see ``telling_seal``.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from monitor.store.connection import Database, Row

SEALED, TABLES = "sealed", "tables"
_JSON = json.JSONEncoder(default=bytes.hex)

_KEYS = {"check": "check", "settings": "number", "retention": "run"}
"""The fact that names the rows, of events whose subject does not."""

# What each event vouches for, table by table; ``?`` is the fact of ``_KEYS``, the subject for the others. Assessments
# may be added later, under new rules: a change's entry vouches for the first.
_ROWS: Mapping[str, Mapping[str, str]] = {
    "check": {
        "ledger": "SELECT * FROM ledger WHERE id = ?",
        "capture": "SELECT * FROM capture WHERE check_id = ? ORDER BY position",
        "hand_saved": "SELECT * FROM hand_saved WHERE check_id = ?",
    },
    "change": {
        "change": "SELECT * FROM change WHERE id = ?",
        "difference": "SELECT * FROM difference WHERE change_id = ? ORDER BY position",
        "assessment": "SELECT * FROM assessment WHERE change_id = ? ORDER BY number LIMIT 1",
        "snapshot": "SELECT s.* FROM change AS c JOIN snapshot AS s ON s.id = c.after_snapshot_id WHERE c.id = ?",
    },
    "answer": {"answer": "SELECT * FROM answer WHERE id = ?"},
    "readiness": {"readiness": "SELECT * FROM readiness WHERE id = ?"},
    "learned-rule": {"learned_rule": "SELECT * FROM learned_rule WHERE id = ?"},
    "learned-rule-undone": {"learned_rule_end": "SELECT * FROM learned_rule_end WHERE id = ?"},
    "decision": {"decision": "SELECT * FROM decision WHERE id = ?"},
    "digest": {"digest": "SELECT * FROM digest WHERE id = ?"},
    "retention": {"release": "SELECT * FROM release WHERE run = ? ORDER BY sha256"},
    "settings": {
        "settings": "SELECT * FROM settings WHERE number = ?",
        "registered": "SELECT * FROM registered WHERE settings = ? ORDER BY kept, id",
    },
}
_SINCE_TABLES: Mapping[str, Mapping[str, str]] = {
    "check": {
        "partial": "SELECT * FROM partial WHERE check_id = ? ORDER BY id",
        "snapshot": "SELECT * FROM snapshot WHERE check_id = ? ORDER BY id",
        "snapshot_capture": "SELECT c.* FROM snapshot_capture AS c JOIN snapshot AS s ON s.id = c.snapshot_id"
        " WHERE s.check_id = ? ORDER BY c.snapshot_id, c.position",
    },
    "digest": {"period": "SELECT p.* FROM period AS p JOIN digest AS d ON d.period_id = p.id WHERE d.id = ?"},
}
"""Vouched for since an entry names its tables."""

_EXTRAS = frozenset({"hand_saved", "partial", "snapshot", "snapshot_capture"})
"""What only some checks have. They count only where there are such rows."""


Written = Mapping[str, Sequence[Row]]
"""Table by table, the rows that an event vouches for, each as it lay there right after it was written."""


def sealed(
    database: Database, event: str, subject: str, facts: Mapping[str, object], written: Written | None = None
) -> Mapping[str, object]:
    """The facts with the seal of the rows behind them; as they are for an event that vouches for no rows.

    ``written``: all these rows, when they were written in this very transaction; else they are read.
    """
    if event not in _ROWS:
        return facts
    parts = dict(_parts(database, event, subject, {**facts, TABLES: {}}, written))
    named = {table: hashlib.sha256(part).hexdigest()[:8] for table, part in parts.items()}
    return {**facts, TABLES: named, SEALED: _hash(parts)}


def broken_tables(database: Database, event: str, subject: str, facts: Mapping[str, object]) -> tuple[str, ...] | None:
    """The tables whose rows are not those that the entry sealed; none named where it does not say. None: all are as
    they were.
    """
    if SEALED not in facts or event not in _ROWS:
        return None
    parts = dict(_parts(database, event, subject, facts))
    if _hash(parts) == facts[SEALED]:
        return None
    named = facts.get(TABLES)
    if not isinstance(named, dict):
        return ()
    now = {table: hashlib.sha256(part).hexdigest()[:8] for table, part in parts.items()}
    return tuple(table for table in sorted({*named, *now}) if named.get(table) != now.get(table))


def _parts(
    database: Database, event: str, subject: str, facts: Mapping[str, object], written: Written | None = None
) -> Iterator[tuple[str, bytes]]:
    """Each table's rows as they are hashed, in the order of the tables."""
    questions = _ROWS[event]
    if TABLES in facts:
        questions = {**questions, **_SINCE_TABLES.get(event, {})}
    extras = _EXTRAS if event == "check" else frozenset()
    key = facts.get(_KEYS[event]) if event in _KEYS else subject
    for table, question in questions.items():
        rows = database.rows(question, [key]) if written is None else written.get(table, ())
        if rows or table not in extras:
            yield table, b"".join(_JSON.encode(row).encode() + b"\n" for row in rows)


def _hash(parts: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts.values():
        digest.update(part)
        digest.update(b"\x00")
    return digest.hexdigest()
