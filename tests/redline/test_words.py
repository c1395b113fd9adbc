import random
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.redline import Span, side
from monitor.redline.words import redline

texts = st.lists(st.sampled_from(["the", "a", "quick", "1.5", "15", ",", "(x)", " ", "\n", "é"]), max_size=15).map(
    " ".join
)


@given(texts | st.text(max_size=40), texts | st.text(max_size=40))
def test_the_spans_make_up_both_texts_exactly(old: str, new: str) -> None:
    spans = redline(old, new)
    assert side(spans, "removed") == old
    assert side(spans, "added") == new
    assert all(span.text for span in spans)
    assert all(one.kind != other.kind for one, other in pairwise(spans))


def test_equal_texts_have_no_edit() -> None:
    assert redline("same words", "same words") == (Span(kind="same", text="same words"),)
    assert redline("", "") == ()


def test_a_space_between_two_edits_belongs_to_them() -> None:
    assert [(s.kind, s.text) for s in redline("see the quick fox", "see a slow fox")] == [
        ("same", "see "),
        ("removed", "the quick"),
        ("added", "a slow"),
        ("same", " fox"),
    ]


def test_a_number_is_one_word() -> None:
    assert ("removed", "1.50") in [(s.kind, s.text) for s in redline("pays $1.50 now", "pays $15.0 now")]


def test_a_rewritten_sentence_is_no_confetti_of_little_words() -> None:
    old = "Keep. Contractors retain the primary interpretation of every examination. End."
    new = "Keep. Physicians document whether the algorithmic output altered their decisions. End."
    assert sum(span.kind == "removed" for span in redline(old, new)) == 1


def test_an_edit_in_a_text_without_blanks_is_found_sign_by_sign() -> None:
    old = "abc" * 400
    assert [(s.kind, s.text) for s in redline(old, f"{old[:601]}XX{old[601:]}") if s.kind != "same"] == [
        ("added", "XX")
    ]


def test_a_paragraph_of_5000_words_is_compared_in_a_moment() -> None:
    pick = random.Random(3)  # noqa: S311 - a fixed sample, not a secret
    old = [f"w{pick.randrange(3000)}" for _ in range(5000)]
    new = ["XX" if n % 100 == 0 else word for n, word in enumerate(old)]
    started = process_time()
    assert sum(span.kind == "added" for span in redline(" ".join(old), " ".join(new))) == 50
    assert process_time() - started < 0.5  # 0.02 s on an idle machine


@pytest.mark.slow
def test_hostile_texts_end_in_bounded_time() -> None:
    pick = random.Random(5)  # noqa: S311 - a fixed sample, not a secret
    started = process_time()
    blankless = "".join(pick.choices("abcdef", k=1_000_000))
    edits = redline(blankless, f"{blankless[:1000]}X{blankless[1000:-1000]}Y{blankless[-1000:]}")
    assert sum(len(s.text) for s in edits if s.kind != "same") < 200
    assert [s.kind for s in redline("a " * 100_000, "b " * 100_000)] == ["removed", "added", "same"]
    redline(" ".join(f"x{n}" for n in range(200_000)), " ".join(f"x{n}" for n in reversed(range(200_000))))
    redline(" ".join(pick.choices("abcd", k=50_000)), " ".join(pick.choices("abcd", k=50_000)))
    assert process_time() - started < 30
