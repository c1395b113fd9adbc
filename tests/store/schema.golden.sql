CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE absence (
    source_id TEXT NOT NULL REFERENCES source (id),
    key TEXT NOT NULL,
    since TEXT NOT NULL CHECK (length(since) = 27),
    PRIMARY KEY (source_id, key)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER answer_refuses_delete BEFORE DELETE ON answer
BEGIN SELECT RAISE(ABORT, 'the table answer is evidence: rows are never altered or removed'); END;
CREATE TRIGGER answer_refuses_update BEFORE UPDATE ON answer
BEGIN SELECT RAISE(ABORT, 'the table answer is evidence: rows are never altered or removed'); END;
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
CREATE TRIGGER assessment_refuses_delete BEFORE DELETE ON assessment
BEGIN SELECT RAISE(ABORT, 'the table assessment is evidence: rows are never altered or removed'); END;
CREATE TRIGGER assessment_refuses_update BEFORE UPDATE ON assessment
BEGIN SELECT RAISE(ABORT, 'the table assessment is evidence: rows are never altered or removed'); END;
CREATE TABLE assessment (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id TEXT NOT NULL REFERENCES change (id),
    rules_version TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('critical', 'high', 'medium', 'low', 'none')),
    tier TEXT NOT NULL CHECK (tier IN ('ACT', 'REVIEW', 'FYI', 'NOISE')),
    content TEXT NOT NULL CHECK (substr(content, 1, 1) IN ('{', '['))
) STRICT;
CREATE INDEX assessment_by_change ON assessment (change_id);
CREATE TRIGGER attempt_refuses_delete BEFORE DELETE ON attempt
BEGIN SELECT RAISE(ABORT, 'the table attempt is evidence: rows are never altered or removed'); END;
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    n INTEGER NOT NULL CHECK (n >= 1),
    started_at TEXT NOT NULL CHECK (length(started_at) = 27),
    ended_at TEXT CHECK (length(ended_at) = 27),
    outcome TEXT NOT NULL CHECK (outcome IN ('started', 'sent', 'refused', 'unknown')),
    code INTEGER,
    retry_after_s REAL,
    excerpt TEXT,
    UNIQUE (outbox_id, n)
) STRICT;
CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the table audit is evidence: rows are never altered or removed'); END;
CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the table audit is evidence: rows are never altered or removed'); END;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL CHECK (length(at) = 27),
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL CHECK (substr(facts, 1, 1) IN ('{', '[')),
    prev TEXT NOT NULL CHECK (length(prev) = 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX audit_of_backup ON audit (seq) WHERE event = 'backup';
CREATE INDEX audit_of_retention ON audit (seq) WHERE event = 'retention';
CREATE INDEX audit_of_verification ON audit (seq) WHERE event = 'verification';
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
;
CREATE TRIGGER capture_refuses_delete BEFORE DELETE ON capture
BEGIN SELECT RAISE(ABORT, 'the table capture is evidence: rows are never altered or removed'); END;
CREATE TRIGGER capture_refuses_update BEFORE UPDATE ON capture
BEGIN SELECT RAISE(ABORT, 'the table capture is evidence: rows are never altered or removed'); END;
CREATE TABLE capture (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    check_id INTEGER NOT NULL REFERENCES ledger (id),
    position INTEGER NOT NULL,
    official_url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    hops TEXT NOT NULL CHECK (substr(hops, 1, 1) IN ('{', '[')),
    status INTEGER NOT NULL,
    headers TEXT NOT NULL CHECK (substr(headers, 1, 1) IN ('{', '[')),
    body_sha256 TEXT NOT NULL REFERENCES object (sha256),
    wire_bytes INTEGER NOT NULL,
    started_at TEXT NOT NULL CHECK (length(started_at) = 27),
    ended_at TEXT NOT NULL CHECK (length(ended_at) = 27),
    tls_version TEXT,
    certificate_sha256 TEXT,
    UNIQUE (check_id, position)
) STRICT;
CREATE TRIGGER change_refuses_delete BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'the table change is evidence: rows are never altered or removed'); END;
CREATE TRIGGER change_refuses_update BEFORE UPDATE ON change
BEGIN SELECT RAISE(ABORT, 'the table change is evidence: rows are never altered or removed'); END;
CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'CH-[0-9][0-9][0-9][0-9]-[0-9]*'),
    check_id INTEGER NOT NULL REFERENCES ledger (id),
    source_id TEXT NOT NULL REFERENCES source (id),
    news TEXT NOT NULL,
    headline TEXT NOT NULL,
    last_unchanged_at TEXT NOT NULL CHECK (length(last_unchanged_at) = 27),
    first_changed_at TEXT NOT NULL CHECK (length(first_changed_at) = 27),
    found_late INTEGER NOT NULL CHECK (found_late IN (0, 1)),
    reverts TEXT REFERENCES change (id),
    before_snapshot_id INTEGER REFERENCES snapshot (id),
    after_snapshot_id INTEGER NOT NULL REFERENCES snapshot (id)
) STRICT;
CREATE INDEX change_by_check ON change (check_id);
CREATE TRIGGER decision_refuses_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'the table decision is evidence: rows are never altered or removed'); END;
CREATE TRIGGER decision_refuses_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'the table decision is evidence: rows are never altered or removed'); END;
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
CREATE TRIGGER difference_refuses_delete BEFORE DELETE ON difference
BEGIN SELECT RAISE(ABORT, 'the table difference is evidence: rows are never altered or removed'); END;
CREATE TRIGGER difference_refuses_update BEFORE UPDATE ON difference
BEGIN SELECT RAISE(ABORT, 'the table difference is evidence: rows are never altered or removed'); END;
CREATE TABLE difference (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id TEXT NOT NULL REFERENCES change (id),
    position INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    key TEXT NOT NULL,
    act TEXT NOT NULL,
    label TEXT NOT NULL,
    before TEXT CHECK (substr(before, 1, 1) IN ('{', '[')),
    after TEXT CHECK (substr(after, 1, 1) IN ('{', '[')),
    fields TEXT NOT NULL CHECK (substr(fields, 1, 1) IN ('{', '[')),
    before_sha256 TEXT NOT NULL CHECK (length(before_sha256) = 64),
    after_sha256 TEXT NOT NULL CHECK (length(after_sha256) = 64),
    UNIQUE (change_id, position)
) STRICT;
CREATE INDEX difference_by_content ON difference (source_id, before_sha256, after_sha256);
CREATE INDEX difference_by_item ON difference (source_id, key);
CREATE TRIGGER digest_refuses_delete BEFORE DELETE ON digest
BEGIN SELECT RAISE(ABORT, 'the table digest is evidence: rows are never altered or removed'); END;
CREATE TRIGGER digest_refuses_update BEFORE UPDATE ON digest
BEGIN SELECT RAISE(ABORT, 'the table digest is evidence: rows are never altered or removed'); END;
CREATE TABLE digest (
    id TEXT PRIMARY KEY,
    period_id TEXT NOT NULL REFERENCES period (id),
    made_at TEXT NOT NULL CHECK (length(made_at) = 27),
    subject TEXT NOT NULL,
    preheader TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    chain_head TEXT
) STRICT;
CREATE TRIGGER hand_saved_refuses_delete BEFORE DELETE ON hand_saved
BEGIN SELECT RAISE(ABORT, 'the table hand_saved is evidence: rows are never altered or removed'); END;
CREATE TRIGGER hand_saved_refuses_update BEFORE UPDATE ON hand_saved
BEGIN SELECT RAISE(ABORT, 'the table hand_saved is evidence: rows are never altered or removed'); END;
CREATE TABLE hand_saved (
            check_id INTEGER PRIMARY KEY REFERENCES ledger (id),
            taken_at TEXT NOT NULL CHECK (length(taken_at) = 27),
            taken_by TEXT NOT NULL CHECK (taken_by <> ''),
            taken_from TEXT,
            note TEXT NOT NULL
        ) STRICT;
