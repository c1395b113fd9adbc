"""Handing a payload to a webhook."""

import pytest

from monitor.net.post import EXCERPT_BYTES
from tests.loopback import LoopbackServer, Response
from tests.net.rig import OFFICIAL, rig

HOOK = OFFICIAL + "/hook"


def test_a_payload_arrives_byte_for_byte_with_its_headers(server: LoopbackServer) -> None:
    server.set("/hook", Response(status=202, body=b"thanks"))
    body = bytes(range(256)) * 40
    with rig(server) as it:
        outcome = it.client.post(HOOK, body, {"content-type": "application/json", "webhook-id": "dlv_1"}, timeout_s=2)
    (request,) = server.posts()
    assert request.body == body
    assert request.headers["webhook-id"] == "dlv_1"
    assert request.headers["content-length"] == str(len(body))
    assert (outcome.status, outcome.code, outcome.excerpt) == (202, "answered", b"thanks")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(server: LoopbackServer, status: int) -> None:
    server.set("/hook", Response(status=status, headers={"Location": "/other"}))
    with rig(server) as it:
        assert it.client.post(HOOK, b"{}", {}, timeout_s=2).status == status
    assert [request.path for request in server.requests] == ["/hook"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_payload_is_sent_once_only(server: LoopbackServer, status: int) -> None:
    server.set("/hook", Response(status=status))
    with rig(server) as it:
        assert it.client.post(HOOK, b"{}", {}, timeout_s=2).status == status
    assert len(server.posts()) == 1


def test_a_receiver_that_hangs_up_gets_no_second_copy(server: LoopbackServer) -> None:
    server.set("/hook", Response(raw=b""))
    with rig(server) as it:
        outcome = it.client.post(HOOK, b"{}", {}, timeout_s=2)
    assert (outcome.status, outcome.code) == (None, "reset")
    assert len(server.posts()) == 1


def test_the_pause_a_receiver_asks_for_is_told_and_holds_no_fetch(server: LoopbackServer) -> None:
    server.set("/hook", Response(status=429, headers={"Retry-After": "30"}))
    with rig(server) as it:
        assert it.client.post(HOOK, b"{}", {}, timeout_s=2).retry_after_s == 30.0
        assert it.client.holds() == {}


def test_only_the_beginning_of_an_answer_is_kept(server: LoopbackServer) -> None:
    server.set("/hook", Response(body=b"x" * 100_000, gzip=True))
    with rig(server) as it:
        assert it.client.post(HOOK, b"{}", {}, timeout_s=2).excerpt == b"x" * EXCERPT_BYTES


@pytest.mark.parametrize(
    "answer",
    [Response(body=b"x" * 3_000_000), Response(body=b"half", cut_at=2), Response(body=b"x" * 100, drip_s=0.05)],
)
def test_a_status_that_came_counts_whatever_becomes_of_the_rest(server: LoopbackServer, answer: Response) -> None:
    server.set("/hook", answer)
    with rig(server) as it:
        outcome = it.client.post(HOOK, b"{}", {}, timeout_s=0.4)
    assert (outcome.status, outcome.code) == (200, "answered")
    assert len(outcome.excerpt) <= EXCERPT_BYTES


def test_a_receiver_that_takes_too_long_is_a_timeout(server: LoopbackServer) -> None:
    server.set("/hook", Response(delay_s=0.5))
    with rig(server) as it:
        outcome = it.client.post(HOOK, b"{}", {}, timeout_s=0.1)
    assert (outcome.status, outcome.code) == (None, "timeout")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00", "\u20ac"])
def test_a_header_that_would_split_is_not_sent(server: LoopbackServer, value: str) -> None:
    with rig(server) as it:
        outcome = it.client.post(HOOK, b"{}", {"x-a": value}, timeout_s=1)
        named = it.client.post(HOOK, b"{}", {value: "a"}, timeout_s=1)
    assert (outcome.status, outcome.code) == (None, "bad-header")
    assert named.code == "bad-header"
    assert server.requests == ()


def test_plain_http_is_for_named_receivers_only(server: LoopbackServer) -> None:
    with rig() as it:
        assert it.client.post(server.url("/hook"), b"{}", {}, timeout_s=1).code == "bad-url"
    with rig(allow_http_hosts=frozenset({"127.0.0.1"})) as it:
        assert it.client.post(server.url("/hook"), b"{}", {}, timeout_s=1).status == 404
