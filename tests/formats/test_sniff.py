import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.sniff import Form, sniff
from tests.formats.books import workbook


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"a,b\n1,2\n", Form.CSV),
        (b"\xef\xbb\xbfa;b\n", Form.CSV),
        ("a,b\n1,2".encode("utf-16"), Form.CSV),
        (b'  {"data": []}', Form.JSON),
        (b"[1]", Form.JSON),
        (b"<?xml version='1.0'?><data><row/></data>", Form.XML),
        (b"<?xml version='1.0'?><!-- x --><rss version='2.0'/>", Form.FEED),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", Form.FEED),
        (b"<!DOCTYPE html><title>FDA Apology</title>", Form.HTML),
        (b"<!-- x --><div>a, b</div>", Form.HTML),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", Form.HTML),
        (b"%PDF-1.7 ...", Form.PDF),
        (b"PK\x03\x04 something", Form.ZIP),
        (b"\x1f\x8b\x08\x00\x00", Form.UNKNOWN),
        (b"", Form.UNKNOWN),
        (b"Not found", Form.UNKNOWN),
    ],
)
def test_the_bytes_say_what_a_body_is(body: bytes, form: Form) -> None:
    assert sniff(body, None) is form


def test_the_servers_word_does_not_make_a_page_a_list() -> None:
    assert sniff(b"<html><body>Sorry</body></html>", "text/csv") is Form.HTML


def test_a_workbook_is_told_from_any_other_zip() -> None:
    assert sniff(workbook([["a"]]), "application/octet-stream") is Form.XLSX


def test_a_list_of_one_column_needs_the_servers_word() -> None:
    assert sniff(b"code\n92229\n", "text/csv") is Form.CSV


@given(st.binary(max_size=200))
def test_any_bytes_have_a_form(body: bytes) -> None:
    assert sniff(body, None) in Form
