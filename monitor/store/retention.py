"""Letting go of old bytes in which nothing was found. Rows and hashes never go.

Kept for ever are the copies behind every change (before and after), behind the baselines, those saved by hand, and what
was read from any copy. Kept while they are open: the copies behind a held copy, a problem, an absence that waits to be
confirmed, and of a digest's period that is not closed yet. A copy that came in several checks goes only when all of
them may let it go.

What went is on record: a row of ``release`` for each copy, sealed in the audit chain, so that ``verify`` can say of
each copy that it is there, or when and by which rule it went. The same bytes may come again; then they are kept anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from monitor.model.retention import LetGo, Rule, Surplus
from monitor.store.connection import Database
from monitor.store.times import to_moment, to_text

EVENT = "retention"
AT_ONCE = 2000
"""So many copies go in one transaction, so that nobody waits for long."""

_SURPLUS = """
    WITH needed_check AS (
        SELECT check_id AS id FROM change UNION SELECT check_id FROM hand_saved UNION SELECT check_id FROM held_copy
        UNION SELECT check_id FROM problem WHERE closed_at IS NULL
        UNION SELECT l.id FROM ledger AS l JOIN (
                SELECT source_id, min(since) AS since FROM absence GROUP BY source_id) AS a
            ON a.source_id = l.source_id AND l.started_at >= a.since),
    needed_snapshot AS (
        SELECT snapshot_id AS id FROM watch UNION SELECT before_snapshot_id FROM change
        UNION SELECT after_snapshot_id FROM change),
    needed_capture AS (
        SELECT capture_id AS id FROM snapshot_capture WHERE snapshot_id IN (SELECT id FROM needed_snapshot)),
    use AS (
        SELECT body_sha256 AS sha256, check_id,
            EXISTS (SELECT 1 FROM needed_capture AS n WHERE n.id = capture.id) AS is_needed FROM capture
        UNION ALL SELECT body_sha256, check_id, 0 FROM partial),
    judged AS (
        SELECT use.sha256, l.source_id, l.started_at, CASE
            WHEN use.is_needed OR EXISTS (SELECT 1 FROM needed_check AS n WHERE n.id = l.id) THEN NULL
            WHEN l.id >= (SELECT min(from_seq) FROM period WHERE state = 'open') THEN NULL
            WHEN l.verdict IN ('SAME', 'NOT_MODIFIED') AND l.started_at < ?1 THEN 'unchanged'
            WHEN l.verdict IN ('SUSPECT', 'BLOCKED', 'FAILED', 'NOT_RUN') AND l.started_at < ?2 THEN 'unverified'
            END AS rule
        FROM use JOIN ledger AS l ON l.id = use.check_id)
    SELECT j.sha256, min(j.source_id), max(j.rule), max(j.started_at), length(o.packed), o.base_sha256
    FROM judged AS j JOIN object AS o ON o.sha256 = j.sha256
    WHERE length(o.packed) > 0 AND o.sha256 NOT IN (SELECT content_sha256 FROM snapshot)
        AND o.sha256 NOT IN (SELECT object_sha256 FROM keyframe)
    GROUP BY j.sha256 HAVING count(j.rule) = count(*)
    ORDER BY o.base_sha256 IS NULL, max(j.started_at), j.sha256
"""


def surplus(database: Database, older_than: Mapping[Rule, datetime]) -> tuple[Surplus, ...]:
    """The copies that may go now: differences before the whole versions that they are differences to, then the oldest
    first. A whole version stays while anything that stays is a difference to it.
    """
    limits = [older_than.get(rule) for rule in (Rule.UNCHANGED, Rule.UNVERIFIED)]
    found = database.rows(_SURPLUS, [limit and to_text(limit) for limit in limits])
    going = {row[0] for row in found}
    for base, sha256 in database.rows("SELECT base_sha256, sha256 FROM object WHERE base_sha256 IS NOT NULL"):
        if sha256 not in going:
            going.discard(base)
    return tuple(
        Surplus(sha256=sha256, source_id=source, rule=Rule(rule), packed_bytes=packed, received_at=to_moment(received))
        for sha256, source, rule, received, packed, _ in found
        if sha256 in going
    )


def let_go(database: Database, going: Sequence[Surplus], *, run: int, at: datetime) -> None:
    """Empties the copies, inside the caller's transaction, in which they were found to be surplus."""
    for one in going:
        database.write(
            "INSERT INTO release (run, sha256, rule, at, packed_bytes) VALUES (?, ?, ?, ?, ?)",
            [run, one.sha256, one.rule.value, to_text(at), one.packed_bytes],
        )
        database.write(
            "UPDATE object SET packed = x'', codec = 'plain', base_sha256 = NULL WHERE sha256 = ?", [one.sha256]
        )


def next_run(database: Database) -> int:
    """Numbered by the audit chain: a run in which nothing went has its entry, and no rows."""
    told = f"SELECT json_extract(facts, '$.run') FROM audit WHERE event = '{EVENT}' ORDER BY seq DESC LIMIT 1"  # noqa: S608
    return int(database.value(told) or 0) + 1


def last_at(database: Database) -> datetime | None:
    """When retention was last at work, be it that nothing went."""
    found = database.value(f"SELECT at FROM audit WHERE event = '{EVENT}' ORDER BY seq DESC LIMIT 1")  # noqa: S608
    return None if found is None else to_moment(found)


def released(database: Database) -> tuple[LetGo, ...]:
    """What went, by day and rule, the oldest first; without what has come again."""
    found = database.rows(
        "SELECT substr(r.at, 1, 10), r.rule, min(r.at), count(*), sum(r.packed_bytes) FROM release AS r"
        " JOIN object AS o ON o.sha256 = r.sha256 AND length(o.packed) = 0"
        " WHERE r.run = (SELECT max(run) FROM release WHERE sha256 = r.sha256) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return tuple(
        LetGo(at=to_moment(at), rule=Rule(rule), copies=copies, packed_bytes=packed)
        for _, rule, at, copies, packed in found
    )


def unsealed(database: Database) -> Iterator[str]:
    """A sentence for each release that no entry of the audit chain vouches for."""
    told = f"SELECT json_extract(facts, '$.run') FROM audit WHERE event = '{EVENT}'"  # noqa: S608 - ours
    for (sha256,) in database.rows(f"SELECT sha256 FROM release WHERE run NOT IN ({told}) ORDER BY run, sha256"):  # noqa: S608
        yield f"retention: that the bytes of the object {sha256} were let go is not what the audit chain says"
