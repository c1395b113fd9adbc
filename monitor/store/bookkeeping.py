"""What is remembered of each source (tables watch and source) held against what it follows from: the sealed checks and
snapshots. Nothing here is sealed itself, for all of it can be worked out anew. To be asked only when those are sound.
"""

from collections.abc import Iterator

from monitor.store.connection import Database
from monitor.store.ledger import GOOD, OWN

_MINE = f"source_id = w.source_id AND {OWN}"
_LAST_GOOD = f"(SELECT coalesce(max(id), 0) FROM ledger WHERE {_MINE} AND {GOOD})"  # noqa: S608 - all ours
_SINCE = f"FROM ledger WHERE {_MINE} AND id > {_LAST_GOOD}"
_WORKED_OUT = (
    ("the baseline", "w.snapshot_id", "SELECT max(id) FROM snapshot WHERE source_id = w.source_id"),
    ("the baseline's hash", "w.body_sha256", "SELECT body_sha256 FROM snapshot WHERE id = w.snapshot_id"),
    ("its reader's version", "w.extractor_version", "SELECT extractor_version FROM snapshot WHERE id = w.snapshot_id"),
    (
        "the first success",
        "w.first_good_at",
        f"SELECT ended_at FROM ledger WHERE {_MINE} AND {GOOD} ORDER BY id LIMIT 1",  # noqa: S608
    ),
    ("the last success", "w.last_good_at", f"SELECT ended_at FROM ledger WHERE id = {_LAST_GOOD}"),  # noqa: S608
    ("the run of failures", "w.failures_in_row", f"SELECT count(*) {_SINCE}"),
    ("the start of the failures", "w.unverified_since", f"SELECT started_at {_SINCE} ORDER BY id LIMIT 1"),
)
"""What is kept, and what it follows from."""


def unlike_the_ledger(database: Database) -> Iterator[str]:
    """A sentence for every row of these tables that says otherwise than the checks."""
    for what, kept, worked_out in _WORKED_OUT:
        sql = f"SELECT w.source_id FROM watch AS w WHERE {kept} IS NOT ({worked_out}) ORDER BY 1"  # noqa: S608
        for (source_id,) in database.rows(sql):
            yield f"source {source_id}: {what} (table watch) is not what the checks say"
    unwatched = f"SELECT DISTINCT source_id FROM ledger WHERE source_id NOT IN (SELECT source_id FROM watch) AND {OWN}"  # noqa: S608
    for (source_id,) in database.rows(f"{unwatched} ORDER BY 1"):
        yield f"source {source_id}: its row in table watch is missing"
    first = "(SELECT started_at FROM ledger WHERE source_id = s.id ORDER BY ledger.id LIMIT 1)"
    for (source_id,) in database.rows(f"SELECT s.id FROM source AS s WHERE s.first_seen IS NOT {first}"):  # noqa: S608
        yield f"source {source_id}: when it was first seen (table source) is not what the checks say"
