"""Which tools of today's inventory a change touches that was judged before there was one, or another one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from monitor.assess.own_tools import MAX_SHOWN, tools_touched
from monitor.model.assessment import Assessment
from monitor.model.tool import Tool, ToolMatch
from monitor.store.changes import StoredChange

if TYPE_CHECKING:
    from monitor.store import Store

SINCE = "by today's inventory; when this was judged, none was imported"


def by_todays_inventory(kept: StoredChange, tools: Sequence[Tool] | None) -> Assessment:
    """The opinion as kept; where no inventory was known then, with the tools of today's. Level and tier stay."""
    opinion = kept.assessment
    if tools is None or opinion.tools_known is not None:
        return opinion
    matches = tools_touched(opinion, kept.change, tools)[:MAX_SHOWN]
    return replace(opinion, tools=matches, tools_known=len(tools))


def open_changes_touching(
    store: "Store", tools: Sequence[Tool]
) -> Iterator[tuple[StoredChange, tuple[ToolMatch, ...]]]:
    """The changes that wait for a person and touch one of ``tools``, oldest first, with how they do."""
    for item in store.queries.open_items(store.queries.last_seq()):
        kept = store.queries.change(item.change_id)
        matches = tools_touched(kept.assessment, kept.change, tools) if kept else ()
        if kept and matches:
            yield kept, matches
