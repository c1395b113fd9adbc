import random
from itertools import pairwise
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.canonical import visible
from monitor.compare.redline import Span, excerpt, redline

texts = st.lists(st.sampled_from(["the", "a", "quick", "1.5", "15", ",", "(x)", " ", "\n", "é"]), max_size=15).map(
    " ".join
)


def side(spans: tuple[Span, ...], kind: str) -> str:
    return "".join(span.text for span in spans if span.kind in {"same", kind})


@given(texts, texts)
def test_the_spans_make_up_both_texts(old: str, new: str) -> None:
    spans = redline(old, new)
    assert side(spans, "removed") == visible(old)
    assert side(spans, "added") == visible(new)
    assert all(span.text for span in spans)
    assert all(one.kind != other.kind for one, other in pairwise(spans))


def test_equal_texts_have_no_edit() -> None:
    assert redline("same words", "same  words") == (Span(kind="same", text="same words"),)
    assert redline("", "") == ()
    quotes = excerpt(redline("same", "same"))
    assert (quotes.removed, quotes.added) == ("", "")


def test_a_space_between_two_edits_belongs_to_them() -> None:
    assert [(s.kind, s.text) for s in redline("see the quick fox", "see a slow fox")] == [
        ("same", "see "),
        ("removed", "the quick"),
        ("added", "a slow"),
        ("same", " fox"),
    ]


def test_a_number_is_one_word() -> None:
    assert ("removed", "1.50") in [(s.kind, s.text) for s in redline("pays $1.50 now", "pays $15.0 now")]


def test_an_excerpt_quotes_the_edit_with_its_surroundings() -> None:
    old = "before " * 60 + "is not autonomous " + "after " * 60
    quotes = excerpt(redline(old, old.replace("not autonomous", "autonomous")))
    assert "is not autonomous after" in quotes.removed
    assert quotes.added == ""
    assert quotes.removed.startswith("… before")
    assert quotes.removed.endswith("after …")


@given(texts, texts, st.integers(20, 60))
def test_an_excerpt_keeps_its_limit(old: str, new: str, limit: int) -> None:
    quotes = excerpt(redline(old * 5, new * 5), limit)
    assert len(quotes.removed) <= limit
    assert len(quotes.added) <= limit


def test_long_texts_are_compared_fast_and_huge_ones_are_replaced() -> None:
    pick = random.Random(3)  # noqa: S311 - a fixed sample, not a secret
    old = [f"w{pick.randrange(3000)}" for _ in range(5000)]
    new = ["XX" if n % 100 == 0 else word for n, word in enumerate(old)]
    started = process_time()
    assert sum(span.kind == "added" for span in redline(" ".join(old), " ".join(new))) == 50
    assert [s.kind for s in redline("a " * 1_100_000, "b " * 1_100_000)] == ["removed", "added"]
    redline(" ".join(f"x{n}" for n in range(20_000)), " ".join(f"y{n}" for n in range(20_000)))
    assert process_time() - started < 4
