from email.message import EmailMessage
from email.policy import SMTP
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.compose.hostile import cut, safe_block, safe_line, safe_link, safe_text

ANY_TEXT = st.text(st.characters(), max_size=200)


@given(ANY_TEXT)
def test_shown_text_is_one_line_of_visible_characters(text: str) -> None:
    shown = safe_text(text)
    assert all(category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in shown)
    assert shown == " ".join(shown.split())
    assert safe_text(shown) == shown
    shown.encode()


@given(ANY_TEXT, st.integers(min_value=10, max_value=100))
def test_a_cut_line_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(safe_line(text, limit)) <= limit


@given(ANY_TEXT)
def test_a_page_keeps_its_lines_and_nothing_else_invisible(text: str) -> None:
    assert safe_block(text).count("\n") == text.count("\n")


@given(ANY_TEXT)
def test_a_shown_title_is_accepted_as_a_mail_header(text: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = safe_line(text, 60)


def test_a_right_to_left_override_is_taken_out() -> None:
    assert safe_text("invoice\u202excod.exe\u2066x\u2069\u200b\ufeff") == "invoicexcod.exex"


def test_text_is_cut_between_words() -> None:
    assert cut("one two three four", 13) == "one two..."
    assert cut("short", 13) == "short"
    assert cut("x" * 40, 13) == "x" * 10 + "..."


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "//host.invalid/x",
        "/path",
        "ftp://host.invalid/",
        "https://",
        "https:///path",
        "https://user:pass@host.invalid/",
        "https://ama.invalid@evil.invalid/",
        "https://host.invalid/a b",
        "https://host.invalid/\r\nBcc: x",
        "https://host.invalid\\@evil.invalid/",
        "https://ho\u202est.invalid/",
        "https://host.invalid:99999999/",
        "https://host.invalid:x/",
        "https://[::1/",
        'https://host".invalid/',
        "https://" + "a" * 70 + ".invalid/",
        "https://host.invalid/" + "a" * 3000,
        "mailto:a@b.invalid",
        "vbscript:x",
    ],
)
def test_only_plain_web_addresses_are_links(url: str | None) -> None:
    assert safe_link(url) is None


@pytest.mark.parametrize(
    ("url", "shown", "host"),
    [
        ("https://www.fda.gov/a?b=1&c=2#d", "https://www.fda.gov/a?b=1&c=2#d", "www.fda.gov"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x", "127.0.0.1"),
        ("https://[::1]:8080/x", "https://[::1]:8080/x", "[::1]"),
        ("HTTPS://Host.INVALID/A", "https://host.invalid/A", "host.invalid"),
        ('https://host.invalid/"><script>', "https://host.invalid/%22%3E%3Cscript%3E", "host.invalid"),
        ("https://host.invalid/a%20b", "https://host.invalid/a%20b", "host.invalid"),
    ],
)
def test_a_link_is_spelled_safely_and_names_its_host(url: str, shown: str, host: str) -> None:
    link = safe_link(url)
    assert link is not None
    assert (link.url, link.host) == (shown, host)


def test_look_alike_letters_in_a_host_show() -> None:
    link = safe_link("https://\u0430ma.invalid/")
    assert link is not None
    assert link.host.startswith("xn--")
    assert link.url.startswith("https://xn--")


@given(ANY_TEXT)
def test_no_text_makes_the_link_check_fail(text: str) -> None:
    link = safe_link("https://" + text)
    assert link is None or (link.url.isascii() and link.url.startswith("https://"))