CREATE TABLE held_copy (
    source_id TEXT PRIMARY KEY REFERENCES source (id),
    check_id INTEGER NOT NULL REFERENCES ledger (id),
    code TEXT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    since TEXT NOT NULL CHECK (length(since) = 27),
    looks INTEGER NOT NULL CHECK (looks >= 1),
    pages INTEGER NOT NULL CHECK (pages >= 1)
) STRICT, WITHOUT ROWID;
CREATE TABLE hold (
    host TEXT PRIMARY KEY,
    until TEXT NOT NULL CHECK (length(until) = 27)
) STRICT;
CREATE TABLE keyframe (
    source_id TEXT NOT NULL REFERENCES source (id),
    stream TEXT NOT NULL,
    object_sha256 TEXT NOT NULL REFERENCES object (sha256),
    versions INTEGER NOT NULL CHECK (versions >= 1),
    PRIMARY KEY (source_id, stream)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER learned_rule_refuses_delete BEFORE DELETE ON learned_rule
BEGIN SELECT RAISE(ABORT, 'the table learned_rule is evidence: rows are never altered or removed'); END;
CREATE TRIGGER learned_rule_refuses_update BEFORE UPDATE ON learned_rule
BEGIN SELECT RAISE(ABORT, 'the table learned_rule is evidence: rows are never altered or removed'); END;
CREATE TABLE learned_rule (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'LR-[0-9][0-9][0-9][0-9]-[0-9]*'),
    change_id TEXT NOT NULL REFERENCES change (id),
    content TEXT NOT NULL,
    by TEXT NOT NULL CHECK (by <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL CHECK (length(at) = 27)
) STRICT;
CREATE TRIGGER learned_rule_end_refuses_delete BEFORE DELETE ON learned_rule_end
BEGIN SELECT RAISE(ABORT, 'the table learned_rule_end is evidence: rows are never altered or removed'); END;
CREATE TRIGGER learned_rule_end_refuses_update BEFORE UPDATE ON learned_rule_end
BEGIN SELECT RAISE(ABORT, 'the table learned_rule_end is evidence: rows are never altered or removed'); END;
CREATE TABLE learned_rule_end (
    id TEXT PRIMARY KEY REFERENCES learned_rule (id),
    by TEXT NOT NULL CHECK (by <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL CHECK (length(at) = 27)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_refuses_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the table ledger is evidence: rows are never altered or removed'); END;
CREATE TRIGGER ledger_refuses_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the table ledger is evidence: rows are never altered or removed'); END;
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL REFERENCES source (id),
    slot_at TEXT NOT NULL CHECK (length(slot_at) = 27),
    started_at TEXT NOT NULL CHECK (length(started_at) = 27),
    ended_at TEXT NOT NULL CHECK (length(ended_at) = 27),
    trigger TEXT NOT NULL,
    verdict TEXT NOT NULL
        CHECK (verdict IN ('CHANGED', 'SAME', 'NOT_MODIFIED', 'SUSPECT', 'BLOCKED', 'FAILED', 'NOT_RUN')),
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    http_status INTEGER,
    items INTEGER,
    requests INTEGER NOT NULL,
    UNIQUE (source_id, slot_at)
) STRICT;
CREATE INDEX ledger_by_source ON ledger (source_id, started_at);
CREATE INDEX ledger_by_time ON ledger (started_at);
CREATE TRIGGER link_decision_refuses_delete BEFORE DELETE ON link_decision
BEGIN SELECT RAISE(ABORT, 'the table link_decision is evidence: rows are never altered or removed'); END;
CREATE TRIGGER link_decision_refuses_update BEFORE UPDATE ON link_decision
BEGIN SELECT RAISE(ABORT, 'the table link_decision is evidence: rows are never altered or removed'); END;
CREATE TABLE link_decision (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            "left" TEXT NOT NULL CHECK ("left" <> ''),
            "right" TEXT NOT NULL CHECK ("right" <> ''),
            state TEXT NOT NULL CHECK (state IN ('confirmed', 'refused')),
            by TEXT NOT NULL CHECK (by <> ''),
            reason TEXT NOT NULL CHECK (reason <> ''),
            at TEXT NOT NULL CHECK (length(at) = 27)
        ) STRICT;
CREATE TRIGGER mark_refuses_delete BEFORE DELETE ON mark
BEGIN SELECT RAISE(ABORT, 'the table mark is evidence: rows are never altered or removed'); END;
CREATE TRIGGER mark_refuses_update BEFORE UPDATE ON mark
BEGIN SELECT RAISE(ABORT, 'the table mark is evidence: rows are never altered or removed'); END;
CREATE TABLE mark (
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    change_id TEXT NOT NULL REFERENCES sighting (change_id),
    PRIMARY KEY (scheme, value, change_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE newcomer (
            source_id TEXT PRIMARY KEY,
            change_id TEXT NOT NULL REFERENCES change (id)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE newest (
    source_id TEXT PRIMARY KEY REFERENCES source (id),
    newest_on TEXT NOT NULL CHECK (length(newest_on) = 10)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER object_refuses_delete BEFORE DELETE ON object
BEGIN SELECT RAISE(ABORT, 'the table object is evidence: rows are never altered or removed'); END;
CREATE TRIGGER object_refuses_update BEFORE UPDATE ON object
WHEN NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NOT (
    length(NEW.packed) = 0 AND EXISTS (SELECT 1 FROM release WHERE sha256 = OLD.sha256)
    OR length(OLD.packed) = 0 AND OLD.size > 0)
BEGIN SELECT RAISE(ABORT, 'the table object is evidence: rows are never altered or removed'); END;
CREATE TABLE object (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    size INTEGER NOT NULL CHECK (size >= 0),
    base_sha256 TEXT REFERENCES object (sha256),
    codec TEXT NOT NULL CHECK (codec IN ('plain', 'zstd', 'zstd-delta')),
    packed BLOB NOT NULL,
    CHECK ((codec = 'zstd-delta') = (base_sha256 IS NOT NULL))
) STRICT;
CREATE TRIGGER outbox_is_frozen BEFORE UPDATE OF id, kind, subject_id, channel, recipient_id, payload, payload_sha256,
    created_at ON outbox
BEGIN SELECT RAISE(ABORT, 'what was to be told is never altered'); END;
CREATE TRIGGER outbox_refuses_delete BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'the table outbox is evidence: rows are never altered or removed'); END;
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id GLOB 'dlv_*'),
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    payload BLOB NOT NULL,
    payload_sha256 TEXT NOT NULL CHECK (length(payload_sha256) = 64),
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'dead', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL CHECK (length(created_at) = 27),
    next_at TEXT CHECK (length(next_at) = 27),
    lease_until TEXT CHECK (length(lease_until) = 27),
    lease_owner TEXT,
    last_code INTEGER,
    last_error TEXT,
    first_sent_at TEXT CHECK (length(first_sent_at) = 27),
    sent_at TEXT CHECK (length(sent_at) = 27), bundle TEXT, seq INTEGER CHECK (seq >= 1),
    UNIQUE (kind, subject_id, channel, recipient_id),
    CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) STRICT;
CREATE INDEX outbox_by_bundle ON outbox (bundle) WHERE bundle IS NOT NULL AND state = 'pending';
CREATE INDEX outbox_by_recipient ON outbox (recipient_id, created_at);
CREATE UNIQUE INDEX outbox_by_seq ON outbox (recipient_id, channel, seq);
CREATE INDEX outbox_by_subject ON outbox (subject_id);
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX outbox_open ON outbox (recipient_id, channel, number) WHERE state IN ('pending', 'sending');
CREATE TRIGGER partial_refuses_delete BEFORE DELETE ON partial
BEGIN SELECT RAISE(ABORT, 'the table partial is evidence: rows are never altered or removed'); END;
CREATE TRIGGER partial_refuses_update BEFORE UPDATE ON partial
BEGIN SELECT RAISE(ABORT, 'the table partial is evidence: rows are never altered or removed'); END;
CREATE TABLE partial (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    check_id INTEGER NOT NULL REFERENCES ledger (id),
    body_sha256 TEXT NOT NULL REFERENCES object (sha256)
) STRICT;
CREATE INDEX partial_by_check ON partial (check_id);
CREATE TRIGGER period_closes_once BEFORE UPDATE ON period
WHEN OLD.state = 'closed' OR NEW.state <> 'closed' OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind
    OR NEW.digest_id <> OLD.digest_id OR NEW.start_at <> OLD.start_at OR NEW.end_at <> OLD.end_at
    OR NEW.from_seq <> OLD.from_seq
BEGIN SELECT RAISE(ABORT, 'a period can only be closed, and only once'); END;
CREATE TRIGGER period_follows BEFORE INSERT ON period
WHEN EXISTS (SELECT 1 FROM period WHERE kind = NEW.kind)
BEGIN
    SELECT RAISE(ABORT, 'a period must start where the one before ended')
    WHERE NOT EXISTS (
        SELECT 1 FROM period
        WHERE kind = NEW.kind AND state = 'closed' AND end_at = NEW.start_at AND to_seq + 1 = NEW.from_seq
            AND end_at = (SELECT max(end_at) FROM period WHERE kind = NEW.kind));
END;
CREATE TRIGGER period_refuses_delete BEFORE DELETE ON period
BEGIN SELECT RAISE(ABORT, 'the table period is evidence: rows are never altered or removed'); END;
CREATE TABLE period (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    digest_id TEXT NOT NULL,
    start_at TEXT NOT NULL CHECK (length(start_at) = 27),
    end_at TEXT NOT NULL CHECK (length(end_at) = 27 AND end_at > start_at),
    first_day TEXT NOT NULL CHECK (length(first_day) = 10),
    last_day TEXT NOT NULL CHECK (length(last_day) = 10),
    from_seq INTEGER NOT NULL CHECK (from_seq >= 1),
    to_seq INTEGER CHECK (to_seq >= from_seq - 1),
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    UNIQUE (kind, start_at),
    CHECK ((state = 'closed') = (to_seq IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX period_open ON period (kind) WHERE state = 'open';
CREATE TRIGGER problem_closes_once BEFORE UPDATE ON problem WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a problem that was closed stays as it was'); END;
CREATE TRIGGER problem_refuses_delete BEFORE DELETE ON problem
BEGIN SELECT RAISE(ABORT, 'the table problem is evidence: rows are never altered or removed'); END;
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
    closed_reason TEXT, sources TEXT NOT NULL DEFAULT '',
    CHECK ((closed_at IS NULL) = (closed_how IS NULL))
) STRICT;
CREATE UNIQUE INDEX problem_open ON problem (source_id, trouble) WHERE closed_at IS NULL;
CREATE TRIGGER readiness_refuses_delete BEFORE DELETE ON readiness
BEGIN SELECT RAISE(ABORT, 'the table readiness is evidence: rows are never altered or removed'); END;
CREATE TRIGGER readiness_refuses_update BEFORE UPDATE ON readiness
BEGIN SELECT RAISE(ABORT, 'the table readiness is evidence: rows are never altered or removed'); END;
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
CREATE TRIGGER registered_refuses_delete BEFORE DELETE ON registered
BEGIN SELECT RAISE(ABORT, 'the table registered is evidence: rows are never altered or removed'); END;
CREATE TRIGGER registered_refuses_update BEFORE UPDATE ON registered
BEGIN SELECT RAISE(ABORT, 'the table registered is evidence: rows are never altered or removed'); END;
CREATE TABLE registered (
    settings INTEGER NOT NULL REFERENCES settings (number),
    kept TEXT NOT NULL CHECK (kept IN ('source', 'subscriber', 'setting')),
    id TEXT NOT NULL CHECK (id <> ''),
    content TEXT,
    PRIMARY KEY (kept, id, settings)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER release_refuses_delete BEFORE DELETE ON release
BEGIN SELECT RAISE(ABORT, 'the table release is evidence: rows are never altered or removed'); END;
CREATE TRIGGER release_refuses_update BEFORE UPDATE ON release
BEGIN SELECT RAISE(ABORT, 'the table release is evidence: rows are never altered or removed'); END;
CREATE TABLE release (
    run INTEGER NOT NULL CHECK (run >= 1),
    sha256 TEXT NOT NULL REFERENCES object (sha256),
    rule TEXT NOT NULL CHECK (rule IN ('unchanged', 'unverified')),
    at TEXT NOT NULL CHECK (length(at) = 27),
    packed_bytes INTEGER NOT NULL,
    PRIMARY KEY (run, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_by_object ON release (sha256, run);
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    status INTEGER,
    text TEXT NOT NULL,
    fetched_at TEXT NOT NULL CHECK (length(fetched_at) = 27)
) STRICT;
CREATE TRIGGER rule_text_refuses_delete BEFORE DELETE ON rule_text
BEGIN SELECT RAISE(ABORT, 'the table rule_text is evidence: rows are never altered or removed'); END;
CREATE TRIGGER rule_text_refuses_update BEFORE UPDATE ON rule_text
BEGIN SELECT RAISE(ABORT, 'the table rule_text is evidence: rows are never altered or removed'); END;
CREATE TABLE rule_text (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) = 64),
    version TEXT NOT NULL CHECK (version <> ''),
    files BLOB NOT NULL,
    kept_at TEXT NOT NULL CHECK (length(kept_at) = 27)
, form BLOB) STRICT;
CREATE TRIGGER settings_refuses_delete BEFORE DELETE ON settings
BEGIN SELECT RAISE(ABORT, 'the table settings is evidence: rows are never altered or removed'); END;
CREATE TRIGGER settings_refuses_update BEFORE UPDATE ON settings
BEGIN SELECT RAISE(ABORT, 'the table settings is evidence: rows are never altered or removed'); END;
CREATE TABLE settings (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL CHECK (length(at) = 27),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
) STRICT;
CREATE TRIGGER sighting_refuses_delete BEFORE DELETE ON sighting
BEGIN SELECT RAISE(ABORT, 'the table sighting is evidence: rows are never altered or removed'); END;
CREATE TRIGGER sighting_refuses_update BEFORE UPDATE ON sighting
BEGIN SELECT RAISE(ABORT, 'the table sighting is evidence: rows are never altered or removed'); END;
CREATE TABLE sighting (
    change_id TEXT PRIMARY KEY REFERENCES change (id),
    cluster_id TEXT NOT NULL CHECK (cluster_id GLOB 'CL-[0-9][0-9][0-9][0-9]-[0-9]*'),
    ground TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_cluster ON sighting (cluster_id);
CREATE TRIGGER snapshot_refuses_delete BEFORE DELETE ON snapshot
BEGIN SELECT RAISE(ABORT, 'the table snapshot is evidence: rows are never altered or removed'); END;
CREATE TRIGGER snapshot_refuses_update BEFORE UPDATE ON snapshot
BEGIN SELECT RAISE(ABORT, 'the table snapshot is evidence: rows are never altered or removed'); END;
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    check_id INTEGER NOT NULL REFERENCES ledger (id),
    source_id TEXT NOT NULL REFERENCES source (id),
    content_sha256 TEXT NOT NULL REFERENCES object (sha256),
    body_sha256 TEXT NOT NULL CHECK (length(body_sha256) = 64),
    extractor TEXT NOT NULL,
    extractor_version INTEGER NOT NULL,
    form TEXT NOT NULL,
    items INTEGER NOT NULL CHECK (items >= 0)
) STRICT;
CREATE INDEX snapshot_by_body ON snapshot (source_id, body_sha256);
CREATE TRIGGER snapshot_capture_refuses_delete BEFORE DELETE ON snapshot_capture
BEGIN SELECT RAISE(ABORT, 'the table snapshot_capture is evidence: rows are never altered or removed'); END;
CREATE TRIGGER snapshot_capture_refuses_update BEFORE UPDATE ON snapshot_capture
BEGIN SELECT RAISE(ABORT, 'the table snapshot_capture is evidence: rows are never altered or removed'); END;
CREATE TABLE snapshot_capture (
    snapshot_id INTEGER NOT NULL REFERENCES snapshot (id),
    position INTEGER NOT NULL,
    capture_id INTEGER NOT NULL REFERENCES capture (id),
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE source (
    id TEXT PRIMARY KEY CHECK (id <> ''),
    name TEXT NOT NULL DEFAULT '',
    authority TEXT NOT NULL DEFAULT '',
    official_url TEXT NOT NULL DEFAULT '',
    first_seen TEXT NOT NULL CHECK (length(first_seen) = 27)
) STRICT;
CREATE TRIGGER suspension_refuses_delete BEFORE DELETE ON suspension
BEGIN SELECT RAISE(ABORT, 'the table suspension is evidence: rows are never altered or removed'); END;
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
    ;
CREATE UNIQUE INDEX suspension_in_force ON suspension (recipient_id, channel) WHERE lifted_at IS NULL;
CREATE TRIGGER tool_refuses_delete BEFORE DELETE ON tool
BEGIN SELECT RAISE(ABORT, 'the table tool is evidence: rows are never altered or removed'); END;
CREATE TRIGGER tool_refuses_update BEFORE UPDATE ON tool
BEGIN SELECT RAISE(ABORT, 'the table tool is evidence: rows are never altered or removed'); END;
CREATE TABLE tool (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL CHECK (id <> ''),
    at TEXT NOT NULL CHECK (length(at) = 27),
    by TEXT NOT NULL CHECK (by <> ''),
    reason TEXT NOT NULL,
    content TEXT
) STRICT;
CREATE INDEX tool_by_id ON tool (id, number);
CREATE TABLE watch (
    source_id TEXT PRIMARY KEY REFERENCES source (id),
    snapshot_id INTEGER REFERENCES snapshot (id),
    body_sha256 TEXT,
    etag TEXT,
    last_modified TEXT,
    validators_url TEXT,
    extractor_version INTEGER,
    first_good_at TEXT CHECK (length(first_good_at) = 27),
    last_good_at TEXT CHECK (length(last_good_at) = 27),
    last_full_get_at TEXT CHECK (length(last_full_get_at) = 27),
    unverified_since TEXT CHECK (length(unverified_since) = 27),
    failures_in_row INTEGER NOT NULL DEFAULT 0
, read_as TEXT CHECK (length(read_as) = 64)) STRICT;
PRAGMA user_version=22;
