"""What a person names by its id: the one that is on record, or how to find the right id."""

from typing import TYPE_CHECKING

from monitor.model.errors import UsageError
from monitor.model.ids import ChangeId

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.changes import StoredChange


def known_change(store: "Store", change_id: str) -> "StoredChange":
    """The change of this id, in whatever case it was typed. Raises UsageError when there is none."""
    kept = store.queries.change(ChangeId(change_id.upper()))
    if kept is None:
        raise UsageError(f"There is no change {change_id[:40]}. List them: cmaa-monitor changes --since 90d")
    return kept
