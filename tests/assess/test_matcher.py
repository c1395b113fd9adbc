"""What lets the matcher pass words over must never change what it finds."""

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.assess import terms
from monitor.assess.folding import Folded, fold
from monitor.assess.matcher import MAX_HITS_PER_PATTERN, Hit, Matcher, build_matcher
from monitor.assess.reading import Reading
from monitor.assess.term_rules import read_terms
from monitor.assess.terms import TOKEN, Pattern, compile_pattern, literal_pattern
from tests.assess.samples import reference_files

OWN_TERMS = ("Samsung (R&D)", "x.y/z", "CAD")


@cache
def shipped_patterns() -> tuple[Pattern, ...]:
    reading = Reading(file="terms.yaml")
    return read_terms(reading, reading.load(reference_files()["terms.yaml"]), OWN_TERMS).patterns


@cache
def shipped_matcher() -> Matcher:
    return build_matcher(shipped_patterns())


@cache
def expression(pattern: Pattern) -> re.Pattern[str]:
    if pattern.words:
        return re.compile(terms.expression(pattern.words, pattern.apart))
    spellings = [*pattern.first.words, *(f"{letters}[^\\W_]*" for letters in pattern.first.opened)]
    return re.compile(rf"(?:{'|'.join(spellings)})(?![^\W_])")


def found_without_shortcuts(folded: Folded) -> dict[str, list[Hit]]:
    """Every pattern tried at every word."""
    found: dict[str, list[Hit]] = {}
    for token in TOKEN.finditer(folded.lower):
        for pattern in shipped_patterns():
            match = expression(pattern).match(folded.exact if pattern.exact else folded.lower, token.start())
            if match:
                found.setdefault(pattern.id, []).append(Hit(pattern.id, *match.span()))
    return {name: hits[:MAX_HITS_PER_PATTERN] for name, hits in found.items()}


OWN_WORDS = ("Samsung", "R", "D", "x", "y", "z", "CAD")
VOCABULARY = sorted({*re.findall(r"[A-Za-z0-9]+", reference_files()["terms.yaml"]), *OWN_WORDS})
PHRASES = sorted({text.replace("|", " ") for text in re.findall(r'"([^"]+)"', reference_files()["terms.yaml"])})
SIGNS = ("-", "\u2011", "\u2014", ", ", ". ", "\u00a0", "\n", "  ", " (", "/", "_", "' ", " " * 6, " " * 7, " \u00ad")


def spelled(words: str, how: int, at: int) -> str:
    """As written, in capitals, with a soft hyphen inside, in full width, with a letter more, or run together."""
    forms = (
        words,
        words.upper(),
        words.title(),
        f"{words[: at % len(words)]}\u00ad{words[at % len(words) :]}",
        "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in words),
        words.replace("*", "ing").replace("?", "").replace("... ", "the new "),
        words.replace(" ", "-"),
        f"{words}é",
    )
    return forms[how % len(forms)]


pieces = st.one_of(st.sampled_from(VOCABULARY), st.sampled_from(PHRASES), st.text(max_size=4))
texts = st.lists(
    st.tuples(
        st.builds(lambda words, how, at: spelled(words or " ", how, at), pieces, st.integers(0, 9), st.integers(0, 40)),
        st.one_of(st.just(" "), st.sampled_from(SIGNS)),
    ),
    max_size=20,
).map(lambda parts: "".join(word + sign for word, sign in parts))


@settings(max_examples=60, deadline=None)
@given(texts)
def test_a_word_passed_over_would_have_begun_nothing(text: str) -> None:
    folded = fold(text)
    expected = found_without_shortcuts(folded)
    assert shipped_matcher().find(folded) == expected


def test_the_vocabulary_meets_most_patterns_so_that_the_comparison_says_something() -> None:
    """Each phrase with its gaps filled and its endings spelled out is found by the pattern it is the spelling of."""
    met = {name for text in PHRASES for name in shipped_matcher().find(fold(spelled(text, 5, 0)))}
    met |= {name for word in VOCABULARY for name in shipped_matcher().find(fold(f"{word} {word}s"))}
    assert len(met) > 0.7 * len({pattern.id for pattern in shipped_patterns()})


def test_words_of_one_pattern_stay_in_the_order_the_file_gives_them() -> None:
    matcher = build_matcher([compile_pattern(name, words) for name, words in (("b", "ai"), ("a", "ai code"))])
    assert [*matcher.find(fold("AI code"))] == ["b", "a"]


def test_a_word_met_many_thousand_times_over_does_not_fill_the_memory() -> None:
    matcher = build_matcher([compile_pattern("x", "autonom*"), literal_pattern("y", "auto no")])
    for start in range(0, 24_000, 4_000):
        matcher.find(fold(" ".join(f"autonom{number} w{number}" for number in range(start, start + 4_000))))
    assert len(matcher.beginnings) <= 20_001
