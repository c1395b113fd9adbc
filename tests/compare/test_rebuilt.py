"""A page that was built anew is told from one that was rewritten, reworded or added to."""

import pytest

from monitor.compare.passages import compare_passages
from monitor.compare.rebuilt import is_rebuilt
from monitor.model.snapshot import Passage, Snapshot

TEXTS = [
    f"DEMO rule {n} says that service number {n} is paid under condition {n * 7}, in words enough." for n in range(40)
]


def page(texts: list[str], heading: str = "Policy") -> Snapshot:
    passages = tuple(Passage(headings=(heading,), text=text) for text in texts)
    return Snapshot(extractor="prose", extractor_version=1, form="html", passages=passages)


def rebuilt(after: list[str]) -> bool:
    old, new = page(TEXTS), page(after)
    return is_rebuilt(old, new, compare_passages(old, new))


JOINED = [f"{TEXTS[at]} {TEXTS[at + 1]}" for at in range(0, 40, 2)]


def test_passages_joined_and_moved_are_a_page_built_anew() -> None:
    assert rebuilt(JOINED[7:] + JOINED[:7])
    assert rebuilt(JOINED)


@pytest.mark.parametrize(
    "after",
    [
        [text.replace("is paid", "is not paid") for text in TEXTS],
        TEXTS + [f"DEMO new rule {n} of another kind altogether." for n in range(60)],
        TEXTS[:20],
        [f"DEMO other text {n} that has nothing to do with what stood here." for n in range(40)],
        [*TEXTS[10:14], *TEXTS[:10], *TEXTS[14:]],
        TEXTS,
    ],
    ids=["reworded", "added to", "cut in half", "rewritten", "some moved", "the same"],
)
def test_what_is_news_is_no_redesign(after: list[str]) -> None:
    assert not rebuilt(after)
