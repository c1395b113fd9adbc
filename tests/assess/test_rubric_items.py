"""Invented items in the voices of the watched sources, labelled by the rubric, with a line of grounds, before any run.

Half of them are near misses: prose that explains a taxonomy, AI beside a payer's name, insurers' and offices' AI. The
first 178 were split in two by a seed: the rules were mended with half A in view, half B was looked at once, at the end.
Set C was written to be hard, in words that no rule of that day held; D after C was mended for. Precision and recall:

                          medium and above   high and above
half A, before            0.86  1.00         0.82  0.86
half A, after             0.98  1.00         0.96  1.00
half B, before            0.89  0.93         0.96  0.88
half B, after             0.93  0.93         1.00  0.88
set C, at first sight     0.83  0.68         1.00  0.58
set D, at first sight     0.94  0.88         1.00  0.88
set E, at first sight     0.75  1.00         1.00  1.00   long texts, seven newsletters among thirteen

B to E were then mended for, so none of them is a held-out test any more. One label of C was corrected: a class order on
a camera that counts the pulse is low.
"""

import json
from pathlib import Path

import pytest

from monitor.model.assessment import Level
from tests.assess.samples import item

ITEMS = [
    json.loads(line) for line in Path(__file__).with_name("rubric_items.jsonl").read_text("utf-8").splitlines() if line
]


def found(least: Level, by: str) -> set[str]:
    if by == "label":
        return {one["id"] for one in ITEMS if Level(one["relevance"]).rank >= least.rank}
    return {one["id"] for one in ITEMS if item(one["title"], one["text"], one["source"]).level.rank >= least.rank}


@pytest.mark.parametrize(("least", "precision"), [(Level.MEDIUM, 0.95), (Level.HIGH, 0.93)])
def test_news_is_told_from_what_explains_or_only_stands_beside_it(least: Level, precision: float) -> None:
    due, got = found(least, "label"), found(least, "rules")
    assert not due - got
    assert len(due & got) / len(got) >= precision, sorted(got - due)


def test_every_item_is_invented_and_says_why_it_has_its_level() -> None:
    assert len({one["id"] for one in ITEMS}) == len(ITEMS)
    assert all(one["id"].startswith("DEMO-R") and one["title"].startswith("DEMO ") and one["why"] for one in ITEMS)
