"""Responses as evidence, and the snapshots read from them."""

import json
from collections.abc import Sequence
from datetime import datetime

from monitor.model.capture import RENDERED, Capture, Hop
from monitor.model.errors import StoreError
from monitor.model.ids import Sha256, SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.store.codec import from_json, to_json
from monitor.store.connection import Database, Row
from monitor.store.failures import RESTORE
from monitor.store.objects import keep_object, read_object
from monitor.store.times import to_moment, to_text

_CAPTURES = (
    "SELECT official_url, final_url, hops, status, headers, body_sha256, wire_bytes, started_at, ended_at, tls_version,"
    " certificate_sha256 FROM capture"
)
_HOPS = tuple[Hop, ...]
_HEADERS = tuple[tuple[str, str], ...]


def insert_capture(database: Database, check_id: int, source_id: SourceId, position: int, capture: Capture) -> Row:
    """Keeps the response with its bytes; returns the capture's row as it lies there, its id first."""
    body_sha256 = keep_object(database, capture.body, source_id=source_id, stream=f"page {position}")
    return database.added(
        "INSERT INTO capture (check_id, position, official_url, final_url, hops, status, headers, body_sha256,"
        " wire_bytes, started_at, ended_at, tls_version, certificate_sha256)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            check_id,
            position,
            capture.official_url,
            capture.final_url,
            to_json(capture.hops),
            capture.status,
            to_json(capture.headers),
            body_sha256,
            capture.wire_bytes,
            to_text(capture.started_at),
            to_text(capture.ended_at),
            capture.tls_version,
            capture.certificate_sha256,
        ],
    )


def insert_partial(database: Database, check_id: int, source_id: SourceId, body: bytes) -> None:
    """Keeps the bytes of an answer that did not come whole."""
    sha256 = keep_object(database, body, source_id=source_id, stream="partial")
    database.write("INSERT INTO partial (check_id, body_sha256) VALUES (?, ?)", [check_id, sha256])


def captures_of(database: Database, check_id: int) -> tuple[Capture, ...]:
    """The responses of one check, in order."""
    found = database.rows(f"{_CAPTURES} WHERE check_id = ? ORDER BY position", [check_id])
    return tuple(_capture(database, row) for row in found)


def partials_of(database: Database, check_id: int) -> tuple[bytes, ...]:
    """What came of the answers of one check that did not come whole."""
    found = database.rows("SELECT body_sha256 FROM partial WHERE check_id = ? ORDER BY id", [check_id])
    return tuple(read_object(database, sha256) for (sha256,) in found)


def captures_behind(database: Database, snapshot_id: int) -> tuple[tuple[int, Capture], ...]:
    """The captures from which a snapshot was read, each with the check that brought it, in order."""
    found = database.rows(
        f"{_CAPTURES.replace(' FROM', ', check_id FROM')} JOIN snapshot_capture ON capture_id = capture.id"
        " WHERE snapshot_id = ? ORDER BY snapshot_capture.position",
        [snapshot_id],
    )
    return tuple((row[-1], _capture(database, row[:-1])) for row in found)


def moved(database: Database) -> dict[SourceId, tuple[str, str]]:
    """Address asked and address reached of each source whose newest good answer lay behind permanent redirects."""
    newest = (
        "SELECT max(l.id) FROM ledger AS l JOIN capture AS n ON n.check_id = l.id"
        " WHERE l.source_id = w.source_id AND l.verdict IN ('CHANGED', 'SAME')"
        " AND NOT EXISTS (SELECT 1 FROM hand_saved AS h WHERE h.check_id = l.id)"  # a saved file proves no address
    )
    found = database.rows(
        "SELECT w.source_id, c.official_url, c.final_url, c.hops FROM watch AS w"  # noqa: S608
        f" JOIN capture AS c ON c.position = 0 AND c.check_id = ({newest}) WHERE c.final_url <> c.official_url"
    )
    return {
        source_id: (asked, reached)
        for source_id, asked, reached, hops in found
        if all(hop.status in {301, 308} for hop in from_json(_HOPS, hops)[:-1])
    }


def last_certificate(database: Database, source_id: SourceId) -> str | None:
    """The hash of the certificate that the source's host showed last; None when it never did."""
    found: str | None = database.value(
        "SELECT c.certificate_sha256 FROM ledger AS l JOIN capture AS c ON c.check_id = l.id WHERE l.source_id = ?"
        " AND c.certificate_sha256 IS NOT NULL ORDER BY l.started_at DESC, c.id DESC LIMIT 1",
        [source_id],
    )
    return found


def insert_snapshot(
    database: Database,
    check_id: int,
    source_id: SourceId,
    snapshot: Snapshot,
    body_sha256: Sha256,
    capture_ids: Sequence[int],
) -> tuple[Row, list[Row]]:
    """Keeps what was read from the captures; returns the snapshot's row as it lies there, its id first, and those that
    name its captures.
    """
    content = to_json(snapshot).encode()
    content_sha256 = keep_object(database, content, source_id=source_id, stream="snapshot")
    row = database.added(
        "INSERT INTO snapshot (check_id, source_id, content_sha256, body_sha256, extractor, extractor_version, form,"
        " items) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            check_id,
            source_id,
            content_sha256,
            body_sha256,
            snapshot.extractor,
            snapshot.extractor_version,
            snapshot.form,
            snapshot.size,
        ],
    )
    behind = [(row[0], *place) for place in enumerate(capture_ids)]
    for one in behind:
        database.write("INSERT INTO snapshot_capture VALUES (?, ?, ?)", one)
    return row, behind


