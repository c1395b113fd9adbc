"""Pages of prose that were built anew: the words are those we know, and they stand in another order of blocks."""

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.compare.canonical import visible
from monitor.model.difference import Act, Difference
from monitor.model.redline import BORDER
from monitor.model.snapshot import Passage, Snapshot

LEAST_PASSAGES, SHARE_OF_PASSAGES, KEPT_WORDS = 10, 0.30, 0.90


def is_rebuilt(before: Snapshot, after: Snapshot, differences: Sequence[Difference]) -> bool:
    """Whether the page was redesigned rather than rewritten: nine of ten words are still there, and many passages (ten,
    and three of ten) were cut otherwise, joined, moved or put under other headings. Passages reworded in their places
    are edits, and added ones are news: neither counts.
    """
    known = len(before.passages)
    touched = sum(_passages_of(one) for one in differences)
    if touched < LEAST_PASSAGES or touched <= SHARE_OF_PASSAGES * known:
        return False
    was, came = _words(before.passages), _words(after.passages)
    return (was & came).total() >= KEPT_WORDS * was.total()


def _passages_of(one: Difference) -> int:
    """How many passages of the older copy stand otherwise, in shape, in the newer one."""
    before, after = one.before, one.after
    if not isinstance(before, Passage):
        return 0
    regrouped = BORDER in before.text or (isinstance(after, Passage) and BORDER in after.text)
    shaped = regrouped or one.act in {Act.REMOVED, Act.MOVED} or any(f.name in {"section", "place"} for f in one.fields)
    return before.text.count(BORDER) + 1 if shaped else 0


def _words(passages: Iterable[Passage]) -> Counter[str]:
    return Counter(word for passage in passages for word in visible(passage.text).split())
