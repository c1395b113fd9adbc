"""What a healthy exchange leaves behind, and every way a broken one is told (the network rows of the fault matrix)."""

import gzip
import hashlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.capture import FetchBlocked, Fetched, FetchFailed, NotModified, Validators
from tests.loopback import LoopbackServer, Request, Response
from tests.net.rig import OFFICIAL, Rig, rig

PAGE = b"<html>" + b"<p>devices</p>" * 500 + b"</html>"


def test_a_capture_keeps_the_official_spelling_and_the_addresses_really_asked(server: LoopbackServer) -> None:
    server.set("/list?x=1", Response(body=PAGE, etag='"a"', last_modified="Mon, 02 Nov 2026 00:00:00 GMT"))
    with rig(server) as it:
        capture = it.capture("/list?x=1#top")
    assert capture.official_url == OFFICIAL + "/list?x=1#top"
    assert capture.final_url == OFFICIAL + "/list?x=1"
    assert [(hop.url, hop.status, hop.peer) for hop in capture.hops] == [(server.url("/list?x=1"), 200, "127.0.0.1")]
    assert capture.body == PAGE
    assert capture.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert capture.wire_bytes == len(PAGE)
    assert capture.media_type == "text/html"
    assert capture.validators.etag == '"a"'
    assert capture.header("x-cmaa-unproven-length") is None
    assert capture.tls_version is None
    assert capture.certificate_sha256 is None


def test_the_request_is_honest_and_asks_for_gzip_only(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        it.capture("/")
    headers = server.requests[0].headers
    assert headers["user-agent"] == "cmaa-monitor/0.1 (+https://example.invalid/contact)"
    assert headers["accept-encoding"] == "gzip"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert "cookie" not in headers
    assert "authorization" not in headers


@pytest.mark.parametrize("how", [{"gzip": True}, {"chunked": True}, {"gzip": True, "chunked": True}, {}])
def test_a_body_arrives_whole_however_it_is_framed(server: LoopbackServer, how: dict[str, bool]) -> None:
    server.set("/", Response(body=PAGE, **how))  # type: ignore[arg-type]
    with rig(server) as it:
        capture = it.capture("/")
    assert capture.body == PAGE
    assert (capture.wire_bytes < len(PAGE)) == ("gzip" in how)


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 410, 418, 429, 451, 500, 501, 503])
def test_any_complete_answer_is_fetched_and_judged_elsewhere(server: LoopbackServer, status: int) -> None:
    server.set("/", Response(status=status, body=b"" if status == 204 else b"sorry"))
    with rig(server, retries=0) as it:
        assert it.capture("/").status == status


def test_a_connection_is_used_again(server: LoopbackServer) -> None:
    server.set("/", Response(body=PAGE, gzip=True))
    server.set("/gone", Response(status=301, headers={"Location": "/"}, body=b"moved"))
    with rig(server) as it:
        for _ in range(5):
            it.capture("/")
            it.capture("/gone")
    assert server.connections == 1


def test_no_cookie_is_kept(server: LoopbackServer) -> None:
    server.set("/", Response(headers={"Set-Cookie": "id=1; Path=/"}))
    with rig(server) as it:
        it.capture("/")
        it.capture("/")
    assert "cookie" not in server.requests[1].headers