def capture_ids_of(database: Database, snapshot_id: int) -> list[int]:
    """The captures a snapshot was read from, in order."""
    found = database.rows(
        "SELECT capture_id FROM snapshot_capture WHERE snapshot_id = ? ORDER BY position", [snapshot_id]
    )
    return [capture_id for (capture_id,) in found]


def snapshot_before(database: Database, source_id: SourceId, at: datetime) -> tuple[int, Sha256] | None:
    """The newest snapshot accepted by a check that started before ``at``, and the hash of its bytes."""
    found = database.row(
        "SELECT snapshot.id, body_sha256 FROM snapshot JOIN ledger ON ledger.id = check_id"
        " WHERE snapshot.source_id = ? AND started_at < ? ORDER BY snapshot.id DESC LIMIT 1",
        [source_id, to_text(at)],
    )
    return None if found is None else (found[0], found[1])


def was_accepted(database: Database, source_id: SourceId, body_sha256: Sha256) -> bool:
    """Whether a snapshot of the source was ever read from these bytes and accepted."""
    found = "SELECT 1 FROM snapshot WHERE source_id = ? AND body_sha256 = ? LIMIT 1"
    return database.row(found, [source_id, body_sha256]) is not None


def empty_before(database: Database, at: datetime) -> frozenset[SourceId]:
    """The sources whose newest content accepted by a check that started before ``at`` holds nothing at all."""
    newest = (
        "SELECT max(snapshot.id) FROM snapshot JOIN ledger ON ledger.id = check_id WHERE started_at < ?"
        " GROUP BY snapshot.source_id"
    )
    sql = f"SELECT source_id FROM snapshot WHERE items = 0 AND id IN ({newest})"  # noqa: S608
    return frozenset(source_id for (source_id,) in database.rows(sql, [to_text(at)]))


def read_snapshot(database: Database, snapshot_id: int) -> Snapshot:
    """Raises StoreError ``missing`` when there is no such snapshot."""
    content_sha256 = database.value("SELECT content_sha256 FROM snapshot WHERE id = ?", [snapshot_id])
    if content_sha256 is None:
        what = f"there is no snapshot {snapshot_id}"
        raise StoreError(code="missing", what=what, where=str(database.path), mend=RESTORE)
    return from_json(Snapshot, read_object(database, content_sha256))


def read_pages(database: Database, snapshot_id: int) -> tuple[Page, ...]:
    """The stored bodies behind a snapshot, as an extractor takes them."""
    found = database.rows(
        f"{_CAPTURES} JOIN snapshot_capture ON capture_id = capture.id WHERE snapshot_id = ?"
        " ORDER BY snapshot_capture.position",
        [snapshot_id],
    )
    return tuple(_page(_capture(database, row)) for row in found)


def bodies_of(database: Database, check_ids: Sequence[int]) -> dict[int, tuple[Sha256, ...]]:
    """The hashes of the bodies of each check, in order, partial ones last."""
    found: dict[int, list[Sha256]] = {}
    wanted = "(SELECT value FROM json_each(?))"
    sql = (
        f"SELECT check_id, body_sha256 FROM (SELECT check_id, 0 AS part, position, body_sha256 FROM capture"  # noqa: S608
        f" WHERE check_id IN {wanted} UNION ALL SELECT check_id, 1, id, body_sha256 FROM partial"
        f" WHERE check_id IN {wanted}) ORDER BY check_id, part, position"
    )
    ids = json.dumps(list(check_ids))
    for check_id, sha256 in database.rows(sql, [ids, ids]):
        found.setdefault(check_id, []).append(sha256)
    return {check_id: tuple(hashes) for check_id, hashes in found.items()}


def _capture(database: Database, row: Row) -> Capture:
    official_url, final_url, hops, status, headers, sha256, wire_bytes, started_at, ended_at, tls, certificate = row
    return Capture(
        official_url=official_url,
        final_url=final_url,
        hops=from_json(_HOPS, hops),
        status=status,
        headers=tuple((name, value) for name, value in from_json(_HEADERS, headers)),
        body=read_object(database, sha256),
        sha256=sha256,
        wire_bytes=wire_bytes,
        started_at=to_moment(started_at),
        ended_at=to_moment(ended_at),
        tls_version=tls,
        certificate_sha256=certificate,
    )


def _page(capture: Capture) -> Page:
    parameters = (capture.header("content-type") or "").split(";")[1:]
    named = (value.strip(" \"'") for name, _, value in (p.partition("=") for p in parameters) if _is_charset(name))
    return Page(body=capture.body, url=capture.final_url, media_type=capture.media_type, charset=next(named, None))


def _is_charset(name: str) -> bool:
    return name.strip().lower() == "charset"


def baseline_of(database: Database, source_id: SourceId) -> tuple[int, Sha256]:
    """The id and the body hash of the source's accepted snapshot. Raises StoreError ``missing`` when it has none."""
    found = database.row(
        "SELECT watch.snapshot_id, snapshot.body_sha256 FROM watch JOIN snapshot ON snapshot.id = snapshot_id"
        " WHERE watch.source_id = ?",
        [source_id],
    )
    if found is None:
        what, mend = f"{source_id} has no baseline yet", f"Check it first: cmaa-monitor check --source {source_id}"
        raise StoreError(code="missing", what=what, where=str(database.path), mend=mend)
    return found[0], found[1]


def rendered_by(headers: str | None) -> str | None:
    """The browser that made a copy, from the headers kept with it."""
    kept = from_json(_HEADERS, headers) if headers and RENDERED in headers else ()
    return next((value.partition(";")[0] for name, value in kept if name == RENDERED), None)
