"""The schema: named migrations that sqlite-utils applies in order. Add new ones at the end; never edit one."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.store import schema_v1
from monitor.store.backup import check_file, copy_into
from monitor.store.connection import Database
from monitor.store.driver import sqlite3
from monitor.store.failures import store_error

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

    Migration = tuple[str, Callable[[SqliteUtils], None]]

APPLICATION_ID = 0x434D4141  # "CMAA"


def _first(utils: "SqliteUtils") -> None:
    utils.executescript(schema_v1.TABLES + schema_v1.guards())


def _hand_saved(utils: "SqliteUtils") -> None:
    """Who saved a copy by hand, and when: a row beside the ledger's, only for such a check."""
    utils.executescript(
        """
        CREATE TABLE hand_saved (
            check_id INTEGER PRIMARY KEY REFERENCES ledger (id),
            taken_at TEXT NOT NULL CHECK (length(taken_at) = 27),
            taken_by TEXT NOT NULL CHECK (taken_by <> ''),
            taken_from TEXT,
            note TEXT NOT NULL
        ) STRICT;
        """
        + schema_v1.refusals(("hand_saved",))
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


def _held_copies(utils: "SqliteUtils") -> None:
    """Copies that wait to be seen again or accepted, and the way to find an accepted copy by its bytes."""
    utils.executescript(_HELD_COPY)


def _bundles(utils: "SqliteUtils") -> None:
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


def _problems(utils: "SqliteUtils") -> None:
    """What is wrong with watching itself, and the newest date in each source that must be fresh."""
    utils.executescript(_PROBLEMS)


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


def _tools(utils: "SqliteUtils") -> None:
    """The inventory of own tools: a row for each state of each tool, the newest counts; no content: taken out."""
    utils.executescript(_TOOLS + schema_v1.refusals(("tool",)))


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


def _queues(utils: "SqliteUtils") -> None:
    """Each recipient's tellings are numbered and go out in order; one who is gone is suspended."""
    for statement in (*_QUEUES, schema_v1.refusals(("suspension",), ("DELETE",))):
        utils.execute(statement)


def _answers(utils: "SqliteUtils") -> None:
    """What people answered to the standing questions."""
    utils.executescript(
        """
        CREATE TABLE answer (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (id GLOB 'AN-[0-9][0-9][0-9][0-9]-[0-9]*'),
            question TEXT NOT NULL CHECK (question <> ''),
            state TEXT NOT NULL CHECK (state IN ('known', 'partly', 'unknown')),
            text TEXT NOT NULL CHECK (text <> ''),
            citations TEXT NOT NULL CHECK (substr(citations, 1, 1) IN ('{', '[')),
            by TEXT NOT NULL CHECK (by <> ''),
            looked_on TEXT NOT NULL CHECK (length(looked_on) = 10),
            given_at TEXT NOT NULL CHECK (length(given_at) = 27),
            seq INTEGER NOT NULL CHECK (seq >= 0)
        ) STRICT;
        """
        + schema_v1.refusals(("answer",))
    )


_CLUSTERS = """
CREATE TABLE sighting (
    change_id TEXT PRIMARY KEY REFERENCES change (id),
    cluster_id TEXT NOT NULL CHECK (cluster_id GLOB 'CL-[0-9][0-9][0-9][0-9]-[0-9]*'),
    ground TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_cluster ON sighting (cluster_id);
CREATE TABLE mark (
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    change_id TEXT NOT NULL REFERENCES sighting (change_id),
    PRIMARY KEY (scheme, value, change_id)
) STRICT, WITHOUT ROWID;
"""


def _clusters(utils: "SqliteUtils") -> None:
    """The official ids that each change is known by, and the cluster of one event that it belongs to."""
    utils.executescript(_CLUSTERS + schema_v1.refusals(("sighting", "mark")))


def _links(utils: "SqliteUtils") -> None:
    """What people decided on proposed links."""
    utils.executescript(
        """
        CREATE TABLE link_decision (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            "left" TEXT NOT NULL CHECK ("left" <> ''),
            "right" TEXT NOT NULL CHECK ("right" <> ''),
            state TEXT NOT NULL CHECK (state IN ('confirmed', 'refused')),
            by TEXT NOT NULL CHECK (by <> ''),
            reason TEXT NOT NULL CHECK (reason <> ''),
            at TEXT NOT NULL CHECK (length(at) = 27)
        ) STRICT;
        """
        + schema_v1.refusals(("link_decision",))
    )


_CALENDAR = """
CREATE TABLE calendar (
    uid TEXT PRIMARY KEY,
    on_day TEXT NOT NULL CHECK (length(on_day) = 10),
    summary TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    sequence INTEGER NOT NULL CHECK (sequence >= 0),
    at TEXT NOT NULL CHECK (length(at) = 27),
    cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1))
) STRICT, WITHOUT ROWID
"""


def _calendar(utils: "SqliteUtils") -> None:
    """The dates as they were published last."""
    utils.execute(_CALENDAR)


_DECISIONS = """
CREATE TABLE decision (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'DC-[0-9][0-9][0-9][0-9]-[0-9]*'),
    change_id TEXT NOT NULL REFERENCES change (id),
    outcome TEXT NOT NULL CHECK (outcome IN
        ('not relevant', 'no impact', 'monitor', 'action needed', 'duplicate', 'done', 'reopened')),
    reason TEXT NOT NULL,
    by TEXT NOT NULL CHECK (by <> ''),
    owner TEXT NOT NULL,
    due TEXT CHECK (length(due) = 10),
    duplicate_of TEXT REFERENCES change (id),
    at TEXT NOT NULL CHECK (length(at) = 27),
    CHECK ((outcome = 'duplicate') = (duplicate_of IS NOT NULL)),
    CHECK (reason <> '' OR outcome IN ('monitor', 'action needed', 'done'))
) STRICT;
CREATE INDEX decision_by_change ON decision (change_id, number);
"""


def _decisions(utils: "SqliteUtils") -> None:
    """What people decided about changes."""
    utils.executescript(_DECISIONS + schema_v1.refusals(("decision",)))


def _newcomers(utils: "SqliteUtils") -> None:
    """The documents that a list named for the first time, until they are read."""
    utils.execute(
        """
        CREATE TABLE newcomer (
            source_id TEXT PRIMARY KEY,
            change_id TEXT NOT NULL REFERENCES change (id)
        ) STRICT, WITHOUT ROWID
        """
    )


_REGISTER = """
CREATE TABLE settings (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL CHECK (length(at) = 27),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
) STRICT;
CREATE TABLE registered (
    settings INTEGER NOT NULL REFERENCES settings (number),
    kept TEXT NOT NULL CHECK (kept IN ('source', 'subscriber', 'setting')),
    id TEXT NOT NULL CHECK (id <> ''),
    content TEXT,
    PRIMARY KEY (kept, id, settings)
) STRICT, WITHOUT ROWID;
"""


def _register(utils: "SqliteUtils") -> None:
    """The settings that were in force, and from when; no content: no longer among them."""
    utils.executescript(_REGISTER + schema_v1.refusals(("settings", "registered")))


MIGRATIONS: "tuple[Migration, ...]" = (
    ("0001-first", _first),
    ("0002-hand-saved", _hand_saved),
    ("0003-held-copies", _held_copies),
    ("0004-bundles", _bundles),
    ("0005-problems", _problems),
    ("0006-tools", _tools),
    ("0007-queues", _queues),
    ("0008-answers", _answers),
    ("0009-clusters", _clusters),
    ("0010-links", _links),
    ("0011-calendar", _calendar),
    ("0012-decisions", _decisions),
    ("0013-newcomers", _newcomers),
    ("0014-register", _register),
)
VERSION = len(MIGRATIONS)
"""``user_version`` of a database that has every migration."""


def migrate(database: Database, marks: Mapping[str, str], migrations: "Sequence[Migration]" = MIGRATIONS) -> None:
    """Brings a new or older database to the newest version, all of it or nothing; ``marks`` go into ``meta``.

    An older one is checked whole and copied aside first (``<file>.backup-v1``), and checked again afterwards.
    """
    held = database.value("PRAGMA user_version")
    if held:
        check_file(database, quick=False)
        _copy_aside(database, held)
    try:
        with database.transaction():
            _apply(database, migrations)
            for mark in marks.items():
                database.write("INSERT INTO meta (key, value) VALUES (?, ?)", mark)
    except sqlite3.Error as fault:
        raise store_error(fault, database.path) from fault
    if held:
        check_file(database, quick=False)


def _copy_aside(database: Database, held: int) -> None:
    backup = database.path.with_name(f"{database.path.name}.backup-v{held}")
    if not backup.exists():  # a migration that failed before has left it, and nothing was written since
        copy_into(database, backup)


def _apply(database: Database, migrations: "Sequence[Migration]") -> None:
    # sqlite-utils takes 0.15 s to import; only a new or an older database pays for it.
    from sqlite_utils import Database as SqliteUtils
    from sqlite_utils import Migrations

    ordered = Migrations("monitor.store")
    for name, apply in migrations:
        ordered(name=name)(apply)
    utils = SqliteUtils(database.connection, recursive_triggers=False, execute_plugins=False)
    ordered.apply(utils)
    utils.execute(f"PRAGMA application_id={APPLICATION_ID}")
    utils.execute(f"PRAGMA user_version={len(migrations)}")
