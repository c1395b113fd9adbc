import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.text import clean, collapse, decode, plain, repair_c1, unescape_fully, without_icon_names


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=12)))
def test_any_bytes_with_any_declared_charset_decode(body: bytes, charset: str | None) -> None:
    assert isinstance(decode(body, charset), str)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_one_text_decodes_the_same_from_every_encoding(codec: str) -> None:
    assert decode("CPT® \u2013 “AI” 92229".encode(codec), None) == "CPT® \u2013 “AI” 92229"


def test_the_habitual_latin_1_label_does_not_spoil_utf_8() -> None:
    assert decode("CPT®".encode(), "iso-8859-1") == "CPT®"


def test_a_latin_1_label_is_read_as_windows_1252() -> None:
    assert decode(b"a \x96 b", "ISO-8859-1") == "a \u2013 b"


def test_bytes_windows_1252_leaves_undefined_stay_c1_controls() -> None:
    assert decode(b"\x81\xff", None) == "\x81ÿ"


def test_the_pages_own_head_is_believed_when_the_server_says_nothing() -> None:
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"></head>ą'
    assert decode(page.encode("iso-8859-2"), None).endswith("ą")


@pytest.mark.parametrize("name", ["rot13", "zlib", "idna", "unicode_escape", "utf-7", "no-such", "x" * 500, "\0"])
def test_a_label_that_is_no_charset_is_passed_over(name: str) -> None:
    assert decode(b"Appendix S", name) == "Appendix S"


def test_damaged_letters_are_repaired_and_survive_cleaning() -> None:
    assert repair_c1(clean("ProtegeAI\x99 ")) == "ProtegeAI™"
    assert clean("wait\x85") == "wait\x85"


def test_cleaning_keeps_inner_white_space_and_drops_what_nobody_sees() -> None:
    assert clean("\t\nAnkon  Technologies\x00, ltd\xa0") == "Ankon  Technologies, ltd"
    assert collapse("a \r\n (b)\u2003c") == "a (b) c"


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert collapse(collapse(text)) == collapse(text)
    clean(text).encode()


def test_entities_are_undone_until_nothing_changes() -> None:
    assert unescape_fully("&amp;amp;ldquo;x&amp;rdquo;") == "“x”"


def test_a_character_reference_of_thousands_of_digits_is_no_crash() -> None:
    assert unescape_fully(f"&#{'9' * 5000};") == "\ufffd"


def test_only_real_tags_are_taken_for_tags() -> None:
    assert plain("&lt;p&gt;CD4 &amp;lt; 200<br/>and</p> p&lt;q and r&gt;s <b>x</b>y") == "CD4 < 200 and ps xy"
    assert plain("stenosis <50% or > 70%") == "stenosis <50% or > 70%"
    assert plain("a<style>p{}</style>b<!-- c -->d") == "abd"


@pytest.mark.parametrize("hostile", ["<!--" * 200_000, "<a " * 200_000, "&amp" * 300_000, "<style" * 100_000])
def test_hostile_values_end_soon(hostile: str) -> None:
    assert isinstance(plain(hostile), str)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Cardiac imaging policyopen_in_new", "Cardiac imaging policy"),
        ("chevron_right Retina policy picture_as_pdf", "Retina policy"),
        ("open_in_new", ""),
        ("A policy on open_in_new windows", "A policy on open_in_new windows"),
        ("The form feedback", "The form feedback"),
    ],
)
def test_names_of_icons_are_cut_off_the_ends(written: str, plain: str) -> None:
    assert without_icon_names(written) == plain
