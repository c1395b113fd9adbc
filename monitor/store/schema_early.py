"""The migrations 2 to 7. Frozen: a later change is a new migration in ``schema.py``, never an edit here."""

from typing import TYPE_CHECKING

from monitor.store import schema_v1
from monitor.store.script import run_script

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils


def hand_saved(utils: "SqliteUtils") -> None:
    """Who saved a copy by hand, and when: a row beside the ledger's, only for such a check."""
    run_script(
        utils,
        """
        CREATE TABLE hand_saved (
            check_id INTEGER PRIMARY KEY REFERENCES ledger (id),
            taken_at TEXT NOT NULL CHECK (length(taken_at) = 27),
            taken_by TEXT NOT NULL CHECK (taken_by <> ''),
            taken_from TEXT,
            note TEXT NOT NULL
        ) STRICT;
        """
        + schema_v1.refusals(("hand_saved",)),
    )


_HELD_COPY = """
CREATE TABLE held_copy (
    source_id TEXT PRIMARY KEY REFERENCES source (id),
    check_id INTEGER NOT NULL REFERENCES ledger (id),
    code TEXT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    since TEXT NOT NULL CHECK (length(since) = 27),
    looks INTEGER NOT NULL CHECK (looks >= 1),
    pages INTEGER NOT NULL CHECK (pages >= 1)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_by_body ON snapshot (source_id, body_sha256);
"""


def held_copies(utils: "SqliteUtils") -> None:
    """Copies that wait to be seen again or accepted, and the way to find an accepted copy by its bytes."""
    run_script(utils, _HELD_COPY)


def bundles(utils: "SqliteUtils") -> None:
    """Alerts beyond a subscriber's cap wait under a common name, to be told together."""
    for statement in (
        "ALTER TABLE outbox ADD COLUMN bundle TEXT",
        "CREATE INDEX outbox_by_bundle ON outbox (bundle) WHERE bundle IS NOT NULL AND state = 'pending'",
        "CREATE INDEX outbox_by_recipient ON outbox (recipient_id, created_at)",
    ):
        utils.execute(statement)


_PROBLEMS = """
CREATE TABLE problem (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'PB-[0-9][0-9][0-9][0-9]-[0-9]*'),
    source_id TEXT NOT NULL,
    trouble TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL CHECK (length(since) = 27),
    check_id INTEGER REFERENCES ledger (id),
    opened_at TEXT NOT NULL CHECK (length(opened_at) = 27),
    tellings INTEGER NOT NULL CHECK (tellings >= 1),
    told_at TEXT NOT NULL CHECK (length(told_at) = 27),
    closed_at TEXT CHECK (length(closed_at) = 27),
    closed_how TEXT,
    closed_by TEXT,
    closed_reason TEXT,
    CHECK ((closed_at IS NULL) = (closed_how IS NULL))
) STRICT;
CREATE UNIQUE INDEX problem_open ON problem (source_id, trouble) WHERE closed_at IS NULL;
CREATE TRIGGER problem_refuses_delete BEFORE DELETE ON problem
BEGIN SELECT RAISE(ABORT, 'the table problem is evidence: rows are never altered or removed'); END;
CREATE TRIGGER problem_closes_once BEFORE UPDATE ON problem WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a problem that was closed stays as it was'); END;
CREATE TABLE newest (
    source_id TEXT PRIMARY KEY REFERENCES source (id),
    newest_on TEXT NOT NULL CHECK (length(newest_on) = 10)
) STRICT, WITHOUT ROWID;
"""


def problems(utils: "SqliteUtils") -> None:
    """What is wrong with watching itself, and the newest date in each source that must be fresh."""
    run_script(utils, _PROBLEMS)


_TOOLS = """
CREATE TABLE tool (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL CHECK (id <> ''),
    at TEXT NOT NULL CHECK (length(at) = 27),
    by TEXT NOT NULL CHECK (by <> ''),
    reason TEXT NOT NULL,
    content TEXT
) STRICT;
CREATE INDEX tool_by_id ON tool (id, number);
"""


def tools(utils: "SqliteUtils") -> None:
    """The inventory of own tools: a row for each state of each tool, the newest counts; no content: taken out."""
    run_script(utils, _TOOLS + schema_v1.refusals(("tool",)))


_QUEUES = (
    "ALTER TABLE outbox ADD COLUMN seq INTEGER CHECK (seq >= 1)",
    "CREATE UNIQUE INDEX outbox_by_seq ON outbox (recipient_id, channel, seq)",
    "CREATE INDEX outbox_open ON outbox (recipient_id, channel, number) WHERE state IN ('pending', 'sending')",
    """
    CREATE TABLE suspension (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        recipient_id TEXT NOT NULL,
        channel TEXT NOT NULL,
        since TEXT NOT NULL CHECK (length(since) = 27),
        code INTEGER,
        reason TEXT NOT NULL,
        lifted_at TEXT CHECK (length(lifted_at) = 27),
        lifted_by TEXT,
        lifted_reason TEXT,
        CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX suspension_in_force ON suspension (recipient_id, channel) WHERE lifted_at IS NULL",
)


def queues(utils: "SqliteUtils") -> None:
    """Each recipient's tellings are numbered and go out in order; one who is gone is suspended."""
    for statement in (*_QUEUES, schema_v1.refusals(("suspension",), ("DELETE",))):
        utils.execute(statement)
