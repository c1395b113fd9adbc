"""What was read from one copy, in a few lines, as ``sources test`` and ``sources add`` show it."""

from collections.abc import Iterator

from monitor.compose.strips import strip_lines
from monitor.model.snapshot import Snapshot

SAMPLE = 5


def content(snapshot: Snapshot) -> Iterator[str]:
    """What was read: how much, and the first few of it."""
    yield f"  read    {snapshot.size:,} items as {snapshot.form}; columns: {', '.join(snapshot.columns) or '-'}"
    for line in strip_lines(snapshot.strips):
        yield f"  cut     {line}"
    for record in snapshot.records[:SAMPLE]:
        yield f"  item    {record.key}: {record.label}"
    for passage in snapshot.passages[:SAMPLE]:
        yield f"  passage {passage.text[:100]}"
