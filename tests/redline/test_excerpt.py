from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.redline.excerpt import Excerpt, excerpt, fits_whole
from monitor.redline.words import redline

words = st.lists(st.sampled_from(["the", "image", "report", "x" * 80, "physician", "<b>"]), max_size=80).map(" ".join)


@given(words, words, st.integers(16, 300))
def test_an_excerpt_keeps_its_limit(old: str, new: str, limit: int) -> None:
    quotes = excerpt(redline(old, new), limit)
    assert len(quotes.old) <= limit
    assert len(quotes.new) <= limit


def test_an_excerpt_quotes_the_edit_with_its_surroundings() -> None:
    old = "before " * 60 + "is not autonomous " + "after " * 60
    quotes = excerpt(redline(old, old.replace("not autonomous", "autonomous")), 300)
    assert "before is not autonomous after" in quotes.old
    assert "before is autonomous after" in quotes.new
    assert quotes.old.startswith("... before")
    assert quotes.old.endswith("after ...")


def test_edits_far_from_each_other_are_all_quoted() -> None:
    middle = "same words between them " * 40
    old, new = f"pays 10 dollars {middle}to physicians", f"pays 12 dollars {middle}to hospitals"
    quotes = excerpt(redline(old, new), 200)
    assert "pays 12 dollars" in quotes.new
    assert "to hospitals" in quotes.new
    assert "..." in quotes.new


def test_a_short_text_is_quoted_whole() -> None:
    quotes = excerpt(redline("pays 10 dollars", "pays 12 dollars"), 300)
    assert (quotes.old, quotes.new) == ("pays 10 dollars", "pays 12 dollars")


_WORDS = st.lists(st.sampled_from(["a", "bb", "Panel", "edited", "no", "-", "not,", "(x)"]), max_size=9).map(" ".join)


@given(old=_WORDS, new=_WORDS, limit=st.integers(min_value=16, max_value=300))
def test_what_fits_whole_is_quoted_as_it_is(old: str, new: str, limit: int) -> None:
    assume(old != new and fits_whole(old, limit) and fits_whole(new, limit))
    assert excerpt(redline(old, new), limit) == Excerpt(old=old, new=new)
