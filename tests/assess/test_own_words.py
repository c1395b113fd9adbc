"""Invented items of every level, in words of our own, labelled by the rubric before any of them was judged.

At first sight the rules found 30 of the 38 that are medium or above, with 6 others, and 13 of the 22 that are high or
above. They were then mended on the half that is not marked ``held``; the held half, judged for the first time after it,
gave 17 of 19 (with 1 other) and 10 of 11. Only then was it looked at, so it guards against loss now and is no held-out
test any more.
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
