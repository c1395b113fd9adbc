"""What was read from one copy, in a few lines, as ``sources test`` and ``sources add`` show it."""

from collections.abc import Iterator

from monitor.compose.hostile import safe_line
from monitor.compose.strips import strip_lines
from monitor.model.snapshot import Snapshot

SAMPLE = 5


def content(snapshot: Snapshot) -> Iterator[str]:
    """What was read: how much, and the first few of it."""
    columns = safe_line(", ".join(snapshot.columns), 600) or "-"
    yield f"  read    {snapshot.size:,} items as {snapshot.form}; columns: {columns}"
    for line in strip_lines(snapshot.strips):
        yield f"  cut     {line}"
    for record in snapshot.records[:SAMPLE]:
        yield f"  item    {safe_line(record.key, 120)}: {safe_line(record.label, 300)}"
    for passage in snapshot.passages[:SAMPLE]:
        yield f"  passage {safe_line(passage.text, 100)}"
