"""Documents that a list named for the first time and whose text was not read yet."""

from collections.abc import Mapping

from monitor.model.ids import ChangeId, Sha256, SourceId
from monitor.store.connection import Database


def expect(database: Database, named_in: Mapping[SourceId, ChangeId]) -> None:
    """Keeps by which change of its list each document was named; one that is expected already stays as it is."""
    rows = [{"source_id": source_id, "change_id": change_id} for source_id, change_id in named_in.items()]
    known = {row[0] for row in database.rows("SELECT source_id FROM newcomer")} if rows else set()
    database.insert("newcomer", [row for row in rows if row["source_id"] not in known])


def was_read(database: Database, source_id: SourceId) -> None:
    """Nothing more is expected of the document: its first copy was accepted."""
    database.write("DELETE FROM newcomer WHERE source_id = ?", [source_id])


def named_in(database: Database, source_id: SourceId) -> ChangeId | None:
    """The change of its list that named the document; None when it is not expected."""
    found: str | None = database.value("SELECT change_id FROM newcomer WHERE source_id = ?", [source_id])
    return None if found is None else ChangeId(found)


def accepted_behind(database: Database, list_id: SourceId, body_sha256: Sha256) -> SourceId | None:
    """A document behind the list of which these very bytes were accepted."""
    found: str | None = database.value(
        "SELECT source_id FROM snapshot WHERE source_id > ? AND source_id < ? AND body_sha256 = ? LIMIT 1",
        [f"{list_id}/", f"{list_id}0", body_sha256],  # "0" is the sign after "/"
    )
    return None if found is None else SourceId(found)
