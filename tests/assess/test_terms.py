import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.folding import fold
from monitor.assess.matcher import build_matcher
from monitor.assess.terms import compile_pattern, literal_pattern, with_lists


def found(words: str, text: str, *, exact: bool = False) -> list[str]:
    folded = fold(text)
    hits = build_matcher([compile_pattern("x", words, exact=exact)]).find(folded).get("x", [])
    return [folded.quote(hit.start, hit.end) for hit in hits]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("ai qct", "the AI-QCT )/plaque", ["AI-QCT"]),
        ("algorithmic analysis|analyses", "Algorithmic  Analyses", ["Algorithmic  Analyses"]),
        ("autonom*", "autonomous but not heteronomous", ["autonomous"]),
        ("codes?", "a code, two codes, decoded", ["code", "codes"]),
        ("codes? for ... ai", "codes for the new AI", ["codes for the new AI"]),
        ("s.1399", "S. 1399 and S.1399", ["S. 1399", "S.1399"]),
        ("appendix s", "Appendix\u00a0S; appendix sixteen", ["Appendix\u00a0S"]),
        ("software output", "soft\u00adware out\u200bput", ["soft\u00adware out\u200bput"]),
        ("fractional flow", "fraction\u2011al", []),
    ],
)
def test_a_written_pattern_finds_what_a_person_would(words: str, text: str, expected: list[str]) -> None:
    assert found(words, text) == expected


def test_a_case_sensitive_term_is_found_in_its_own_case_only() -> None:
    assert found("SaMS", "SaMS, Samsung, sams, SAMS", exact=True) == ["SaMS"]


def test_words_of_two_sentences_are_not_one_term() -> None:
    assert found("algorithm software", "an algorithm. Software is sold") == []


@pytest.mark.parametrize("words", ["", "...", "... ai", "ai*", "(ai)", "ai ("])
def test_a_pattern_that_cannot_work_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"word|letter|pattern"):
        compile_pattern("x", words)


def test_a_hyphen_among_alternatives_is_refused_since_it_would_cut_them_in_two() -> None:
    with pytest.raises(ValueError, match="a pattern of its own"):
        compile_pattern("x", "no physician review|over-read|loop")


def test_a_named_list_stands_for_each_of_its_words() -> None:
    lists = {"reader": "physician|radiologist"}
    assert found(with_lists("no <reader>|one reads?", lists), "no radiologist reads, no one read") == [
        "no radiologist reads",
        "no one read",
    ]
    with pytest.raises(ValueError, match="no word list 'readr'; known: reader"):
        with_lists("no <readr>", lists)


@given(st.text(max_size=200))
def test_folding_keeps_every_position(text: str) -> None:
    folded = fold(text)
    assert len(folded.exact) == len(folded.lower)
    assert folded.quote(0, len(folded.lower)).strip("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") in text


@given(st.text(max_size=120), st.text(max_size=120))
def test_a_term_is_found_wherever_it_stands_alone_and_quoted_as_written(before: str, after: str) -> None:
    text = f"{before} \u201cCMAA\u201d {after}"
    assert "CMAA" in found("cmaa", text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"]), min_size=1, max_size=60))
def test_a_users_own_term_is_taken_literally_or_refused(text: str) -> None:
    try:
        pattern = literal_pattern("x", text)
    except ValueError:
        return
    assert build_matcher([pattern]).find(fold(text))["x"]
