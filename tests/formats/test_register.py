"""The plain text of the Federal Register: paragraphs whole again, under the headings of the outline."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.register import read_register

HEAD = """<html>
<head><title>Federal Register, DEMO</title></head>
<body><pre>
[Federal Register Volume 91, Number 134 (Tuesday, July 14, 2026)]
[Proposed Rules]
[Pages 44052-44999]
From the Federal Register Online via the Government Publishing Office [<a href="http://www.gpo.invalid">gpo</a>]
[FR Doc No: 2026-13656]

"""
FOOT = "\n[FR Doc. 2026-13656 Filed 7-2-26; 4:15 pm]\nBILLING CODE 4120-01-P\n</pre></body></html>\n"


def read(body: str) -> list[tuple[tuple[str, ...], str]]:
    """The paragraphs of a DEMO document with this body, without those of its head and foot."""
    found = read_register(f"{HEAD}I. DEMO\n\n{body}\n{FOOT}").paragraphs
    return [(p.headings[1:], p.text) for p in found if p.headings]


def test_the_number_and_the_last_line_are_found() -> None:
    document = read_register(HEAD + FOOT)
    assert (document.number, document.is_whole) == ("2026-13656", True)
    assert not read_register(HEAD + "    Cut off in the midd").is_whole
    assert read_register("<html><body>We are sorry</body></html>").number is None


def test_wrapped_lines_are_one_paragraph_and_entities_are_undone() -> None:
    body = "    Payment for R&amp;D of\nsoftware &lt; 1 percent\nis discussed.\n    Next one.\n"
    assert read(body) == [((), "Payment for R&D of software < 1 percent is discussed."), ((), "Next one.")]


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    first = "    The sentence begins\n\n[[Page 44053]]\n\nhere and ends there.\n"
    body = first + "    Next one.\n\n[[Page 44054]]\n\n    Last.\n"
    assert [text for _, text in read(body)] == ["The sentence begins here and ends there.", "Next one.", "Last."]


def test_a_footnote_stands_after_the_paragraph_it_interrupts() -> None:
    rule = "-" * 75
    body = (
        f"    A claim \\1\\ that is\n{rule}\n\n    \\1\\ See https://x.invalid\nand more.\n{rule}\n\ncontinued here.\n"
    )
    assert [text for _, text in read(body)] == [
        "A claim \\1\\ that is continued here.",
        "\\1\\ See https://x.invalid and more.",
    ]


def test_headings_follow_the_outline() -> None:
    body = """A. First

    One.

1. Below

a. Further Below

    Two.

(1) Deep

(i) Deeper

    Three.

2. Next to Below That Runs Over
Two Lines

    Four.

II. DEMO Two

    Five.
"""
    paths = {text: headings for headings, text in read(body.replace("II. DEMO Two", "B. Second"))}
    assert paths["One."] == ("A. First",)
    assert paths["Two."] == ("A. First", "1. Below", "a. Further Below")
    assert paths["Three."] == ("A. First", "1. Below", "a. Further Below", "(1) Deep", "(i) Deeper")
    assert paths["Four."] == ("A. First", "2. Next to Below That Runs Over Two Lines")
    assert paths["Five."] == ("B. Second",)


def test_the_letter_i_after_h_is_no_numeral() -> None:
    body = "H. Payment for Software\n\n    One.\n\nI. Devices\n\n    Two.\n"
    assert [headings for headings, _ in read(body)] == [("H. Payment for Software",), ("I. Devices",)]
    found = read_register(f"{HEAD}\nI. One\n\n    A.\n\nII. Two\n\n    B.\n\nV. Five\n\n    C.\n{FOOT}").paragraphs
    assert [p.headings for p in found if p.text in "A.B.C."] == [("I. One",), ("II. Two",), ("V. Five",)]


def test_a_sentence_at_the_margin_is_no_heading() -> None:
    assert read("SUMMARY: This would change payment.\n\n    One.\n") == [
        ((), "SUMMARY: This would change payment."),
        ((), "One."),
    ]


@given(st.text(alphabet="I.A1a()[]\\-P \n\u00e9<pre>&#;", max_size=400))
def test_any_text_gives_some_reading(text: str) -> None:
    for paragraph in read_register(text).paragraphs:
        assert paragraph.text
        assert all(paragraph.headings)


def test_hostile_lengths_take_no_longer_than_their_size() -> None:
    note = "    \\1\\ x\n" + "    more of it\n" * 100_000
    for text in (
        "<pre" * 500_000,
        "I. a\n\n" * 20_000,
        "&lt;" * 500_000,
        "<a " * 500_000,
        note,
        "[[Page 1]]\nabc\n\n" * 50_000,
    ):
        read_register(text)
