"""robots.txt by RFC 9309."""

import time
from datetime import timedelta

import pytest

from monitor.model.capture import FetchBlocked, Fetched, FetchFailed
from monitor.model.watch import Robots
from tests.loopback import LoopbackServer, Response
from tests.net.rig import OFFICIAL, Clock, MemoryRobots, rig

FORBIDS = b"User-agent: *\nDisallow: /private\nAllow: /private/open\n"


def _robots(text: bytes, **more: object) -> Response:
    return Response(body=text, media_type="text/plain", **more)  # type: ignore[arg-type]


def _asked(server: LoopbackServer) -> int:
    return sum(request.path.endswith("/robots.txt") for request in server.requests)


def test_what_robots_txt_forbids_is_not_asked_for(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(FORBIDS))
    server.set("/private/open", Response(body=b"open"))
    with rig(server) as it:
        outcome = it.fetch("/private/list", robots=True)
        assert isinstance(it.fetch("/private/open", robots=True), Fetched)
    assert isinstance(outcome, FetchBlocked)
    assert outcome.code == "robots"
    assert outcome.reason == "https://www.fda.gov/robots.txt forbids /private/list to cmaa-monitor"
    assert server.paths() == ["/private/open"]


def test_robots_txt_is_not_asked_for_when_it_is_not_to_be_respected(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(FORBIDS))
    server.set("/private", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/private", robots=False), Fetched)
    assert _asked(server) == 0


def test_a_redirect_into_a_forbidden_place_stops_before_it(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(FORBIDS))
    server.set("/", Response(status=302, headers={"Location": "/private"}))
    with rig(server) as it:
        outcome = it.fetch("/", robots=True)
    assert isinstance(outcome, FetchBlocked)
    assert [hop.status for hop in outcome.hops] == [302]
    assert server.paths() == ["/"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow:\n", True),
        (b"User-agent: *\nDisallow: /\n", False),
        (b"User-agent: other\nDisallow: /\n", True),
        (b"User-agent: CMAA-Monitor\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        (b"User-agent: cmaa-monitor/9.9 # us\nDisallow: /\n", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: cmaa-monitor\nAllow: /\n", True),
        (b"User-agent: cmaa\nDisallow: /\n", True),  # a product token is matched whole
        (b"User-agent: other\nUser-agent: cmaa-monitor\nDisallow: /\n", False),
        (b"User-agent: *\nDisallow: /*.csv$\n", False),
        (b"User-agent: *\nDisallow: /\nAllow: /list.csv\n", True),
        (b"User-agent: *\nDisallow: /list.csv?\n", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", False),
        (b"\xff\xfe\x00garbage\x00", True),
    ],
)
def test_the_longest_matching_rule_of_our_group_decides(server: LoopbackServer, text: bytes, allowed: bool) -> None:
    server.set("/robots.txt", _robots(text))
    server.set("/list.csv", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/list.csv", robots=True), Fetched if allowed else FetchBlocked)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_forbids_nothing(server: LoopbackServer, status: int) -> None:
    server.set("/robots.txt", _robots(b"User-agent: *\nDisallow: /\n", status=status))
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/", robots=True), Fetched)


def test_a_server_in_trouble_may_not_be_asked(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(b"", status=500))
    with rig(server) as it:
        outcome = it.fetch("/", robots=True)
    assert isinstance(outcome, FetchBlocked)
    assert outcome.code == "robots"
    assert "answers 500" in outcome.reason
    assert server.paths() == []


def test_a_host_that_cannot_be_reached_is_a_failure_with_its_cause() -> None:
    with rig() as it:
        outcome = it.fetch("/", robots=True)
    assert isinstance(outcome, FetchFailed)
    assert outcome.code == "dns"
    assert outcome.reason.startswith("robots.txt: ")


def test_an_html_page_in_its_place_forbids_nothing_and_is_noted(server: LoopbackServer) -> None:
    server.set("/robots.txt", Response(body=b"<html>User-agent: *\nDisallow: /\n</html>"))
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/", robots=True), Fetched)
        assert "HTML page came" in it.robots.known[OFFICIAL].text


@pytest.mark.parametrize("location", ["/robots.txt", "http://plain.example/", "ftp://x/"])
def test_one_behind_redirects_that_lead_nowhere_counts_as_missing(server: LoopbackServer, location: str) -> None:
    server.set("/robots.txt", Response(status=302, headers={"Location": location}))
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/", robots=True), Fetched)


def test_one_behind_a_redirect_is_read(server: LoopbackServer) -> None:
    server.set("/robots.txt", Response(status=301, headers={"Location": "/static/robots.txt"}))
    server.set("/static/robots.txt", _robots(FORBIDS))
    with rig(server) as it:
        assert isinstance(it.fetch("/private", robots=True), FetchBlocked)


def test_it_is_asked_for_once_a_day(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(FORBIDS))
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        for _ in range(26):
            it.fetch("/", robots=True)
            it.clock.at += timedelta(minutes=59)
        assert _asked(server) == 2


def test_it_is_remembered_over_restarts(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(FORBIDS))
    memory = MemoryRobots()
    for _ in range(3):
        with rig(server, robots=memory) as it:
            assert isinstance(it.fetch("/private", robots=True), FetchBlocked)
    assert _asked(server) == 1


def test_an_older_copy_holds_while_the_new_one_cannot_be_had(server: LoopbackServer) -> None:
    old = Robots(origin=OFFICIAL, status=200, text=FORBIDS.decode(), fetched_at=Clock().now() - timedelta(days=9))
    server.set("/robots.txt", [Response(status=500), _robots(b"")])
    server.set("/open", Response(body=b"x"))
    with rig(server, robots=MemoryRobots(old)) as it:
        assert isinstance(it.fetch("/private", robots=True), FetchBlocked)
        assert isinstance(it.fetch("/open", robots=True), Fetched)
        assert _asked(server) == 1
        it.clock.at += timedelta(minutes=6)
        assert isinstance(it.fetch("/open", robots=True), Fetched)
        assert it.robots.known[OFFICIAL].text == ""
    assert _asked(server) == 2


def test_trouble_is_forgotten_after_minutes_and_not_after_a_day(server: LoopbackServer) -> None:
    server.set("/robots.txt", [Response(status=500), Response(status=404)])
    server.set("/", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/", robots=True), FetchBlocked)
        assert isinstance(it.fetch("/", robots=True), FetchBlocked)
        it.clock.at += timedelta(minutes=6)
        assert isinstance(it.fetch("/", robots=True), Fetched)


def test_it_is_fetched_where_the_host_is_really_asked(server: LoopbackServer) -> None:
    server.set("/fda/robots.txt", _robots(FORBIDS))
    with rig(origins={"www.fda.gov": server.url("/fda")}) as it:
        assert isinstance(it.fetch("/private", robots=True), FetchBlocked)
    assert [request.path for request in server.requests] == ["/fda/robots.txt"]


def test_only_the_first_500_kib_are_read(server: LoopbackServer) -> None:
    late = FORBIDS + b"# " + b"x" * 600 * 1024 + b"\nUser-agent: *\nDisallow: /late\n"
    server.set("/robots.txt", _robots(late))
    server.set("/late", Response(body=b"x"))
    with rig(server) as it:
        assert isinstance(it.fetch("/late", robots=True), Fetched)
        assert isinstance(it.fetch("/private", robots=True), FetchBlocked)
        assert len(it.robots.known[OFFICIAL].text) <= 500 * 1024


def test_an_oversized_one_is_read_as_far_as_it_must_be(server: LoopbackServer) -> None:
    server.set("/robots.txt", _robots(FORBIDS + b"#" * 900_000))
    with rig(server, max_body_bytes=800_000) as it:
        assert isinstance(it.fetch("/private", robots=True), FetchBlocked)


@pytest.mark.parametrize(
    "text",
    [
        b"".join(b"User-agent: a%d\n" % number for number in range(15_000)) + b"Disallow: /x\n" * 18_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"$\n",
        b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*a*a*b$\n" * 14_000,
        b"User-agent: *\nUser-agent: cmaa-monitor\n" * 10_000 + b"Disallow: /x\n" * 3_000,
        b"Disallow" * 60_000,
        b"User-agent:" + b" " * 400_000 + b"x",
        b"User-agent: a" + b" " * 400_000 + b"x",
    ],
    ids=["agents times rules", "long wildcard", "many wildcards", "our names", "one word", "blanks", "more blanks"],
)
def test_a_hostile_robots_txt_costs_little(server: LoopbackServer, text: bytes) -> None:
    server.set("/robots.txt", _robots(text))
    server.set("/" + "a" * 2000, Response(body=b"x"))
    began = time.process_time()
    with rig(server) as it:
        assert isinstance(it.fetch("/" + "a" * 2000, robots=True), Fetched)
    assert time.process_time() - began < 2.0