def test_the_environment_proxy_is_not_used(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.set("/", Response(body=PAGE))
    with rig(server) as it:
        assert it.capture("/").body == PAGE


# --- conditional requests ---


@pytest.mark.parametrize(
    ("validators", "asked"),
    [
        (Validators(etag='"a"', last_modified="Mon, 02 Nov 2026 00:00:00 GMT"), {"if-none-match": '"a"'}),
        (
            Validators(last_modified="Mon, 02 Nov 2026 00:00:00 GMT"),
            {"if-modified-since": "Mon, 02 Nov 2026 00:00:00 GMT"},
        ),
        (Validators(), {}),
        (None, {}),
        (Validators(etag='"a"', url="https://www.fda.gov/other"), {}),
    ],
)
def test_the_stronger_validator_is_sent_alone_and_only_to_its_own_url(
    server: LoopbackServer, validators: Validators | None, asked: dict[str, str]
) -> None:
    server.set("/", Response(body=PAGE))
    with rig(server) as it:
        it.fetch("/", validators=validators)
    headers = server.requests[0].headers
    assert {name: headers[name] for name in ("if-none-match", "if-modified-since") if name in headers} == asked


def test_304_is_not_modified(server: LoopbackServer) -> None:
    server.set("/", Response(body=PAGE, etag='"a"'))
    with rig(server) as it:
        validators = it.capture("/").validators
        outcome = it.fetch("/", validators=validators)
    assert isinstance(outcome, NotModified)
    assert [hop.status for hop in outcome.hops] == [304]


def test_304_to_an_unconditional_request_is_a_fault(server: LoopbackServer) -> None:
    server.set("/", Response(status=304))
    with rig(server) as it:
        assert it.failure("/").code == "protocol"


# --- faults of the connection ---


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_name_that_does_not_resolve_is_dns() -> None:
    with rig() as it:
        assert it.failure("/").code == "dns"  # no origin: the name itself is asked for
        assert len(it.clock.slept) == 2


def test_a_refused_connection_is_tried_again_and_then_told() -> None:
    with rig(origins={"www.fda.gov": f"http://127.0.0.1:{_closed_port()}"}) as it:
        assert it.failure("/").code == "refused"
        assert len(it.clock.slept) == 2


def test_a_connection_nobody_accepts_is_a_connect_timeout() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        with rig(origins={"www.fda.gov": f"http://127.0.0.1:{address[1]}"}, connect_timeout_s=0.2, retries=1) as it:
            failure = it.failure("/")
        for filler in fillers:
            filler.close()
    assert failure.code == "connect-timeout"


def test_an_answer_that_does_not_come_is_a_timeout_and_not_tried_again(server: LoopbackServer) -> None:
    server.set("/", Response(body=PAGE, delay_s=0.5))
    with rig(server, deadline_s=0.2) as it:
        assert it.failure("/").code == "timeout"
    assert len(server.requests) == 1


@pytest.mark.parametrize("where", ["body", "head", "redirects"])
def test_a_slow_drip_ends_at_the_total_deadline(server: LoopbackServer, where: str) -> None:
    server.set("/", Response(body=PAGE, drip_s=0.05, headers={"X-Where": where}))
    if where == "head":
        server.set("/", Response(raw=b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 100, drip_s=0.05))
    if where == "redirects":
        server.set("/", Response(status=302, headers={"Location": "/b"}, delay_s=0.2))
        server.set("/b", Response(status=302, headers={"Location": "/c"}, delay_s=0.2))
    with rig(server, deadline_s=0.3) as it:
        failure = it.failure("/")
    assert failure.code == "timeout"
    assert (len(failure.partial) > 0) == (where == "body")


def test_a_reset_in_the_middle_of_the_body_keeps_what_came(server: LoopbackServer) -> None:
    server.set("/", Response(body=PAGE, cut_at=1000, reset=True))
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code in {"reset", "truncated"}
    assert PAGE.startswith(failure.partial)


def test_a_connection_closed_without_an_answer_is_tried_again(server: LoopbackServer) -> None:
    server.set("/", [Response(raw=b""), Response(raw=b"", reset=True), Response(body=PAGE)])
    with rig(server) as it:
        assert it.capture("/").body == PAGE
    assert len(server.requests) == 3


def test_a_connection_that_only_ever_closes_is_a_reset(server: LoopbackServer) -> None:
    server.set("/", Response(raw=b""))
    with rig(server) as it:
        assert it.failure("/").code == "reset"
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_in_trouble_is_tried_twice_more(server: LoopbackServer, status: int) -> None:
    server.set("/", [Response(status=status), Response(status=status), Response(body=PAGE)])
    with rig(server) as it:
        assert it.capture("/").status == 200
        assert it.clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_stays_in_trouble_is_fetched_with_its_status(server: LoopbackServer, status: int) -> None:
    server.set("/", Response(status=status, body=b"trouble"))
    with rig(server) as it:
        assert it.capture("/").status == status
    assert len(server.requests) == (1 if status == 500 else 3)


# --- faults of the answer ---


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff\xfe garbage\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 5_000_000,
        b"HTTP/1.1 100 Continue\r\n" + b"X-A: b\r\n" * 1_000_000,
    ],
    ids=lambda raw: repr(raw[:40]),
)
def test_what_breaks_http_is_a_protocol_fault(server: LoopbackServer, raw: bytes) -> None:
    server.set("/", Response(raw=raw))
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code == "protocol"
    assert failure.reason.isprintable()
    assert len(failure.reason) < 400


