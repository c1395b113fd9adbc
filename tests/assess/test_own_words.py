"""Invented items of every level, in words of our own, labelled by the rubric before any of them was judged.

What the rules found of each set at first sight, and were then mended for by what the misses have in common:

set            medium and above        high and above
DEMO-F (84)    30 of 38, 6 others      13 of 22
DEMO-G (35)    15 of 17, 3 others       5 of 9
DEMO-H (16)    11 of 11, no other       6 of 7

The half of DEMO-F that is marked ``held`` was not looked at in its first mending, and gave 17 of 19 and 10 of 11 after
it. All of them guard against loss now; none is a held-out test any more.
"""

import json
from pathlib import Path

import pytest

from monitor.model.assessment import Level
from tests.assess.samples import item

ITEMS = [json.loads(line) for line in Path(__file__).with_name("own_words.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("least", [Level.MEDIUM, Level.HIGH])
def test_whatever_the_words_what_matters_is_found_and_little_else(least: Level) -> None:
    due = {one["id"] for one in ITEMS if Level(one["relevance"]).rank >= least.rank}
    got = {one["id"] for one in ITEMS if item(one["title"], one["text"], one["source"]).level.rank >= least.rank}
    assert not due - got
    assert len(due) / len(got) >= 0.95, sorted(got - due)
