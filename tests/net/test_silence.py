"""A host that does not answer is asked once for all its pages, and again when some minutes have passed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from monitor.model.capture import Fetched, FetchFailed
from monitor.net.faults import Fault
from monitor.net.silence import SILENT_FOR, Silence
from tests.loopback import LoopbackServer, Response
from tests.net.rig import Clock, rig

NOBODY = {"www.fda.gov": "http://127.0.0.1:1"}


def _raises(step: Callable[[], None]) -> str | None:
    try:
        step()
    except Fault as fault:
        return fault.code
    return None


@pytest.mark.parametrize("robots", [True, False])
def test_sixty_pages_of_a_dead_host_wait_for_it_once(robots: bool) -> None:
    with rig(origins=NOBODY, retries=2, pace_s=5.0) as it:
        outcomes = [it.fetch(f"/{n}", robots=robots) for n in range(60)]
    failed = [one for one in outcomes if isinstance(one, FetchFailed)]
    assert [one.code for one in failed] == ["refused"] * 60
    assert "moments ago" not in failed[0].reason
    assert all("moments ago and was not asked" in one.reason for one in failed[1:])
    assert sum(it.clock.slept) < 20  # the tries of one fetch, not of sixty
    assert failed[-1].hops == ()


def test_a_silent_host_is_asked_again_after_some_minutes() -> None:
    clock = Clock()
    silence = Silence(clock.now)
    silence.failed("a.gov", Fault("dns", "no such name"))
    assert _raises(lambda: silence.check("a.gov")) == "dns"
    assert _raises(lambda: silence.check("b.gov")) is None
    clock.at += SILENT_FOR
    assert _raises(lambda: silence.check("a.gov")) is None


def test_a_clock_that_was_set_back_does_not_prolong_the_silence() -> None:
    clock = Clock()
    silence = Silence(clock.now)
    silence.failed("a.gov", Fault("refused", "nobody there"))
    clock.at -= timedelta(hours=2)
    assert _raises(lambda: silence.check("a.gov")) is None


@pytest.mark.parametrize("code", ["reset", "truncated", "protocol", "too-large", "forbidden-address"])
def test_a_host_that_spoke_badly_is_not_silent(code: str) -> None:
    silence = Silence(Clock().now)
    silence.failed("a.gov", Fault(code, "it spoke"))
    assert _raises(lambda: silence.check("a.gov")) is None


def test_one_slow_page_is_not_a_silent_host_and_two_in_a_row_are() -> None:
    silence = Silence(Clock().now)
    slow = Fault("timeout", "too slow")
    silence.failed("a.gov", slow)
    assert _raises(lambda: silence.check("a.gov")) is None
    silence.answered("a.gov")
    silence.failed("a.gov", slow)
    assert _raises(lambda: silence.check("a.gov")) is None
    silence.failed("a.gov", slow)
    assert _raises(lambda: silence.check("a.gov")) == "timeout"


def test_a_page_that_comes_too_slowly_leaves_the_host_its_voice(server: LoopbackServer) -> None:
    server.set("/drip", Response(body=b"x" * 50, drip_s=0.1))
    server.set("/well", Response(body=b"well"))
    with rig(server, deadline_s=0.3) as it:
        assert [it.failure("/drip").code for _ in range(3)] == ["timeout"] * 3
        assert isinstance(it.fetch("/well"), Fetched)


def test_a_robots_txt_that_cannot_be_had_is_not_asked_for_by_each_page(server: LoopbackServer) -> None:
    server.set("/robots.txt", Response(raw=b"garbage\r\n\r\n"))
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        first, *others = [it.fetch("/", robots=True) for _ in range(5)]
        asked = len(server.requests)
        it.clock.at += timedelta(minutes=6)
        server.set("/robots.txt", Response(body=b"", media_type="text/plain"))
        assert isinstance(it.fetch("/", robots=True), Fetched)
    assert isinstance(first, FetchFailed)
    again = f"it failed moments ago and was not asked for again: {first.reason}"
    assert [getattr(one, "reason", "") for one in others] == [again] * 4
    assert asked == 1
