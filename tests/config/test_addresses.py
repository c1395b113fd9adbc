"""Which addresses may stand in the settings; all of it is decided before anything is fetched."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.addresses import AddressBook
from monitor.config.faults import Wrong
from monitor.config.nodes import Scalar
from tests.config.samples import HEALTHY, fault, load

BOOK = AddressBook(mapped=frozenset(), nets=())


def page(text: str, book: AddressBook = BOOK) -> str:
    return book.read_page(Scalar(text, "", True, 1, 1))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "file:/etc/passwd",
        "source:file:///etc/passwd",
        "ftp://example.org/a",
        "gopher://example.org",
        "javascript:alert(1)",
        "data:text/plain,x",
        "jar:https://example.org!/a",
        "view-source:https://example.org/",
        "unix:/run/x.sock",
        "//example.org/a",
        "/local/path",
        "www.fda.gov",
        "http://www.fda.gov/",
        "https:www.fda.gov",
        "https:///www.fda.gov",
        "https://",
        "https://user:pw@www.fda.gov/",
        "https://www.fda.gov@127.0.0.1/",
        "https://127.0.0.1\\@www.fda.gov/",
        "https://www.fda.gov:0/",
        "https://www.fda.gov:99999/",
        "https://www.fda.gov:x/",
        "https://[::1",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[fe80::1%25eth0]/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://%31%32%37.0.0.1/",
        "https://lo\u24d2alhost/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://10.0.0.8/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/",
        "https://192.168.1.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        f"https://{'a' * 64}.org/",
        f"https://{'a.' * 200}org/",
        "https://exa mple.org/",
        "https://exämple..org/",
        "https://a/\x00b",
        f"https://www.fda.gov/{'a' * 2_000}",
    ],
)
def test_an_address_that_could_harm_is_refused(url: str) -> None:
    with pytest.raises(Wrong):
        page(url)


@pytest.mark.parametrize(
    "url", ["https://www.fda.gov/a?b=c#d", "https://8.8.8.8/", "HTTPS://WWW.FDA.GOV:8443/", "https://bücher.example/"]
)
def test_a_public_https_address_is_taken_as_it_is_written(url: str) -> None:
    assert page(url) == url


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(Wrong) as caught:
        page("https://user:s3cret@www.fda.gov/")
    assert "s3cret" not in caught.value.what


def test_an_allowed_network_opens_itself_and_nothing_else(tmp_path: Path) -> None:
    text = HEALTHY + "    url: http://127.0.0.1:8080/list\nfetch: {allow_nets: [127.0.0.0/8]}\n"
    assert load(tmp_path, text).sources[0].routes[0].url == "http://127.0.0.1:8080/list"
    assert "10.0.0.1/32" in fault(tmp_path, text.replace("127.0.0.1:8080", "10.0.0.1")).what


def test_localhost_is_allowed_with_loopback(tmp_path: Path) -> None:
    text = HEALTHY + "    url: http://localhost:8080/\nfetch: {allow_nets: [127.0.0.0/8, '::1/128']}\n"
    assert load(tmp_path, text).sources[0].routes[0].url == "http://localhost:8080/"


def test_a_mapped_host_may_be_written_with_http(tmp_path: Path) -> None:
    mapped = "origins: {www.fda.gov: https://mirror.example.org}\n"
    line = HEALTHY + "    url: http://www.fda.gov/list\n"
    assert load(tmp_path, line + mapped).origins == {"www.fda.gov": "https://mirror.example.org"}
    assert "map www.fda.gov" in fault(tmp_path, line).what


@pytest.mark.parametrize(
    ("origins", "words"),
    [
        ("{www.fda.gov: http://127.0.0.1:8080}", 'add "127.0.0.1/32" to fetch.allow_nets'),
        ("{www.fda.gov: file:///srv/mirror}", "only https://"),
        ("{www.fda.gov: https://m.example.org/?x=1}", "ends with its path"),
        ("{https://www.fda.gov: https://m.example.org}", "write only the host"),
        ("{www.fda.gov/path: https://m.example.org}", "write only the host"),
        ("[www.fda.gov]", "must be a mapping"),
    ],
)
def test_a_faulty_origin_is_explained(tmp_path: Path, origins: str, words: str) -> None:
    assert words in fault(tmp_path, f"{HEALTHY}origins: {origins}\n").what


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("htps:/@[]%.#?\\0127xlocalhost", max_size=40).map(lambda tail: "https://" + tail))
def test_any_text_is_an_address_or_a_clear_refusal(text: str) -> None:
    try:
        taken = page(text)
    except Wrong:
        return
    assert taken.lower().startswith("https://")
