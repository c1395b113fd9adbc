"""464 invented items in the voices of real pages, labelled by the rubric before any of them was judged.

They were written set by set, J and K to be mended for, L to Q to see what the mending is worth. What the rules found
at first sight, each set after the mending that the ones before it called for (precision and recall, medium and high):

set          medium and above   high and above   recall of the rules before J
J (150)      1.00  0.83         0.97  0.76       0.83  0.76
K (47)       0.91  0.72         0.83  0.53       0.59  0.37   written to be hard
L (80)       1.00  0.73         1.00  0.67       0.68  0.58   words mended after J and K
M (40)       0.96  0.96         1.00  0.71       0.79  0.50   wide combinations added after L
N (37)       0.77  0.77         1.00  0.67       0.69  0.67   long newsletters, most of no matter
O (33)       0.88  0.82         0.88  0.78       0.65  0.44   agencies told apart from payment after N
P (38)       0.96  1.00         0.71  0.91                    typical pages: bulletins, notices, code look-ups
Q (39)       1.00  0.90         0.75  1.00                    the same, in spoken and in terse words

All were then mended for, so they guard against loss and none is a held-out test any more. Two labels of J were wrong
by the rubric and were corrected to medium (a rate for an analysis whose reader is not named, what may be told of a
meeting). P and Q are told with the labels they were first given; five of theirs were corrected afterwards: a class
order for cardiac software and FDA's word on plans of change are medium, the comparison of 92229 with its neighbours is
high, drafts of Appendix S are critical, and an edition of the code set with AI among its additions is high.
"""

import json
from pathlib import Path

import pytest

from monitor.model.assessment import Level
from tests.assess.samples import item

LINES = Path(__file__).with_name("fresh_items.jsonl").read_text("utf-8").splitlines()
ITEMS = [json.loads(line) for line in LINES]
PRECISION = 0.97


def found(least: Level, by: str) -> set[str]:
    if by == "label":
        return {one["id"] for one in ITEMS if Level(one["relevance"]).rank >= least.rank}
    return {one["id"] for one in ITEMS if item(one["title"], one["text"], one["source"]).level.rank >= least.rank}


@pytest.mark.parametrize(("least", "recall"), [(Level.MEDIUM, 0.98), (Level.HIGH, 0.97)])
def test_what_matters_is_found_in_whatever_words_and_little_else(least: Level, recall: float) -> None:
    due, got = found(least, "label"), found(least, "rules")
    assert len(due & got) / len(due) >= recall, sorted(due - got)
    assert len(due & got) / len(got) >= PRECISION, sorted(got - due)


def test_every_item_is_invented_and_has_an_id_of_its_own() -> None:
    assert len({one["id"] for one in ITEMS}) == len(ITEMS) == 464
    assert all(one["id"].startswith("DEMO-") and one["title"].startswith("DEMO ") for one in ITEMS)
    assert all("demo.invalid" in one["url"] for one in ITEMS)
