"""The tables of what people add to the record: named in the migrations of ``schema``, and never edited."""

READINESS = """
CREATE TABLE readiness (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'RD-[0-9][0-9][0-9][0-9]-[0-9]*'),
    subject TEXT NOT NULL CHECK (subject <> ''),
    step TEXT NOT NULL CHECK (step <> ''),
    reach TEXT NOT NULL CHECK (reach IN ('reached', 'open', 'not needed')),
    on_day TEXT NOT NULL CHECK (length(on_day) = 10),
    by TEXT NOT NULL CHECK (by <> ''),
    note TEXT NOT NULL,
    at TEXT NOT NULL CHECK (length(at) = 27),
    CHECK (note <> '' OR reach = 'reached')
) STRICT;
"""

LEARNED = """
CREATE TABLE learned_rule (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'LR-[0-9][0-9][0-9][0-9]-[0-9]*'),
    change_id TEXT NOT NULL REFERENCES change (id),
    content TEXT NOT NULL,
    by TEXT NOT NULL CHECK (by <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL CHECK (length(at) = 27)
) STRICT;
CREATE TABLE learned_rule_end (
    id TEXT PRIMARY KEY REFERENCES learned_rule (id),
    by TEXT NOT NULL CHECK (by <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL CHECK (length(at) = 27)
) STRICT, WITHOUT ROWID;
"""

RULE_TEXTS = """
CREATE TABLE rule_text (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) = 64),
    version TEXT NOT NULL CHECK (version <> ''),
    files BLOB NOT NULL,
    kept_at TEXT NOT NULL CHECK (length(kept_at) = 27)
) STRICT;
"""
