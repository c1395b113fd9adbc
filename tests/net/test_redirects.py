"""Redirects are followed by hand: each hop is checked, counted and kept; and `origins:` holds on every one of them."""

import pytest

from monitor.model.capture import Fetched, FetchFailed, FetchOutcome
from monitor.net.policy import nets
from tests.loopback import LoopbackServer, Response
from tests.net.rig import OFFICIAL, rig


def _to(location: str, status: int = 302) -> Response:
    return Response(status=status, headers={"Location": location}, body=b"<a>moved</a>")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_its_hops_are_kept(server: LoopbackServer, status: int) -> None:
    server.set("/old", _to("/new", status))
    server.set("/new", Response(body=b"here"))
    with rig(server) as it:
        capture = it.capture("/old")
    assert capture.body == b"here"
    assert capture.official_url == OFFICIAL + "/old"
    assert capture.final_url == OFFICIAL + "/new"
    assert [(hop.url, hop.status) for hop in capture.hops] == [
        (server.url("/old"), status),
        (server.url("/new"), 200),
    ]


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_3xx_answers_are_not_followed(server: LoopbackServer, status: int) -> None:
    server.set("/", _to("/elsewhere", status))
    with rig(server) as it:
        it.fetch("/")
    assert server.paths() == ["/"]


def test_a_redirect_without_a_location_is_final(server: LoopbackServer) -> None:
    server.set("/", Response(status=302))
    with rig(server) as it:
        assert it.capture("/").status == 302


@pytest.mark.parametrize("location", ["/", "", "#top", OFFICIAL + "/", "?"])
def test_a_redirect_to_itself_is_a_loop(server: LoopbackServer, location: str) -> None:
    server.set("/", _to(location))
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code == "redirect-loop"
    assert len(server.requests) == 1


def test_a_circle_of_redirects_is_a_loop(server: LoopbackServer) -> None:
    server.set("/a", _to("/b"))
    server.set("/b", _to("/a"))
    with rig(server) as it:
        failure = it.failure("/a")
    assert failure.code == "redirect-loop"
    assert [hop.status for hop in failure.hops] == [302, 302]


def test_five_redirects_are_followed_and_a_sixth_is_not(server: LoopbackServer) -> None:
    for number in range(10):
        server.set(f"/{number}", _to(f"/{number + 1}"))
    server.set("/7", Response(body=b"the end"))
    with rig(server) as it:
        assert it.capture("/2").body == b"the end"
        failure = it.failure("/1")
    assert failure.code == "too-many-redirects"
    assert len(failure.hops) == 6


def test_https_never_steps_down_to_http(server: LoopbackServer) -> None:
    server.set("/", _to("http://www.fda.gov/other"))
    server.set("/away", _to("http://plain.example/"))
    with rig(server, allow_http_hosts=frozenset({"plain.example"})) as it:
        assert it.failure("/").code == "downgrade"
        assert it.failure("/away").code == "downgrade"
    assert server.paths() == ["/", "/away"]


def test_http_may_step_up_to_https(server: LoopbackServer) -> None:
    server.set("/", _to("https://www.fda.gov/safe"))
    server.set("/safe", Response(body=b"safe"))
    origins = {"www.fda.gov": server.base, "plain.example": server.base}
    with rig(origins=origins) as it:
        outcome = it.fetch("/", official="http://plain.example")
    assert _final_url(outcome) == "https://www.fda.gov/safe"


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://www.fda.gov/",
        "javascript:alert(1)",
        "//user@www.fda.gov/",
        "https://www.fda.gov\\@evil.example/",
        "https://www.fda.gov:22/",
        "https://[::1",
        "/../secret",
        "https://www.fda.gov/a\x7fb",
        "https:/\t/evil.example/",
    ],
)
def test_a_location_two_readers_might_read_differently_is_refused(server: LoopbackServer, location: str) -> None:
    server.set("/", _to(location))
    with rig(server) as it:
        outcome = it.fetch("/")
    assert not isinstance(outcome, FetchFailed) or outcome.code == "bad-url"
    assert len(server.requests) <= 2
    assert all(request.path in ("/", "/secret") for request in server.requests)


