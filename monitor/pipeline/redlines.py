"""The redline of two copies: of the document whole where both were read alike, else of what was told as different."""

from collections.abc import Iterable

from monitor.compare.redlines import redline_differences, redline_passages
from monitor.model.difference import Difference
from monitor.model.redline import Redline
from monitor.model.snapshot import Snapshot


def redline_copies(
    before: Snapshot | None, after: Snapshot, differences: Iterable[Difference]
) -> tuple[Redline, tuple[str, ...]]:
    """The redline, and what a reader must know of it.

    Copies read by different versions of an extractor are not held against each other: the mending of a parser would
    show as an edit of the publisher. Then, and for lists, the stored differences are all there is.
    """
    if not after.passages and not (before and before.passages):
        return redline_differences(differences), ("A list: the rows that differ are shown, field by field.",)
    if before is not None and _way(before) == _way(after):
        return redline_passages(before, after), ()
    note = "The reading of this page was mended between the two copies: only the passages told as changed are shown."
    return redline_differences(differences), (note,)


def _way(snapshot: Snapshot) -> tuple[str, int]:
    return snapshot.extractor, snapshot.extractor_version
