import pytest

from monitor.model.snapshot import Passage, StripKind
from monitor.sources.kinds.noise import NOISE, without_noise


def kept(*texts: str) -> list[str]:
    passages, _ = without_noise([Passage(headings=(), text=text) for text in texts])
    return [passage.text for passage in passages]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("reading-time", "5 Min Read"),
        ("reading-time", "Updated | 12 min read"),
        ("updated-mark", "Last updated: 06/23/2025"),
        ("updated-mark", "UPDATED"),
        ("updated-mark", "Page last modified on November 3, 2026 at 4:15 PM EST"),
        ("back-to-top", "Back to top"),
        ("skip-link", "Skip to main content"),
        ("print-share", "Print this page"),
        ("feedback-button", "Give Feedback"),
        ("copyright-line", "© 2026 DEMO Association. All rights reserved."),
        ("viewstate", "__VIEWSTATE /wEPDwUKMTY1NDU2MTA1MmRkxyzAbc123=="),
        ("visitor-id", "User ID: 18f2ac41-77aa-4c11-b0d5-0123456789ab"),
    ],
)
def test_a_passage_of_noise_is_cut_under_the_name_of_its_rule(rule: str, text: str) -> None:
    passages, (strip,) = without_noise([Passage(headings=(), text=text), Passage(headings=(), text="Real words")])
    assert [passage.text for passage in passages] == ["Real words"]
    assert (strip.rule, strip.kind, strip.parts, strip.chars) == (rule, StripKind.PATTERN, 1, len(text))
    assert strip.of_chars == len(text) + len("Real words")


@pytest.mark.parametrize(
    "text",
    [
        "Effective 01/01/2027",
        "Last review: 06/23/2025",
        "Updated criteria for autonomous software apply from 06/23/2025.",
        "Print copies of the report are kept for 7 years.",
        "Share of the payment: 20 percent",
        "The algorithm takes 5 min read out included in the service",
        "Version 2026 of the taxonomy",
        "Feedback from the Panel was requested.",
        "User fees: 2026-2027",
    ],
)
def test_what_says_something_is_never_cut(text: str) -> None:
    assert kept(text) == [text]


def test_the_year_of_a_copyright_is_cut_and_its_words_stay() -> None:
    text = "CPT codes and descriptions are copyright {} DEMO Association and may change."
    assert kept(text.format(2026)) == kept(text.format(2027))
    assert "DEMO Association" in kept(text.format(2026))[0]


def test_the_names_of_icons_do_not_stick_to_titles() -> None:
    assert kept("DEMO Medical Policyopen_in_new") == ["DEMO Medical Policy"]


def test_every_rule_has_a_name_and_a_bounded_pattern() -> None:
    hostile = [
        "a" * 300,
        "updated " * 40,
        "copyright " * 30,
        "© " * 150,
        "/wE" + "A" * 290,
        "1" * 300,
        "user id " + "1-" * 140,
    ]
    for rule in NOISE:
        assert rule.name
        for text in hostile:
            rule.pattern.search(text)
