"""What each change is known by, and the clusters of changes that are sights of one event. Rows are only ever added."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.model.assessment import Assessment
from monitor.model.cluster import AlsoSeen, Placement, Sighting
from monitor.model.ids import ChangeId, ClusterId
from monitor.store.codec import from_json, to_json
from monitor.store.connection import Database
from monitor.store.times import to_moment, to_text


def sightings_like(database: Database, one: Sighting, within: timedelta) -> tuple[tuple[ClusterId, Sighting], ...]:
    """The members of every cluster in which a change seen within that time bears a mark of ``one``."""
    span = [to_text(one.at - within), to_text(one.at + within)]
    found: set[ClusterId] = set()
    for scheme, value in {(mark.scheme, mark.value) for marks in one.marks for mark in marks}:
        rows = database.rows(
            "SELECT s.cluster_id FROM mark AS m JOIN sighting AS s ON s.change_id = m.change_id"
            " JOIN change AS c ON c.id = m.change_id"
            " WHERE m.scheme = ? AND m.value = ? AND c.first_changed_at BETWEEN ? AND ?",
            [scheme, value, *span],
        )
        found.update(cluster for (cluster,) in rows)
    return tuple(
        (cluster, from_json(Sighting, content))
        for cluster in sorted(found)
        for (content,) in database.rows("SELECT content FROM sighting WHERE cluster_id = ?", [cluster])
    )


def sight(database: Database, one: Sighting, cluster_id: ClusterId | None, ground: str) -> Placement:
    """Keeps what the change is known by, and its place in a cluster; None: it begins one of its own."""
    cluster_id = cluster_id or _next_id(database, one.at.year)
    row = {"change_id": one.change_id, "cluster_id": cluster_id, "ground": ground, "content": to_json(one)}
    database.insert("sighting", [row])
    marks = sorted({(mark.scheme, mark.value) for marks in one.marks for mark in marks})
    database.insert("mark", [{"scheme": scheme, "value": value, "change_id": one.change_id} for scheme, value in marks])
    return Placement(cluster_id=cluster_id, ground=ground, also_seen=_others(database, cluster_id, one.change_id))


def _next_id(database: Database, year: int) -> ClusterId:
    sql = "SELECT max(CAST(substr(cluster_id, 9) AS INTEGER)) FROM sighting WHERE cluster_id >= ? AND cluster_id < ?"
    last = database.value(sql, [f"CL-{year:04d}-", f"CL-{year:04d}."]) or 0
    return ClusterId(f"CL-{year:04d}-{last + 1:04d}")


def placement(database: Database, change_id: ChangeId) -> Placement | None:
    """The cluster of a change with all that was seen of the same event; None: nothing official names it."""
    row = database.row("SELECT cluster_id, ground FROM sighting WHERE change_id = ?", [change_id])
    if row is None:
        return None
    return Placement(cluster_id=row[0], ground=row[1], also_seen=_others(database, row[0], change_id))


def _others(database: Database, cluster_id: ClusterId, change_id: ChangeId) -> tuple[AlsoSeen, ...]:
    rows = database.rows(
        "SELECT c.id, c.source_id, c.headline, c.first_changed_at, s.ground"
        " FROM sighting AS s JOIN change AS c ON c.id = s.change_id"
        " WHERE s.cluster_id = ? AND s.change_id <> ? ORDER BY c.number",
        [cluster_id, change_id],
    )
    return tuple(
        AlsoSeen(change_id=row[0], source_id=row[1], headline=row[2], at=to_moment(row[3]), ground=row[4])
        for row in rows
    )


def opinions_told(database: Database, recipient_id: str, change_ids: Sequence[ChangeId]) -> tuple[Assessment, ...]:
    """The opinions about those of the changes that are told, or to be told, to that recipient."""
    contents = (
        database.value(
            "SELECT content FROM assessment WHERE change_id = ? AND EXISTS (SELECT 1 FROM outbox WHERE kind = 'change'"
            " AND subject_id = ? AND recipient_id = ? AND state <> 'dead') ORDER BY number DESC LIMIT 1",
            [change_id, change_id, recipient_id],
        )
        for change_id in change_ids
    )
    return tuple(from_json(Assessment, content) for content in contents if content is not None)
