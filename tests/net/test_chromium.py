"""The browser: what it makes of a page, and that it has no way out but ours. Skipped where there is none."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.model.capture import FetchBlocked, Fetched, FetchFailed
from monitor.net.chromium import Chromium, Part, Unrendered, browser_ailment, find_chromium
from monitor.net.client import HttpClient
from monitor.net.policy import Policy, nets
from monitor.net.rendering import RenderingClient
from tests.fakes import NOW
from tests.loopback import LoopbackServer, Response

AILMENT = browser_ailment(None)
AGENT = "cmaa-monitor-tests/1.0"
pytestmark = [pytest.mark.skipif(AILMENT is not None, reason=f"no page can be rendered here: {AILMENT}")]

PAGE = "https://app.invalid/page"
HTML = {"content-type": "text/html; charset=utf-8"}


def page(script: str, *more: str) -> Part:
    body = f"<!DOCTYPE html><html><head><title>DEMO app</title></head><body><main id='m'></main>{''.join(more)}"
    return Part(status=200, headers=HTML, body=f"{body}<script>{script}</script></body></html>".encode())


def chromium(wall_s: float = 40.0, settle_s: float = 2.0) -> Chromium:
    found = find_chromium(None)
    assert found is not None
    return Chromium(path=found, user_agent=AGENT, wall_s=wall_s, settle_s=settle_s)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


class Robots:
    def load(self, _: str) -> None:
        return None

    def save(self, _: object) -> None:
        return None


@pytest.fixture
def client(server: LoopbackServer) -> Iterator[Callable[..., RenderingClient]]:
    """Makes a client that may reach loopback, or one that may not, with a browser behind it."""
    opened: list[HttpClient] = []

    def make(*, allowed: bool = True, wall_s: float = 40.0, deadline_s: float = 10.0) -> RenderingClient:
        policy = Policy(
            user_agent=AGENT, pace_s=0, jitter_s=0, retries=0, deadline_s=deadline_s, allow_nets=nets("127.0.0.0/8")
        )
        origins = {"app.invalid": f"{server.base}/app"} | ({"parts.invalid": f"{server.base}/parts"} if allowed else {})
        http = HttpClient(
            policy,
            origins=origins,
            robots=Robots(),
            now=lambda: NOW,
            sleep=time.sleep,
            monotonic=time.monotonic,
        )
        opened.append(http)
        return RenderingClient(client=http, chromium=chromium(wall_s), now=lambda: NOW)

    yield make
    for one in opened:
        one.close()


def test_a_script_that_only_asks_for_more_later_is_waited_for(
    server: LoopbackServer, client: Callable[..., RenderingClient]
) -> None:
    shell = b"<!DOCTYPE html><title>DEMO app</title><main id='m'>Loading</main><script src='https://parts.invalid/a.js'></script>"
    server.set("/app/page", Response(body=shell, headers={"ETag": '"shell"'}))
    script = (
        "setTimeout(() => fetch('/api/policies').then(r => r.json()).then(rows => {"
        "document.getElementById('m').innerHTML = rows.map(r => `<p>${r}</p>`).join('') }), 200)"
    )
    server.set("/parts/a.js", Response(body=script.encode(), media_type="text/javascript"))
    server.set(
        "/app/api/policies", Response(body=b'["DEMO policy one","DEMO policy two"]', media_type="application/json")
    )
    outcome = client().fetch(PAGE, validators=None, respect_robots=True)
    assert isinstance(outcome, Fetched), outcome
    capture = outcome.capture
    assert b"<p>DEMO policy one</p><p>DEMO policy two</p>" in capture.body
    assert b"Loading" not in capture.body
    assert (capture.rendered_by or "").startswith("Chromium ")
    assert capture.media_type == "text/html"
    assert capture.validators.etag is None, "the shell's validator says nothing of the page"
    assert {hop.url.partition(server.base)[2] for hop in capture.hops} == {
        "/app/page",
        "/parts/a.js",
        "/app/api/policies",
    }
    assert {request.headers["user-agent"] for request in server.requests} == {AGENT}
    assert "/parts/robots.txt" in {request.path for request in server.requests}


def test_what_may_not_be_reached_is_not_reached_by_the_browser_either(
    server: LoopbackServer, client: Callable[..., RenderingClient]
) -> None:
    secret, port = f"{server.base}/secret", server.port
    ways = f"""
        const note = text => {{ document.getElementById('m').innerHTML += `<p>${{text}}</p>` }};
        fetch('{secret}?fetch').then(r => r.text()).then(note).catch(() => note('fetch refused'));
        navigator.sendBeacon('{secret}?beacon', 'x');
        new WebSocket('ws://127.0.0.1:{port}/secret?socket').onerror = () => note('socket refused');
        new EventSource('{secret}?events');
        new Worker(URL.createObjectURL(new Blob(["fetch('{secret}?worker').catch(() => 0)"])));
        document.body.insertAdjacentHTML('beforeend', `<img src='{secret}?img'><iframe src='{secret}?frame'></iframe>
          <link rel='preconnect' href='{server.base}'><link rel='stylesheet' href='{secret}?css'>
          <iframe src='file:///etc/passwd'></iframe><form id='f' method='post' target='t' action='{secret}?form'></form>
          <iframe name='t'></iframe>`);
        document.getElementById('f').submit();
        const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}});
        peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
        window.open('{secret}?popup');
        navigator.serviceWorker && navigator.serviceWorker.register('/sw.js').catch(() => note('worker refused'));
    """
    server.set("/secret", Response(body=b"DEMO internal figures"))
    server.set("/app/page", Response(body=page(ways).body))
    outcome = client().fetch(PAGE, validators=None, respect_robots=True)
    assert isinstance(outcome, Fetched), outcome
    assert "/secret" not in {path.partition("?")[0] for path in server.paths()}
    assert b"internal figures" not in outcome.capture.body
    assert b"root:" not in outcome.capture.body
    assert b"fetch refused" in outcome.capture.body


def test_robots_txt_binds_the_page_and_each_of_its_parts(
    server: LoopbackServer, client: Callable[..., RenderingClient]
) -> None:
    server.set("/app/robots.txt", Response(body=b"User-agent: *\nDisallow: /api/", media_type="text/plain"))
    server.set("/app/page", Response(body=page("fetch('/api/rows').catch(() => { document.title = 'refused' })").body))
    server.set("/app/api/rows", Response(body=b"rows"))
    outcome = client().fetch(PAGE, validators=None, respect_robots=True)
    assert isinstance(outcome, Fetched)
    assert b"<title>refused</title>" in outcome.capture.body
    assert "/app/api/rows" not in server.paths()
    server.set("/app/robots.txt", Response(body=b"User-agent: *\nDisallow: /", media_type="text/plain"))
    assert isinstance(client().fetch(PAGE, validators=None, respect_robots=True), FetchBlocked)


def test_a_block_page_and_a_file_are_handed_on_as_they_came(
    server: LoopbackServer, client: Callable[..., RenderingClient]
) -> None:
    for response in (
        Response(status=403, body=b"<title>Access Denied</title>"),
        Response(body=b"a,b\n1,2\n", media_type="text/csv"),
    ):
        server.set("/app/page", response)
        outcome = client().fetch(PAGE, validators=None, respect_robots=True)
        assert isinstance(outcome, Fetched)
        assert (outcome.capture.body, outcome.capture.rendered_by) == (response.body, None)


@pytest.mark.slow
def test_a_page_that_never_ends_is_ended_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Unrendered, match="took longer than 6 s"):
        chromium(wall_s=6).render(PAGE, page("while (true) {}"), lambda _: None, most_bytes=1000)
    assert time.monotonic() - began < 30
    assert threading.active_count() < 20


def test_a_page_that_grows_without_end_is_not_read(server: LoopbackServer) -> None:
    script = "document.getElementById('m').textContent = 'x'.repeat(3e6)"
    with pytest.raises(Unrendered, match="more than the 1,000,000 that are read"):
        chromium().render(PAGE, page(script), lambda _: None, most_bytes=1_000_000)


@pytest.mark.parametrize(
    "script",
    [
        "location.href = 'https://elsewhere.invalid/'",
        "document.body.innerHTML = `<a id='d' download href='https://elsewhere.invalid/'>d</a>`; d.click()",
    ],
    ids=["another page", "a download"],
)
def test_a_page_that_leads_on_to_what_is_refused_is_not_taken_for_its_browser_s_error_page(script: str) -> None:
    with pytest.raises(Unrendered, match=r"leads on to https://elsewhere\.invalid/"):
        chromium().render(PAGE, page(script), lambda _: None, most_bytes=100_000)


def test_where_a_script_leads_is_the_final_address() -> None:
    second = Part(status=200, headers=HTML, body=b"<title>DEMO login</title>Please log in")
    rendered = chromium().render(PAGE, page("location.href = '/login'"), lambda _: second, most_bytes=100_000)
    assert rendered.url == "https://app.invalid/login"
    assert "Please log in" in rendered.html


def test_a_page_that_is_not_there_is_no_matter_for_a_browser(client: Callable[..., RenderingClient]) -> None:
    outcome = client(allowed=False).fetch("https://127.0.0.1/page", validators=None, respect_robots=True)
    assert isinstance(outcome, FetchFailed)
