"""The one entry to comparing: picks records or passages by what the snapshots hold."""

from collections.abc import Mapping

from monitor.compare.aliases import NONE
from monitor.compare.passages import compare_passages
from monitor.compare.records import compare_records
from monitor.model.difference import Difference
from monitor.model.snapshot import Snapshot


def difference(before: Snapshot, after: Snapshot, *, aliases: Mapping[str, str] = NONE) -> tuple[Difference, ...]:
    """What differs between two snapshots of one source; empty when nothing does. Deterministic.

    ``aliases``: see ``monitor.compare.aliases``.
    """
    return (*compare_records(before, after, aliases=aliases), *compare_passages(before, after))
