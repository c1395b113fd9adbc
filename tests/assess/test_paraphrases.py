"""Invented items that say in other words what the handbook calls relevant, invisible or confusable.

At their first run 84 of the first 86 lay within their bounds, and 30 of 36 harder ones; the rules were then mended for
those that did not, and one bound (a page that only explains Appendix S) was lowered to medium, as the rubric has it. So
they guard against loss and are no held-out test.
"""

import json
from pathlib import Path

import pytest

from monitor.model.assessment import Level
from tests.assess.samples import item

ITEMS = [json.loads(line) for line in Path(__file__).with_name("paraphrases.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("one", ITEMS, ids=lambda one: str(one["id"]))
def test_a_paraphrase_lies_within_its_bounds(one: dict[str, str]) -> None:
    found = item(one["title"], one["text"], one["source"])
    told = f"{one['title']}: {found.level} by {[reason.rule for reason in found.reasons][:4]}"
    assert Level(one["least"]).rank <= found.level.rank <= Level(one["most"]).rank, told
