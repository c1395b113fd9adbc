"""PDF policies behind an index page: their text is compared paragraph by paragraph, their file names are not."""

import pytest
from reportlab.lib.pagesizes import A4, letter
from reportlab.platypus import Paragraph, Spacer

from monitor.model.difference import Act, News
from tests.e2e.desk import Desk
from tests.e2e.payer import ENTRY, INDEX, PARAGRAPHS, Payer
from tests.e2e.test_following import codes
from tests.formats.printed import BODY, STYLES, printed
from tests.loopback import Response

FOLLOW_PDF = (
    "follow: {kind: prose, noun: passage, where: {url: '[.]pdf$'}, identity: '/([a-z-]+?)(?:-[0-9]{8})?[.]pdf$',"
    " contract: {media_types: [application/pdf]}}}"
)
OMNIBUS = f"{INDEX}/omnibus"


BACKGROUND = [f"Background {n}: the DEMO literature" + ", read with care and weighed" * 16 + "." for n in range(24)]


def pdf(*paragraphs: str, paper: tuple[float, float] = letter) -> bytes:
    """A policy of some pages, with a line at the foot of each."""
    story: list[object] = [Paragraph("DEMO omnibus policy", STYLES["Heading1"])]
    for text in (*paragraphs, *BACKGROUND):
        story += [Paragraph(text, BODY), Spacer(1, 10)]
    return printed(story, footer="Page {page}", pagesize=paper)


@pytest.fixture
def payer(desk: Desk) -> Payer:
    desk.configure(f"{ENTRY} {FOLLOW_PDF}")
    payer = Payer(desk.server, count=0)
    for name in ("omnibus", "imaging", "retina"):
        put(payer, f"/policies/{name}.pdf", pdf(f"This is the DEMO policy on {name}.", *PARAGRAPHS))
    return payer


def put(payer: Payer, path: str, body: bytes) -> None:
    payer.links[path] = "DEMO policy"
    payer.put()
    payer.server.set(f"/payer.invalid{path}", Response(body=body, media_type="application/pdf"))


def test_a_policy_edited_under_the_same_name_is_one_change_with_the_right_passage(desk: Desk, payer: Payer) -> None:
    assert set(codes(desk.check()).values()) == {"baseline"}
    edited = [text.replace("is experimental and is not covered", "is covered") for text in PARAGRAPHS]
    put(payer, "/policies/omnibus.pdf", pdf("This is the DEMO policy on omnibus.", *edited))
    body = desk.check()
    assert {name for name, code in codes(body).items() if code == "changed"} == {OMNIBUS}
    (kept,) = desk.changes()
    (difference,) = kept.change.differences
    assert (kept.change.news, difference.act) == (News.MODIFIED, Act.MODIFIED)
    assert difference.fields[0].old == PARAGRAPHS[2]
    assert difference.fields[0].new == edited[2]


def test_a_policy_set_anew_on_other_paper_with_the_same_words_is_no_news(desk: Desk, payer: Payer) -> None:
    desk.check()
    words = ("This is the DEMO policy on omnibus.", *PARAGRAPHS)
    put(payer, "/policies/omnibus.pdf", pdf(*words, paper=A4))
    assert codes(desk.check())[OMNIBUS] == "same-content"
    assert desk.changes() == ()


def test_a_dated_name_with_the_same_bytes_is_said_by_the_list_alone(desk: Desk, payer: Payer) -> None:
    desk.check()
    payer.withdraw("/policies/omnibus.pdf")
    del payer.links["/policies/omnibus.pdf"]
    put(payer, "/policies/omnibus-01012027.pdf", pdf("This is the DEMO policy on omnibus.", *PARAGRAPHS))
    assert codes(desk.check())[OMNIBUS] == "same-bytes"
    (kept,) = desk.changes()
    assert (kept.change.source_id, kept.change.news) == (INDEX, News.MODIFIED)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"<html><head><title>DEMO payer</title></head><body><main>Our site is new.</main></body></html>", "text/html"),
        (pdf(*PARAGRAPHS)[:600], "application/pdf"),
        (b"%PDF-1.7\nnothing more\n%%EOF", "application/pdf"),
    ],
    ids=["a web page", "half a document", "no document"],
)
def test_what_is_no_policy_is_that_documents_gap_and_no_change(
    desk: Desk, payer: Payer, body: bytes, media_type: str
) -> None:
    desk.check()
    payer.server.set("/payer.invalid/policies/omnibus.pdf", Response(body=body, media_type=media_type))
    for _ in range(2):
        report = desk.check()
        assert [one["id"] for one in report["sources"] if not one["verified"]] == [OMNIBUS]
    assert desk.changes() == ()
