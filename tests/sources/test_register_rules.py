"""The full text of a payment rule: what of it is kept, and which text is not the rule asked for."""

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page
from monitor.sources import extractor_for
from monitor.sources.federal_register import RULE_TEXTS, SOURCE
from monitor.sources.following import children
from monitor.sources.official import Reader
from tests.sources.copies import copies, read_copy

URL = "https://www.federalregister.gov/documents/full_text/text/2026/07/14/2026-13656.txt"
TEXT = """[Federal Register Volume 91, Number 134 (Tuesday, July 14, 2026)]
[FR Doc No: 2026-13656]

I. DEMO Rates

    DEMO rates go up.
    DEMO software is mentioned in passing.

A. Software Services

    DEMO payment is proposed.

1. Details

    DEMO details.

II. DEMO Costs

    DEMO costs go down.

[FR Doc. 2026-13656 Filed 7-2-26; 4:15 pm]
"""


@dataclass
class Word:
    """A topic of one word."""

    word: str = "software"
    version: int = 7

    def speaks(self, text: str) -> bool:
        return self.word in text.casefold()


CHILD = replace(SOURCE, kind=RULE_TEXTS.kind, extractor=RULE_TEXTS.extractor)


def reader(word: Word) -> Reader:
    return extractor_for(CHILD, word)


def kept(text: str = TEXT, url: str = URL) -> list[tuple[str, str]]:
    snapshot = reader(Word()).extract(Page(body=text.encode(), url=url, media_type="text/plain"), CHILD)
    return [(" > ".join(p.headings), p.text) for p in snapshot.passages]


def test_what_speaks_of_the_topic_or_stands_in_a_section_on_it_is_kept_with_its_headings() -> None:
    assert kept() == [
        ("I. DEMO Rates", "DEMO software is mentioned in passing."),
        ("I. DEMO Rates > A. Software Services", "DEMO payment is proposed."),
        ("I. DEMO Rates > A. Software Services > 1. Details", "DEMO details."),
    ]


def test_another_topic_is_another_version_so_that_the_stored_text_is_read_anew() -> None:
    assert reader(Word()).version == reader(Word()).version != reader(Word(version=8)).version


@pytest.mark.parametrize(
    ("text", "url", "code"),
    [
        (TEXT.partition("[FR Doc. 2026-13656 Filed")[0], URL, "not-whole"),
        ("<html><title>Oops</title><body>An error occurred</body></html>", URL, "not-whole"),
        (TEXT, URL.replace("2026-13656", "2026-14327"), "other-document"),
        ("", URL, "not-whole"),
    ],
)
def test_a_text_that_is_not_the_whole_rule_is_refused(text: str, url: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        kept(text, url)
    assert caught.value.code == code


def test_the_two_payment_rules_are_followed_and_the_final_one_is_the_sequel_of_the_proposed() -> None:
    records = (*read_copy(copies("federal-register")[0]).records, *read_copy(copies("federal-register")[1]).records)
    found = {str(one.id): one for one in children(SOURCE, records)}
    proposed, final = found["federal-register/2025-13271"], found["federal-register/2025-19787"]
    assert final.sequel_to == proposed.id
    assert proposed.sequel_to is None
    assert proposed.routes[0].url.endswith("/documents/full_text/text/2025/07/16/2025-13271.txt")
    assert "federal-register/2025-15492" not in found, "a correction is no step of the rule"
    assert "federal-register/2025-23641" not in found
