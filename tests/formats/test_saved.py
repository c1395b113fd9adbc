"""Files as browsers save them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.saved import unwrap
from monitor.model.errors import Unreadable

URL = "https://www.ama-assn.org/about/demo?page=2"
HEAD = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.ama-assn.org/about/demo?page=2\r\n"
    b'Subject: DEMO\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
    b'\tboundary="----MultipartBoundary--DEMO----"\r\n\r\n\r\n'
)
PART = b"------MultipartBoundary--DEMO----\r\n%s\r\n\r\n%s\r\n"
PICTURE = PART % (b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64", b"iVBORw0KGgo=")
FRAME = PART % (b"Content-Type: text/html\r\nContent-Location: https://ads.invalid/", b"<p>a frame</p>")
ROOT = PART % (
    b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: "
    + URL.encode(),
    b"<html><p>DEMO=E2=84=A2 lasts 14 =\r\ndays</p></html>",
)
END = b"------MultipartBoundary--DEMO------\r\n"


@pytest.mark.parametrize("parts", [PICTURE + ROOT + FRAME, FRAME + PICTURE + ROOT, ROOT])
def test_the_page_of_an_mhtml_file_is_the_part_the_file_was_saved_from(parts: bytes) -> None:
    saved = unwrap(HEAD + parts + END)
    assert saved.body.decode() == "<html><p>DEMO™ lasts 14 days</p></html>"
    assert (saved.url, saved.charset) == (URL, "utf-8")


def test_an_mhtml_file_with_unix_line_ends_is_read_as_well() -> None:
    assert unwrap((HEAD + ROOT + END).replace(b"\r\n", b"\n")).body.endswith(b"14 days</p></html>")


@pytest.mark.parametrize("file", [HEAD, HEAD + PICTURE + END, HEAD.replace(b"boundary", b"bound")])
def test_an_mhtml_file_without_a_page_is_refused(file: bytes) -> None:
    with pytest.raises(Unreadable, match="save the page again") as caught:
        unwrap(file)
    assert caught.value.code == "bad-mhtml"


@pytest.mark.parametrize(
    ("above", "url"),
    [
        (f"<!-- saved from url=({len(URL):04d}){URL} -->", URL),
        (f"<!-- saved from url=({len(URL):04d}){URL}#panel -->", URL),
        (f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Fri Nov 20 2026\n-->", URL),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ("<!-- saved from url=(0030)file:///C:/Users/DEMO/page.html -->", None),
        ("<!-- a comment of the page itself -->", None),
        ("", None),
    ],
)
def test_the_comment_above_a_saved_page_says_where_it_is_from(above: str, url: str | None) -> None:
    page = f"<!DOCTYPE html>\n{above}\n<html><p>DEMO</p></html>".encode()
    saved = unwrap(page)
    assert (saved.body, saved.url) == (page, url)


@given(st.binary(max_size=400), st.sampled_from([b"", HEAD, HEAD + ROOT, HEAD + PART]))
def test_any_bytes_are_a_document_or_refused(tail: bytes, head: bytes) -> None:
    try:
        saved = unwrap(head + tail)
    except Unreadable:
        assert head, "only MHTML can be damaged"
    else:
        assert isinstance(saved.body, bytes)


def test_many_parts_and_long_headers_take_no_longer_than_reading_them() -> None:
    unwrap(HEAD + FRAME * 20_000 + END)
    unwrap(b"a: " * 2_000_000)
    with pytest.raises(Unreadable):
        unwrap(HEAD + b"--" * 5_000_000)