def test_interim_answers_are_passed_over(server: LoopbackServer) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    server.set("/", Response(raw=hints + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
    with rig(server) as it:
        assert it.capture("/").body == b"hello"


def test_header_values_are_one_line_each_whatever_came(server: LoopbackServer) -> None:
    odd = b"X-A: one\r\n two\r\nX-B: a\rX-Evil: 1\r\nX-C: \xe4\x00\x1b[31m\r\n"
    server.set("/", Response(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + odd + b"\r\nok"))
    with rig(server) as it:
        capture = it.capture("/")
    assert capture.body == b"ok"
    assert all(value.isprintable() for _, value in capture.headers)
    assert capture.header("x-a") == "one two"


def test_bytes_behind_an_answer_are_no_answer_to_the_next_request(server: LoopbackServer) -> None:
    poison = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL"
    server.set("/a", Response(body=b"good", after=poison))
    server.set("/b", Response(body=b"fine"))
    with rig(server) as it:
        for _ in range(20):
            assert it.capture("/a").body == b"good"
            assert it.capture("/b").body == b"fine"


def test_a_body_may_be_as_long_as_the_cap_and_no_longer(server: LoopbackServer) -> None:
    server.set("/fits", Response(body=b"x" * 1000))
    server.set("/over", Response(body=b"x" * 1001))
    server.set("/endless", Response(body=b"x" * 50_000, length=-1))
    server.set(
        "/crumbs", Response(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 400_000)
    )
    with rig(server, max_body_bytes=1000) as it:
        assert len(it.capture("/fits").body) == 1000
        assert {it.failure(path).code for path in ("/over", "/endless", "/crumbs")} == {"too-large"}


def test_framing_alone_cannot_fill_the_wire(server: LoopbackServer) -> None:
    endless = b"1;" + b"e" * 60_000 + b"\r\nx\r\n"
    server.set("/", Response(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + endless * 300))
    with rig(server, max_body_bytes=1000) as it:
        assert it.failure("/").code == "too-large"


def test_a_gzip_bomb_is_not_unpacked(server: LoopbackServer) -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 9)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    server.set("/", Response(raw=head + bomb))
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code == "too-large"
    assert len(failure.partial) <= 1024 * 1024


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 F\r\nLocation: "]),
    rest=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    b"\r\n",
                    b"\n",
                    b"\r",
                    b":",
                    b" ",
                    b"\x00",
                    b"Content-Length",
                    b"5",
                    b"-1",
                    b"Transfer-Encoding: ",
                    b"chunked",
                    b"0",
                    b"ffffffffffffffffff",
                    b"Content-Encoding: gzip",
                    b"\x1f\x8b",
                    b"//[",
                    b"\xff",
                    b"/x",
                ]
            ),
            max_size=20,
        ).map(b"".join),
    ),
)
def test_no_bytes_whatever_make_the_client_raise(server: LoopbackServer, start: bytes, rest: bytes) -> None:
    server.set("/", Response(raw=start + rest))
    with rig(server, retries=0, deadline_s=1.0) as it:
        assert isinstance(it.fetch("/"), Fetched | FetchFailed | FetchBlocked)


# --- many threads ---


def test_a_host_is_asked_one_thing_at_a_time_by_any_number_of_threads(server: LoopbackServer) -> None:
    inside = threading.Semaphore(1)
    clashes: list[str] = []

    def answer(request: Request) -> Response:
        if not inside.acquire(blocking=False):
            clashes.append(request.path)
            return Response(status=500)
        sleep(0.002)
        inside.release()
        return Response(body=request.path.encode())

    for number in range(40):
        server.set(f"/{number}", answer)
    with rig(server) as it, ThreadPoolExecutor(8) as threads:
        bodies = list(threads.map(lambda number: it.capture(f"/{number}").body, range(40)))
    assert bodies == [f"/{number}".encode() for number in range(40)]
    assert clashes == []


def test_different_hosts_are_asked_side_by_side(server: LoopbackServer) -> None:
    gate = threading.Barrier(4, timeout=5)

    def answer(_: Request) -> Response:
        gate.wait()
        return Response(body=b"met")

    server.set("/", answer)
    with LoopbackServer("0.0.0.0") as wide:
        wide.set("/", answer)
        hosts = {f"h{number}.example": f"http://127.0.0.{number}:{wide.port}" for number in range(1, 5)}
        with rig(origins=hosts) as it, ThreadPoolExecutor(4) as threads:
            outcomes = list(threads.map(lambda host: _body(it, host), hosts))
    assert outcomes == [b"met"] * 4


def _body(it: Rig, host: str) -> bytes:
    outcome = it.fetch("/", official=f"https://{host}")
    assert isinstance(outcome, Fetched), outcome
    return outcome.capture.body
