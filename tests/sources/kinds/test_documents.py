"""PDF documents and zip archives where a table or prose is due: what is told apart, and what is refused."""

import io
import zipfile

import pytest

from monitor.model.errors import Unreadable
from monitor.model.source import Kind, Reading
from tests.formats import crafted
from tests.formats.printed import Style, drawn, grid
from tests.sources.kinds.made import extracted

NAMED = "https://h.invalid/files/policy.pdf"
ROWS = [["DEMO-1", "one"], ["DEMO-2", "two"]]
GRID = grid(ROWS, Style(header=("Policy number", "Title"), widths=(120, 200)))
SIGN_IN = "<html><title>Sign in</title><body><table><tr><td>Policy number</td></tr></table></body></html>"


def archive(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def refusal(kind: Kind, body: bytes | str, url: str = NAMED, reading: Reading | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        extracted(kind, body, reading or Reading(key=("Policy number",)), url=url)
    return caught.value


def test_a_table_in_a_document_is_read_like_any_other() -> None:
    snapshot = extracted(Kind.TABLE, GRID, Reading(key=("policy NUMBER",), label="Title"), url=NAMED)
    assert [(r.key, r.label) for r in snapshot.records] == [("DEMO-1", "one"), ("DEMO-2", "two")]
    assert (snapshot.form, snapshot.columns) == ("pdf", ("policy NUMBER", "Title"))


def test_a_document_needs_no_name_to_be_known() -> None:
    snapshot = extracted(Kind.PROSE, drawn(lambda canvas: canvas.drawString(60, 700, "DEMO words")), Reading())
    assert ([p.text for p in snapshot.passages], snapshot.form) == (["DEMO words"], "pdf")


@pytest.mark.parametrize("kind", [Kind.TABLE, Kind.PROSE])
def test_another_page_where_a_document_was_due_is_refused(kind: Kind) -> None:
    fault = refusal(kind, SIGN_IN)
    assert fault.code == "not-pdf"
    assert fault.reason == "The address answered with a web page, not with the PDF document that was due."
    assert refusal(kind, "a,b\n1,2\n").code == "not-pdf"


@pytest.mark.parametrize("kind", [Kind.TABLE, Kind.PROSE])
def test_a_scan_says_that_it_is_one(kind: Kind) -> None:
    assert "a scan or pictures only" in refusal(kind, crafted.scan()).reason


MEMBER = Reading(key=("id",), member="lcd*.csv")
LIST = b"id,title\n1,Caf\xe9 \x96 DEMO\n"


def test_the_file_meant_is_found_by_its_name_wherever_it_lies_in_the_archive() -> None:
    body = archive({"readme.txt": b"DEMO", "data/LCD_2026.csv": LIST})
    snapshot = extracted(Kind.TABLE, body, MEMBER)
    assert [(r.key, r.fields["title"]) for r in snapshot.records] == [("1", "Café \u2013 DEMO")]


def test_archives_may_lie_in_archives_three_deep() -> None:
    body = archive({"all.zip": archive({"lcd.zip": archive({"lcd.csv": LIST})})})
    reading = Reading(key=("id",), member="all.zip/lcd.zip/lcd.csv")
    assert len(extracted(Kind.TABLE, body, reading).records) == 1


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (archive({"a.csv": LIST}), "member-missing", "it holds a.csv"),
        (archive({}), "member-missing", "none at all"),
        (archive({"lcd1.csv": LIST, "lcd2.csv": LIST}), "member-ambiguous", "lcd1.csv, lcd2.csv"),
        (archive({"lcd.csv": b"x" * 40_000_000}), "too-large", "unpacks to far more"),
        (archive({f"{n}.csv": b"" for n in range(5_000)}), "too-large", "unpacks to far more"),
        (archive({"lcd.csv": LIST})[:60], "not-zip", "cut short"),
        (b"<html><body>moved</body></html>", "not-zip", "not a sound zip archive"),
    ],
    ids=["another", "empty", "two", "a bomb", "a crowd", "half", "a page"],
)
def test_an_archive_without_the_one_file_is_refused(body: bytes, code: str, words: str) -> None:
    fault = refusal(Kind.TABLE, body, url="https://h.invalid/lcd.zip", reading=MEMBER)
    assert (fault.code, words in fault.reason) == (code, True), fault.reason


def test_a_name_with_a_way_out_is_only_a_name() -> None:
    body = archive({"../../etc/lcd.csv": LIST, "/tmp/x.csv": LIST})  # noqa: S108 - nothing is written there
    assert len(extracted(Kind.TABLE, body, MEMBER).records) == 1


def test_a_password_is_said_to_be_the_reason() -> None:
    body = bytearray(archive({"lcd.csv": LIST}))
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(Kind.TABLE, bytes(body), reading=MEMBER).code == "encrypted"
