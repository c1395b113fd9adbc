"""Manners: a pause between two requests to a host, and silence for as long as it asks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.capture import FetchBlocked, Fetched
from monitor.net.pace import retry_pause
from tests.loopback import LoopbackServer, Response
from tests.net.rig import rig

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def test_two_requests_to_a_host_lie_a_pace_apart(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x"))
    with rig(server, pace_s=5.0) as it:
        for _ in range(4):
            it.capture("/")
    assert it.clock.slept == [5.0, 5.0, 5.0]


def test_time_that_passed_anyway_counts_as_pause(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x"))
    with rig(server, pace_s=5.0) as it:
        it.capture("/")
        it.clock.at += timedelta(seconds=3)
        it.capture("/")
    assert it.clock.slept == [2.0]


def test_redirects_and_robots_keep_the_pace_too(server: LoopbackServer) -> None:
    server.set("/", Response(status=302, headers={"Location": "/b"}))
    server.set("/b", Response(body=b"x"))
    with rig(server, pace_s=5.0) as it:
        it.fetch("/", robots=True)
    assert len(server.requests) == 3
    assert it.clock.slept == [5.0, 5.0]


def test_jitter_only_ever_adds(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x"))
    with rig(server, pace_s=5.0, jitter_s=1.0) as it:
        for _ in range(10):
            it.capture("/")
    assert all(5.0 <= pause <= 6.0 for pause in it.clock.slept)
    assert len(set(it.clock.slept)) > 1


def test_hosts_do_not_wait_for_each_other() -> None:
    with LoopbackServer("0.0.0.0") as wide:
        wide.set("/", Response(body=b"x"))
        origins = {f"h{number}.example": f"http://127.0.0.{number}:{wide.port}" for number in (1, 2, 3)}
        with rig(origins=origins, pace_s=5.0) as it:
            for host in origins:
                it.fetch("/", official=f"https://{host}")
    assert it.clock.slept == []


def test_official_hosts_at_one_place_share_its_pace(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x"))
    with rig(origins={"a.example": server.base, "b.example": server.base}, pace_s=5.0) as it:
        it.fetch("/", official="https://a.example")
        it.fetch("/", official="https://b.example")
    assert it.clock.slept == [5.0]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_host_that_asks_for_silence_gets_it(server: LoopbackServer, status: int, form: str) -> None:
    value = "120" if form == "seconds" else format_datetime(NOW + timedelta(seconds=120), usegmt=True)
    server.set("/", [Response(status=status, headers={"Retry-After": value}), Response(body=b"well")])
    with rig(server) as it:
        first = it.fetch("/")
        assert isinstance(first, Fetched)
        assert first.capture.status == status
        second = it.fetch("/other")
        assert isinstance(second, FetchBlocked)
        assert second.code == "retry-after"
        assert "2026-11-02 06:02:00 UTC" in second.reason
        assert it.client.holds() == {f"127.0.0.1:{server.port}": NOW + timedelta(seconds=120)}
        it.clock.at += timedelta(seconds=121)
        assert isinstance(it.fetch("/"), Fetched)
    assert server.paths() == ["/", "/"]


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_a_retry_after_counts_only_with_429_and_503(server: LoopbackServer, status: int) -> None:
    server.set("/", Response(status=status, headers={"Retry-After": "120"}))
    with rig(server) as it:
        it.fetch("/")
        assert it.client.holds() == {}


def test_429_without_a_time_holds_nothing(server: LoopbackServer) -> None:
    server.set("/", Response(status=429))
    with rig(server) as it:
        it.fetch("/")
        assert it.client.holds() == {}


def test_a_host_that_asks_for_silence_in_a_broken_answer_gets_it(server: LoopbackServer) -> None:
    server.set("/", Response(status=429, headers={"Retry-After": "120"}, body=b"slow down", cut_at=4))
    with rig(server) as it:
        assert it.failure("/").code == "truncated"
        assert isinstance(it.fetch("/"), FetchBlocked)


def test_silence_outlives_the_client(server: LoopbackServer) -> None:
    server.set("/", Response(body=b"x"))
    with rig(server, holds={f"127.0.0.1:{server.port}": NOW + timedelta(minutes=5)}) as it:
        assert isinstance(it.fetch("/"), FetchBlocked)
        it.clock.at += timedelta(minutes=5)
        assert isinstance(it.fetch("/"), Fetched)


def test_a_shorter_silence_does_not_cut_a_longer_one(server: LoopbackServer) -> None:
    server.set("/a", Response(status=302, headers={"Location": "/b"}))
    server.set("/b", Response(status=429, headers={"Retry-After": "3600"}))
    with rig(server) as it:
        it.fetch("/a")
        until = it.client.holds()
        it.clock.at += timedelta(seconds=3000)
        assert isinstance(it.fetch("/b"), FetchBlocked)
        assert it.client.holds() == until


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 1),
        ("7", 7),
        (" 30 ", 30),
        ("999999999999", 86400),
        ("Mon, 02 Nov 2026 06:01:00 GMT", 60),
        ("Monday, 02-Nov-26 06:01:00 GMT", 60),
        ("Mon, 02 Nov 2020 06:01:00 GMT", 1),
        ("Mon, 02 Nov 2099 06:01:00 GMT", 86400),
        ("Mon, 02 Nov 2026 08:01:00 +0200", 60),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("\u0661\u0662", None),
        ("", None),
        (None, None),
    ],
)
def test_both_forms_of_retry_after_are_read_and_held_in_bounds(value: str | None, seconds: int | None) -> None:
    pause = retry_pause(value, NOW)
    assert (pause.total_seconds() if pause else None) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_makes_trouble(value: str) -> None:
    pause = retry_pause(value, NOW)
    assert pause is None or timedelta(seconds=1) <= pause <= timedelta(hours=24)
