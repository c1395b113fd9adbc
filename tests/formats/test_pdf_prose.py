"""PDF documents as paragraphs under headings, without what stands at the edge of every page."""

import re

import pytest
from reportlab.platypus import PageBreak, Paragraph

from monitor.formats.pdf import read_layout
from monitor.formats.pdf_prose import Document, read_prose
from monitor.model.errors import Unreadable
from monitor.sandbox.pdf import PdfOpener
from tests.formats import crafted
from tests.formats.printed import BODY, STYLES, drawn, laid_out, printed

SENTENCE = "A service by software alone is billed under the code of this DEMO policy and under no other."


def document(*story: object, footer: str = "", header: str = "") -> Document:
    return read_prose(laid_out(printed(story, footer=footer, header=header)))


def texts(read: Document) -> list[str]:
    return [block.text for block in read.blocks]


def policy(paragraphs: int, sentences: int = 6) -> list[Paragraph]:
    return [Paragraph(f"Rule {n}. " + " ".join([SENTENCE] * sentences), BODY) for n in range(1, paragraphs + 1)]


def test_paragraphs_come_whole_and_in_order_over_the_ends_of_pages() -> None:
    read = document(*policy(40))
    assert texts(read) == [f"Rule {n}. " + " ".join([SENTENCE] * 6) for n in range(1, 41)]


def test_headings_are_told_by_the_size_and_weight_of_their_letters() -> None:
    read = document(
        Paragraph("DEMO policy on software", STYLES["Title"]),
        Paragraph("Coverage", STYLES["Heading2"]),
        *policy(2),
        Paragraph("<b>Exceptions</b>", BODY),
        Paragraph(SENTENCE, BODY),
        Paragraph("Codes", STYLES["Heading2"]),
        Paragraph(SENTENCE, BODY),
    )
    assert read.title == "DEMO policy on software"
    assert [(block.headings[1:], block.text[:10]) for block in read.blocks] == [
        ((), "DEMO polic"),
        ((), "Coverage"),
        (("Coverage",), "Rule 1. A "),
        (("Coverage",), "Rule 2. A "),
        (("Coverage",), "Exceptions"),
        (("Coverage", "Exceptions"), SENTENCE[:10]),
        ((), "Codes"),
        (("Codes",), SENTENCE[:10]),
    ]


def test_bold_words_within_a_paragraph_do_not_tear_it() -> None:
    torn = f"<b>Note.</b> {SENTENCE} <b>{SENTENCE}</b> {SENTENCE} <i>{SENTENCE}</i>"
    assert texts(document(Paragraph(torn, BODY), *policy(3)))[0] == re.sub("<.*?>", "", torn)


def test_running_lines_and_page_numbers_go_but_what_they_say_alike_is_told_once() -> None:
    read = document(*policy(40), header="DEMO payer medical policy", footer="Effective 01/01/2026    Page {page} of 9")
    told = texts(read)
    assert told[:40] == texts(document(*policy(40)))
    assert told[40:] == ["Effective 01/01/2026", "DEMO payer medical policy"] or told[40:] == [
        "DEMO payer medical policy",
        "Effective 01/01/2026",
    ]


def test_a_new_date_in_the_footer_is_a_difference_and_a_new_page_number_is_none() -> None:
    first = texts(document(*policy(40), footer="Last updated May 1, 2026 | {page}"))
    later = texts(document(*policy(40), footer="Last updated June 2, 2026 | {page}"))
    assert set(later) - set(first) == {"Last updated June 2, 2026"}
    numbered = texts(document(*policy(40), footer="{page}"))
    assert numbered == texts(document(*policy(40)))


def lines(*said: str) -> Document:
    def draw(canvas: object) -> None:
        for place, text in enumerate(said):
            canvas.drawString(60, 700 - 14 * place, text)  # type: ignore[attr-defined]

    return read_prose(laid_out(drawn(draw)))


def test_a_word_parted_at_the_end_of_a_line_is_joined() -> None:
    assert texts(lines("The software gives an inter-", "pretation without a physician.")) == [
        "The software gives an interpretation without a physician."
    ]


def test_a_hyphen_that_is_the_writers_stays() -> None:
    said = lines(
        "A rule that is evidence-based is one thing; whether it is evidence-",
        "based here is another thing,",
        "as for CPT-",
        "4 and code 646X1X-",
        "TC.",
    )
    assert "whether it is evidence-based here" in texts(said)[0]
    assert "CPT-4 and code 646X1X-TC." in texts(said)[0]


def test_list_items_are_paragraphs_of_their_own() -> None:
    said = lines("Covered are:", "• one analysis a day", "• one report a year", "1. first", "2. second", "(a) third")
    assert texts(said)[1:] == ["• one analysis a day", "• one report a year", "1. first", "2. second", "(a) third"]


def test_a_page_that_ends_in_mid_sentence_goes_on_and_one_that_ends_a_sentence_does_not() -> None:
    joined = document(Paragraph("The rule begins here and then", BODY), PageBreak(), Paragraph("goes on there.", BODY))
    parted = document(Paragraph("The rule ends here.", BODY), PageBreak(), Paragraph("Another begins.", BODY))
    assert texts(joined) == ["The rule begins here and then goes on there."]
    assert texts(parted) == ["The rule ends here.", "Another begins."]


def refusal(body: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_layout(PdfOpener().open(body))
    return caught.value


def test_a_scan_is_said_to_be_one() -> None:
    fault = refusal(crafted.scan())
    assert fault.code == "no-text"
    assert fault.reason == (
        "The PDF document has 3 pages but no text in it: a scan or pictures only, which cannot be compared."
    )


def test_faults_of_the_child_are_sentences() -> None:
    assert "protected by a password" in refusal(drawn(lambda c: c.drawString(9, 9, "x"), password="DEMO")).reason
    assert "10,000 pages" in refusal(crafted.pages(10_000)).reason
    assert refusal(b"%PDF-1.7\n%%EOF").code == "damaged-pdf"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b"nonsense",
        b'{"pages": 3}',
        b'{"pages": [[1, 2, [[1, 2, 0, "a b", [1, 2]]], []]]}',
        b'{"pages": [[1, 2, [[1, 2, 0, "", [1, 2]]], []]]}',
        b'{"pages": [[1, 2, [[1, 2, 0, "a", ["x", 2]]], []]]}',
        b'{"pages": [[1, 2, [], [[1, 2, 3]]]]}',
        b'{"pages": [[1, 2, [[1, 2, 0, "a", [2, 1]]], []]]}',
        b'{"pages": [[1, 2, [[1, NaN, 0, "a", [1, 2]]], []]]}',
        b'{"fault": {"a": 1}, "pages": "many"}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_no_honest_child_gives_is_refused(answer: bytes) -> None:
    with pytest.raises(Unreadable):
        read_layout(answer)
