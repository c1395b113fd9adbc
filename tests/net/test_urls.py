import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.faults import Fault
from monitor.net.policy import Policy
from monitor.net.urls import check_manners, parse


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://www.fda.gov", "https://www.fda.gov/"),
        ("HTTPS://WWW.FDA.gov:443/A?b=C#d", "https://www.fda.gov/A?b=C"),
        ("https://www.fda.gov?x=1", "https://www.fda.gov/?x=1"),
        ("https://www.fda.gov./a", "https://www.fda.gov/a"),
        ("http://h.example:80/", "http://h.example/"),
        ("http://h.example:8000/", "http://h.example:8000/"),
        ("https://[2606:4700:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://h.example/caf\u00e9?q=\u00fc", "https://h.example/caf%C3%A9?q=%C3%BC"),
        ("https://h.example/a%20b%2Fc", "https://h.example/a%20b%2Fc"),
        ("https://h.example/.well-known/a..b/...?x=/../y", "https://h.example/.well-known/a..b/...?x=/../y"),
        ("https://a_b.example/x", "https://a_b.example/x"),
    ],
)
def test_a_url_is_taken_in_one_spelling(url: str, taken: str) -> None:
    assert str(parse(url)) == taken


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("ftp://h.example/", "scheme is not https (ftp)"),
        ("https://u:p@h.example/", "user name or password"),
        ("https://h.example\\@x/", "backslash"),
        ("https://h.example/a b", "blanks or control characters"),
        ("https://h.example/a\u2028b", "blanks or control characters"),
        ("https://h.example:99999/", "no port 99999"),
        ("https://h.example:0/", "no port 0"),
        ("https://h.example:x/", "host or port is not well formed"),
        ("https:///a", "host is missing"),
        ("https://b\u00fccher.example/", "xn--"),
        ("https://[::1/", "host or port is not well formed"),
        ("https://[1::2::3]/", "IPv6"),
        ("https://127.1/", "dotted form"),
        ("https://1.2.3.4.5/", "dotted form"),
        ("https://0x7f.0.0.1/", "dotted form"),
        ("https://h.example/a/../b", ". or .."),
        ("https://h.example/a/%2E%2e/b", ". or .."),
        ("https://h.example/" + "a" * 8000, "longer than 8000"),
    ],
)
def test_a_refusal_names_what_is_wrong(url: str, what: str) -> None:
    with pytest.raises(Fault) as caught:
        parse(url)
    assert caught.value.code == "bad-url"
    assert what in caught.value.reason
    assert caught.value.reason.isprintable()


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://", "https://h.example", "https://["]))
def test_any_text_is_taken_or_refused_and_nothing_else(text: str, start: str) -> None:
    try:
        address = parse(start + text)
    except Fault:
        return
    assert parse(str(address)) == address
    assert str(address).isascii()
    assert set(address.host) <= set(string.ascii_lowercase + string.digits + "-._:")


def test_plain_http_and_odd_ports_are_for_hosts_the_operator_named() -> None:
    policy = Policy(user_agent="x", allow_http_hosts=frozenset({"named.example"}))
    check_manners(parse("http://named.example:1234/"), policy)
    check_manners(parse("https://other.example/"), policy)
    check_manners(parse("https://other.example:8443/"), policy)
    for url in ("http://other.example/", "https://other.example:1234/", "http://named.example.evil.example/"):
        with pytest.raises(Fault, match="not allowed"):
            check_manners(parse(url), policy)
