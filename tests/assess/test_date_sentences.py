"""Legal English written for this: the sentences marked ``held`` were written after the patterns and run once.

At that one run they gave precision 1.00 and recall 0.98. The earlier sets, each held back in its turn before its
mistakes were looked at, gave 0.93/0.91, 0.91/0.91, 0.93/0.82, 0.94/1.00 and 0.97/0.94. Three later sets of 32, of
strange prose on purpose, gave 1.00/0.48, 0.90/0.68 and 1.00/0.90, and one of 48 of many kinds (tables, negations,
corrections) 0.83/0.78, where the patterns of before gave 0.77/0.66. Of three more at first sight, two of many wordings
(60 and 50) gave 0.88/0.63 and 0.85/0.48, one of 40 in the plain words of official notices 0.90/0.77: expect no more of
prose that is not here.
"""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.date_cues import find_dated
from monitor.assess.folding import fold
from tests.assess.samples import shipped_rules

SENTENCES = [
    json.loads(line) for line in Path(__file__).with_name("date_sentences.jsonl").read_text("utf-8").splitlines()
]
Found = set[tuple[str, str, str | None]]


def found(text: str) -> Found:
    folded = fold(text)
    dated = find_dated(folded.lower, shipped_rules().dates)
    return {(d.kind.value, d.day.on.isoformat(), folded.quote(*d.clock) if d.clock else None) for d in dated}


@pytest.mark.parametrize(("held", "least"), [(True, 60), (False, 200)])
def test_dates_of_legal_english_are_found_with_kind_day_and_clock(held: bool, least: int) -> None:
    both = told = due = 0
    wrong = []
    sentences = [one for one in SENTENCES if one["held"] is held]
    for one in sentences:
        want: Found = {(kind, on, clock) for kind, on, clock in one["dates"]}
        got = found(one["text"])
        both, told, due = both + len(want & got), told + len(got), due + len(want)
        wrong += [(one["text"], got)] if got != want else []
    assert len(sentences) >= least
    assert both / told >= 0.98, wrong
    assert both / due >= 0.92, wrong


@given(st.text(max_size=300), st.sampled_from(["January 1, 2027", "2027-02-28", "1/5/2027"]))
def test_any_text_around_a_day_gives_spans_inside_it(text: str, day: str) -> None:
    folded = fold(f"{text} effective {day} {text}")
    for one in find_dated(folded.lower, shipped_rules().dates):
        assert 0 <= one.start <= one.end <= len(folded.lower)


@pytest.mark.parametrize(
    "text",
    [
        "by " * 7_000 + "January 1, 2027",
        "January 1, 2027 " * 1_300,
        "effective 1/1/2027 to " * 900,
        ". 1/1/2027" * 2_000,
    ],
)
def test_a_hostile_page_costs_little_time(text: str) -> None:
    words = shipped_rules().dates
    began = time.process_time()
    list(find_dated(text[:20_000].lower(), words))
    assert time.process_time() - began < 2