@pytest.mark.parametrize(
    ("location", "path"),
    [("/my file.csv", "/my%20file.csv"), ("/caf\u00c3\u00a9", "/caf%C3%A9"), ("/a%20b?x=1&y=%2F", "/a%20b?x=1&y=%2F")],
)
def test_a_location_is_escaped_once_and_only_where_it_must_be(server: LoopbackServer, location: str, path: str) -> None:
    server.set("/", _to(location))
    server.set(path, Response(body=b"ok"))
    with rig(server) as it:
        assert it.capture("/").final_url == OFFICIAL + path


@pytest.mark.parametrize(
    "target",
    [
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://10.0.0.1:8443/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_inner_address_reaches_nothing(status: int, target: str) -> None:
    with LoopbackServer("127.0.0.9") as guide:
        guide.set("/", _to(target, status))
        origins = {"www.fda.gov": f"http://127.0.0.9:{guide.port}"}
        with rig(origins=origins, allow_nets=nets("127.0.0.9/32")) as it:
            failure = it.failure("/")
    assert failure.code == "forbidden-address"
    assert [hop.peer for hop in failure.hops] == ["127.0.0.9"]


def test_headers_and_markup_that_suggest_a_redirect_are_not_followed(server: LoopbackServer) -> None:
    markup = b'<meta http-equiv="refresh" content="0;url=/b">'
    server.set("/", Response(body=markup, headers={"Refresh": "0;url=/b", "Link": "</b>; rel=preload"}))
    with rig(server) as it:
        assert it.capture("/").body == markup
    assert server.paths() == ["/"]


# --- origins ---


def _final_url(outcome: FetchOutcome) -> str:
    assert isinstance(outcome, Fetched), outcome
    return outcome.capture.final_url


def test_the_server_behind_an_official_host_may_name_itself(server: LoopbackServer) -> None:
    server.set("/a", _to(server.url("/b")))
    server.set("/b", _to("c"))
    server.set("/c", _to("https://www.fda.gov/d"))
    server.set("/d", Response(body=b"end"))
    with rig(server) as it:
        capture = it.capture("/a")
    assert capture.final_url == OFFICIAL + "/d"
    assert [hop.url for hop in capture.hops] == [server.url(path) for path in ("/a", "/b", "/c", "/d")]


def test_a_prefix_is_added_when_asking_and_taken_off_when_answering(server: LoopbackServer) -> None:
    server.set("/fda/a?x=1", _to("/fda/b"))
    server.set("/fda/b", _to("/c"))
    server.set("/fda/c", _to(server.url("/fda/d")))
    server.set("/fda/d", Response(body=b"end"))
    with rig(origins={"www.fda.gov": server.url("/fda/")}) as it:
        capture = it.capture("/a?x=1")
    assert capture.final_url == OFFICIAL + "/d"
    assert capture.hops[0].url == server.url("/fda/a?x=1")


def test_a_redirect_to_another_mapped_host_is_asked_at_its_own_place(server: LoopbackServer) -> None:
    server.set("/fda/a", _to("https://www.cms.gov/b"))
    server.set("/cms/b", _to("/fda/c"))
    server.set("/fda/c", Response(body=b"end"))
    origins = {"www.fda.gov": server.url("/fda"), "www.cms.gov": server.url("/cms")}
    with rig(origins=origins) as it:
        capture = it.capture("/a")
    assert capture.final_url == OFFICIAL + "/c"
    assert [hop.url for hop in capture.hops] == [server.url(path) for path in ("/fda/a", "/cms/b", "/fda/c")]


def test_a_stranger_cannot_name_the_server_behind_an_official_host(server: LoopbackServer) -> None:
    with LoopbackServer() as stranger:
        stranger.set("/", _to(server.url("/private")))
        origins = {"www.fda.gov": server.base, "stranger.example": stranger.base}
        with rig(origins=origins) as it:
            outcome = it.fetch("/", official="https://stranger.example")
    assert isinstance(outcome, FetchFailed)
    assert outcome.code == "downgrade"
    assert server.requests == ()


def test_an_unmapped_host_is_asked_itself(server: LoopbackServer) -> None:
    server.set("/", _to("https://elsewhere.invalid/x"))
    with rig(server) as it:
        failure = it.failure("/")
    assert failure.code == "dns"
    assert [hop.status for hop in failure.hops] == [302]


def test_an_origin_that_is_no_url_is_refused_at_once() -> None:
    with (
        pytest.raises(ValueError, match="origins: 'localhost:8000' is not a URL"),
        rig(origins={"www.fda.gov": "localhost:8000"}),
    ):
        pass
