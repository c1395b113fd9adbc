"""A body cut short is never taken for a whole one, whichever way it was framed."""

import gzip

import pytest

from monitor.model.capture import FetchFailed
from tests.loopback import LoopbackServer, Response
from tests.net.rig import OFFICIAL, rig

PAGE = b"<table>" + b"".join(b"<tr><td>K%06d</td></tr>" % number for number in range(2000)) + b"</table>"
PACKED = gzip.compress(PAGE, mtime=0)
HALF = len(PACKED) // 2


def _gzip_head(length: int | None) -> bytes:
    announced = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n" + announced + b"\r\n"


TRUNCATIONS = {
    "plain, shorter than its Content-Length": Response(body=PAGE, cut_at=20_000),
    "chunked, cut inside a chunk": Response(body=PAGE, chunked=True, cut_at=20_000),
    "chunked, last chunk missing": Response(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    "gzip, shorter than its Content-Length": Response(body=PAGE, gzip=True, cut_at=HALF),
    "gzip, cut before it was packed away, with a matching Content-Length": Response(
        raw=_gzip_head(HALF) + PACKED[:HALF]
    ),
    "gzip, cut, in complete chunks": Response(body=PACKED[:HALF], chunked=True, headers={"Content-Encoding": "gzip"}),
    "gzip, its eight-byte trailer missing, with a matching Content-Length": Response(
        raw=_gzip_head(len(PACKED) - 8) + PACKED[:-8]
    ),
    "gzip, cut, no length, connection closed": Response(raw=_gzip_head(None) + PACKED[:HALF]),
    "gzip announced, nothing sent, connection closed": Response(raw=_gzip_head(None)),
}


@pytest.mark.parametrize("case", TRUNCATIONS)
def test_a_truncated_body_is_a_failure_that_keeps_what_came(server: LoopbackServer, case: str) -> None:
    server.set("/", TRUNCATIONS[case])
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code == "truncated"
    assert failure.hops[-1].status == 200
    assert PAGE.startswith(failure.partial) or failure.partial == b"hello"
    assert bool(failure.partial) == ("nothing" not in case)


@pytest.mark.parametrize("cut", [1, 9, 10, HALF - 1, HALF + 1, len(PACKED) - 9, len(PACKED) - 4, len(PACKED) - 1])
def test_no_prefix_of_a_gzip_body_passes(server: LoopbackServer, cut: int) -> None:
    server.set("/", Response(raw=_gzip_head(cut) + PACKED[:cut]))
    with rig(server) as it:
        assert it.failure("/").code == "truncated"


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_a_plain_body_without_any_length_is_marked_as_unproven(server: LoopbackServer, version: str) -> None:
    server.set("/", Response(body=PAGE, length=-1, version=version))
    with rig(server) as it:
        capture = it.capture("/")
    assert capture.body == PAGE
    assert capture.header("x-cmaa-unproven-length") == "1"


def test_a_server_cannot_mark_its_own_body(server: LoopbackServer) -> None:
    server.set("/", Response(body=PAGE, headers={"X-CMAA-Unproven-Length": "0"}, length=-1))
    with rig(server) as it:
        assert it.capture("/").header("x-cmaa-unproven-length") == "1"


def test_gzip_proves_its_own_end_where_nothing_else_does(server: LoopbackServer) -> None:
    server.set("/", Response(body=PAGE, gzip=True, length=-1))
    with rig(server) as it:
        capture = it.capture("/")
    assert capture.body == PAGE
    assert capture.header("x-cmaa-unproven-length") is None


def test_an_empty_body_announced_as_empty_is_complete(server: LoopbackServer) -> None:
    server.set("/", Response(headers={"Content-Encoding": "gzip"}))
    with rig(server) as it:
        assert it.capture("/").body == b""


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"<html>not packed at all</html>"),
        ("gzip", PACKED[:-8] + b"\x00\x00\x00\x00" + PACKED[-4:]),  # wrong checksum
        ("gzip", PACKED + b"trailing"),
        ("gzip", PACKED + PACKED),
        ("br", b"\x0b\x02\x80hello\x03"),
        ("deflate", PACKED),
        ("gzip, gzip", gzip.compress(PACKED)),
        ("zstd", b"\x28\xb5\x2f\xfd"),
    ],
)
def test_a_coding_that_is_broken_or_was_not_asked_for_is_refused(
    server: LoopbackServer, coding: str, body: bytes
) -> None:
    server.set("/", Response(body=body, headers={"Content-Encoding": coding}))
    with rig(server) as it:
        assert it.failure("/").code == "bad-encoding"


@pytest.mark.parametrize("coding", ["identity", "", "GZIP", "x-gzip"])
def test_spellings_of_the_codings_we_take_are_understood(server: LoopbackServer, coding: str) -> None:
    body = PACKED if "zip" in coding.lower() else PAGE
    server.set("/", Response(body=body, headers={"Content-Encoding": coding}))
    with rig(server) as it:
        assert it.capture("/").body == PAGE


def test_partial_bytes_of_an_oversized_body_are_kept_in_bounds(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x" * 3_000_000))
    with rig(server, max_body_bytes=2_000_000) as it:
        failure = it.failure("/")
    assert failure.code == "too-large"
    assert len(failure.partial) == 1024 * 1024


def test_a_body_announced_as_ten_gigabytes_is_read_no_further_than_it_is_kept(server: LoopbackServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000000000\r\n\r\n"
    server.set("/", Response(raw=head + b"x" * 8_000_000))
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code == "too-large"
    assert len(failure.partial) == 1024 * 1024


def test_a_fetch_stops_at_the_limit_of_its_source(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x" * 50_000, chunked=True))
    with rig(server, max_body_bytes=40_000) as it:
        told = [
            it.client.fetch(OFFICIAL, validators=None, respect_robots=False, max_body_bytes=limit)
            for limit in (10_000, 90_000)
        ]
    reasons = [one.reason for one in told if isinstance(one, FetchFailed)]
    assert reasons == ["the packed body is larger than 10,000 bytes", "the packed body is larger than 40,000 bytes"]
