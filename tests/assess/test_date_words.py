"""What is looked for only where it can begin must be all that a search of the whole text finds."""

import json
import re
import string
import warnings
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.assess import days
from monitor.assess.cues import Cues
from monitor.assess.first_words import first_words
from monitor.assess.words import cut
from tests.assess.samples import ROOT, shipped_rules

WORDED = shipped_rules().dates
SENTENCES = (ROOT / "tests" / "assess" / "date_sentences.jsonl").read_text(encoding="utf-8").splitlines()
WORDS = sorted({word for line in SENTENCES for word in re.findall(r"\w+", line.lower())})
CUES = (
    re.sub(r"[^a-z| ]+", " ", " ".join(word for _, words in WORDED.before for word in words)).replace("|", " ").split()
)
SIGNS = (" ", " ", " ", "-", ", ", ". ", "; ", "\n", "  ", "/", "_", ".", "\u0663", "é")
DAYS = (
    "january 4, 2027",
    "jan. 4 to feb. 5, 2027",
    "4 march 2027",
    "2027-01-04",
    "10/1/2026",
    "2026",
    "may 12-14, 2026",
)
WORD_SIGNS = string.ascii_lowercase + string.digits + "_\u0663é"
texts = st.lists(st.tuples(st.sampled_from([*WORDS, *CUES, *DAYS * 9]), st.sampled_from(SIGNS)), max_size=40).map(
    lambda parts: "".join(word + sign for word, sign in parts)
)


@cache
def whole_expression() -> re.Pattern[str]:
    """All cues in one, tried at every place of a text."""
    kinds = enumerate(words for _, words in WORDED.before)
    return re.compile("|".join(rf"(?P<k{number}>\b(?:{'|'.join(words)})\b)" for number, words in kinds))


@settings(max_examples=150)
@given(texts, st.integers(0, 30), st.integers(0, 300))
def test_a_cue_is_found_as_if_it_were_looked_for_everywhere(text: str, start: int, end: int) -> None:
    end += len(text[end:]) - len(text[end:].lstrip(WORD_SIGNS))  # a sentence ends between words
    expected = [(m.span(), m.lastgroup) for m in whole_expression().finditer(text, start, end)]
    assert [(m.span(), m.lastgroup) for m in WORDED.leads.found(text, start, end, end)] == expected


def test_the_sentences_written_for_this_are_read_the_same_both_ways() -> None:
    told = [json.loads(line) for line in SENTENCES]
    lines = [" ".join(str(value) for value in one.values()).lower() for one in told]
    found = [[m.span() for m in WORDED.leads.found(line, 0, len(line), len(line))] for line in lines]
    assert found == [[m.span() for m in whole_expression().finditer(line)] for line in lines]
    assert sum(map(len, found)) > len(lines)


@settings(max_examples=150)
@given(texts)
def test_a_day_is_found_as_if_it_were_looked_for_everywhere(text: str) -> None:
    assert [m.span() for m in days._written(text)[0]] == [m.span() for m in days._FOUND.finditer(text)]


@pytest.mark.parametrize(
    ("expression", "words", "opened"),
    [
        ("retire[sd]?", {"retire", "retires", "retired"}, ()),
        (r"(?:early )?releas(?:e|es)\b", {"early", "release", "releases"}, ()),
        (r"(?:shall |must )implement\w*", {"shall", "must"}, ()),
        (r"commenc\w* on", {"commenc"}, ("commenc",)),
        (r"met(?:er)+s", {"mets", "meters"}, ("meter",)),
        (r"revised(?! \w+ date)", {"revised"}, ()),
        (r"(?:a|b(?:c|d)?)?end", {"aend", "bend", "bcend", "bdend", "end"}, ()),
        (r"(?:\w+ ){0,2}end", {"end"}, ("",)),
        (r"(?:a|b){0,2}end", {"aend", "bend", "end"}, ("a", "b")),
        (r"no[^.]{0,9} or [a-z]{3}", {"no"}, ("no",)),
        (r"on[.,] to", set(), ("on",)),
        (r".+ day", set(), ("",)),
        (r"\(?effective\)?", {"effective"}, ("",)),
        (r"(?:on[(|]|by[\])]| at\)) day", set(), ("", "by", "on")),
        (r"(?i:on) day", set(), ("",)),
    ],
)
def test_the_words_an_expression_can_begin_with_are_read_from_it(
    expression: str, words: set[str], opened: tuple[str, ...]
) -> None:
    found = first_words(expression)
    assert ({*found.words}, found.opened) == (words, opened)


LETTERS = ("a", "b", "ab", "[ab]", "[^a]", "[a_]", r"\w", ".")
MARKS = (" ", "_", "-", "|", "?", "*", "+", "{0,2}", "(?:", "(?:", ")", ")", "[)]", r"\b", r"\)", "(?=a)", "(?!b)")
PIECES = (*LETTERS, *MARKS)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join),
    st.text(alphabet="ab -)c_", min_size=1, max_size=8),
)
def test_no_word_is_missed_that_an_expression_can_begin_with(expression: str, text: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(expression)  # ")(?:" is an expression only within brackets; dates.yaml refuses it
            compiled = re.compile(rf"\b(?:{expression})\b")
    except re.error:
        return
    word = re.match(r"[^\W_]+", text)
    if word and compiled.match(text):
        assert first_words(expression).fits(word.group())


class CountingCues(Cues):
    """Counts the words it is asked about."""

    asked = 0

    def __getitem__(self, word: str) -> re.Pattern[str] | None:
        self.asked += 1
        return super().__getitem__(word)


def test_a_part_of_a_text_is_asked_about_alone() -> None:
    """A table of a thousand days is a thousand sentences: each looked through to the end would cost its square."""
    cues = CountingCues([["effective"]])
    line, lines = "on 1/1/2027.\n", 500
    for start in range(0, len(line) * lines, len(line)):
        assert not list(cues.found(line * lines, start, start + len(line), start + len(line)))
    assert cues.asked < 2 * len(cut(line)) * lines
