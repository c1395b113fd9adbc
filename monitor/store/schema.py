"""The schema: named migrations, which ``migrating`` applies in order. Add new ones at the end; never edit one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.store import schema_early, schema_people, schema_v1
from monitor.store.script import run_script

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

    Migration = tuple[str, Callable[[SqliteUtils], None]]

APPLICATION_ID = 0x434D4141  # "CMAA"


def _first(utils: "SqliteUtils") -> None:
    run_script(utils, schema_v1.TABLES + schema_v1.guards())


def _answers(utils: "SqliteUtils") -> None:
    """What people answered to the standing questions."""
    run_script(
        utils,
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
        + schema_v1.refusals(("answer",)),
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
    run_script(utils, _CLUSTERS + schema_v1.refusals(("sighting", "mark")))


def _links(utils: "SqliteUtils") -> None:
    """What people decided on proposed links."""
    run_script(
        utils,
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
        + schema_v1.refusals(("link_decision",)),
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
    run_script(utils, _DECISIONS + schema_v1.refusals(("decision",)))


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
    run_script(utils, _REGISTER + schema_v1.refusals(("settings", "registered")))


def _read_as(utils: "SqliteUtils") -> None:
    """By which entry the baseline was read."""
    utils.execute("ALTER TABLE watch ADD COLUMN read_as TEXT CHECK (length(read_as) = 64)")


def _host_problems(utils: "SqliteUtils") -> None:
    """The sources that a host's problem concerns, separated by blanks."""
    utils.execute("ALTER TABLE problem ADD COLUMN sources TEXT NOT NULL DEFAULT ''")


def _learned(utils: "SqliteUtils") -> None:
    """Rules learned from what was not relevant, and which of them were ended."""
    run_script(utils, schema_people.LEARNED + schema_v1.refusals(("learned_rule", "learned_rule_end")))


def _readiness(utils: "SqliteUtils") -> None:
    """What people said of the house's own readiness."""
    run_script(utils, schema_people.READINESS + schema_v1.refusals(("readiness",)))


def _rule_texts(utils: "SqliteUtils") -> None:
    """The rule files by which changes were judged, for the time when the ones in place have faults."""
    run_script(utils, schema_people.RULE_TEXTS + schema_v1.refusals(("rule_text",)))


_RETENTION = """
CREATE TABLE release (
    run INTEGER NOT NULL CHECK (run >= 1),
    sha256 TEXT NOT NULL REFERENCES object (sha256),
    rule TEXT NOT NULL CHECK (rule IN ('unchanged', 'unverified')),
    at TEXT NOT NULL CHECK (length(at) = 27),
    packed_bytes INTEGER NOT NULL,
    PRIMARY KEY (run, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_by_object ON release (sha256, run);
CREATE INDEX audit_of_verification ON audit (seq) WHERE event = 'verification';
CREATE INDEX audit_of_retention ON audit (seq) WHERE event = 'retention';
DROP TRIGGER object_refuses_update;
CREATE TRIGGER object_refuses_update BEFORE UPDATE ON object
WHEN NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NOT (
    length(NEW.packed) = 0 AND EXISTS (SELECT 1 FROM release WHERE sha256 = OLD.sha256)
    OR length(OLD.packed) = 0 AND OLD.size > 0)
BEGIN SELECT RAISE(ABORT, 'the table object is evidence: rows are never altered or removed'); END;
"""


def _retention(utils: "SqliteUtils") -> None:
    """Bytes of old copies in which nothing was found may go, once it is on record that they did; the same bytes may
    come again.
    """
    run_script(utils, _RETENTION + schema_v1.refusals(("release",)))


def _backups(utils: "SqliteUtils") -> None:
    """The newest backup that was tried is asked for in every turn of the service."""
    utils.execute("CREATE INDEX audit_of_backup ON audit (seq) WHERE event = 'backup'")


def _rule_forms(utils: "SqliteUtils") -> None:
    """The rule files as they were read, which takes far less time than to read them again."""
    utils.execute("ALTER TABLE rule_text ADD COLUMN form BLOB")


MIGRATIONS: "tuple[Migration, ...]" = (
    ("0001-first", _first),
    ("0002-hand-saved", schema_early.hand_saved),
    ("0003-held-copies", schema_early.held_copies),
    ("0004-bundles", schema_early.bundles),
    ("0005-problems", schema_early.problems),
    ("0006-tools", schema_early.tools),
    ("0007-queues", schema_early.queues),
    ("0008-answers", _answers),
    ("0009-clusters", _clusters),
    ("0010-links", _links),
    ("0011-calendar", _calendar),
    ("0012-decisions", _decisions),
    ("0013-newcomers", _newcomers),
    ("0014-register", _register),
    ("0015-read-as", _read_as),
    ("0016-host-problems", _host_problems),
    ("0017-learned", _learned),
    ("0018-readiness", _readiness),
    ("0019-rule-texts", _rule_texts),
    ("0020-retention", _retention),
    ("0021-backups", _backups),
    ("0022-rule-forms", _rule_forms),
)
VERSION = len(MIGRATIONS)
"""``user_version`` of a database that has every migration."""
