"""The inventory of own tools, with its history: every state a tool was ever in stays."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from monitor.model.tool import Tool
from monitor.store.codec import from_json, to_json
from monitor.store.connection import Database
from monitor.store.times import to_moment, to_text

_NEWEST = "SELECT content FROM tool AS t WHERE number = (SELECT max(number) FROM tool WHERE id = t.id)"


class ToolState(Struct, frozen=True, kw_only=True):
    """What a tool was from ``at`` on, by whose hand; ``tool`` None: taken out of the inventory."""

    at: datetime
    by: str
    reason: str
    tool: Tool | None


def inventory(database: Database) -> tuple[Tool, ...] | None:
    """The tools as they are now, by id; None when none was ever imported."""
    found = [content for (content,) in database.rows(f"{_NEWEST} AND content IS NOT NULL ORDER BY id")]
    if not found and database.row("SELECT 1 FROM tool") is None:
        return None
    return tuple(from_json(Tool, content) for content in found)


def history(database: Database, tool_id: str) -> tuple[ToolState, ...]:
    """Every state of one tool, oldest first; empty for an unknown id."""
    rows = database.rows("SELECT at, by, reason, content FROM tool WHERE id = ? ORDER BY number", [tool_id])
    return tuple(
        ToolState(at=to_moment(at), by=by, reason=reason, tool=None if content is None else from_json(Tool, content))
        for at, by, reason, content in rows
    )


def keep(database: Database, tools: Sequence[Tool], *, by: str, reason: str, at: datetime) -> None:
    """Adds a new state of each of ``tools``."""
    rows = [_row(tool.id, by=by, reason=reason, at=at) | {"content": to_json(tool)} for tool in tools]
    database.insert("tool", rows)


def take_out(database: Database, tool_id: str, *, by: str, reason: str, at: datetime) -> None:
    database.insert("tool", [_row(tool_id, by=by, reason=reason, at=at) | {"content": None}])


def facts_of(tool: Tool) -> str:
    """The tool as one text for the audit chain."""
    return to_json(tool)


def _row(tool_id: str, *, by: str, reason: str, at: datetime) -> dict[str, object]:
    return {"id": tool_id, "at": to_text(at), "by": by, "reason": reason}
