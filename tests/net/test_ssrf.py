"""No spelling of an inner address reaches anything: the server below listens on every address of this machine."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.model.capture import FetchFailed
from monitor.net.faults import Fault
from monitor.net.guard import _checked_peer, _connect
from monitor.net.policy import Policy, nets
from tests.loopback import LoopbackServer, Response
from tests.net.rig import rig

_SPELLINGS = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 00 0.0.0.0 0x7F.0.0.1 127.8.9.10
localhost LOCALHOST localhost. 127.0.0.1. 127.0.0.1.. 127.0.0.1%00 127.0.0.1%2f 127.0.0.1%20
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::7f00:1]
[64:ff9b:1::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::] [fe80::1%25eth0] [fe80::1%eth0] [fe80::1] [fd00::1] [fec0::1]
[ff02::1] [2001:db8::1] [100::1] [3fff::1] [5f00::1]
10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254 169.254.170.2 100.64.0.1 100.100.100.200 192.0.0.192
198.18.0.1 192.88.99.1 224.0.0.1 240.0.0.1 255.255.255.255
metadata.google.internal 127.0.0.1.nip.io localtest.me xn--lcalhost-gbh
\uff11\uff12\uff17.0.0.1 \u2460\u2461\u2466.0.0.1 127\u30020\u30020\u30021 l\u043ecalhost \u24dbocalhost
"""
HOSTS = _SPELLINGS.split()

URLS = [
    "http://user:pw@127.0.0.1:{port}/",
    "http://www.fda.gov@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@www.fda.gov/",
    "http://127.0.0.1:{port}\\@www.fda.gov/",
    "http://www.fda.gov:80@127.0.0.1:{port}/",
    "http://www.fda.gov&@127.0.0.1:{port}#@www.fda.gov/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/ ",
    "http://127.0\t.0.1:{port}/",
    "ht\ntp://127.0.0.1:{port}/",
    "http://127.0.0.1\r\n:{port}/",
    "http://127.0.0.1:{port}\x00.fda.gov/",
    "HTTP://127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "https://[::1",
    "https://::1:{port}/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:+{port}/",
    "http://127.0.0.1: {port}/",
    "http://127.0.0.1:{port}:80/",
    "http://127.0.0.1:٨٠/",
    "https://127.0.0.1:{port}/",
    "https://:{port}/",
    "https:///",
    "file:///etc/passwd",
    "file:/etc/passwd",
    " file:///etc/passwd",
    "source:file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "jar:http://127.0.0.1:{port}/!/x",
    "unix:/var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "view-source:http://127.0.0.1:{port}/",
    "https://" + "a" * 300 + ".gov/",
    "https://www.fda.gov/" + "a" * 8192,
    "",
    "https",
    "https://",
    "https://./",
    "https://-.gov/",
]


class _AnyHost(frozenset[str]):
    """Lets every host pass the check of manners, so that the guard at the socket is what these tests meet."""

    def __contains__(self, _: object) -> bool:
        return True


@pytest.fixture(scope="module")
def everywhere() -> Iterator[LoopbackServer]:
    with LoopbackServer("0.0.0.0") as server:
        server.set("/", Response(body=b"the inner sanctum"))
        yield server


def test_the_server_can_be_reached_by_who_may(everywhere: LoopbackServer) -> None:
    before = everywhere.connections
    with rig(allow_http_hosts=_AnyHost()) as it:
        outcome = it.fetch("/", official=f"http://127.0.0.1:{everywhere.port}")
        assert not isinstance(outcome, FetchFailed)
    assert everywhere.connections == before + 1


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_inner_host_is_reached(everywhere: LoopbackServer, scheme: str, host: str) -> None:
    _assert_unreached(everywhere, f"{scheme}://{host}:{everywhere.port}/")


@pytest.mark.parametrize("url", URLS, ids=lambda url: url[:60])
def test_no_crooked_url_reaches_anything(everywhere: LoopbackServer, url: str) -> None:
    _assert_unreached(everywhere, url.replace("{port}", str(everywhere.port)))


def _assert_unreached(everywhere: LoopbackServer, url: str) -> None:
    before = everywhere.connections
    with rig(allow_nets=(), allow_http_hosts=_AnyHost(), connect_timeout_s=1.0, retries=0) as it:
        outcome = it.client.fetch(url, validators=None, respect_robots=False)
        posted = it.client.post(url, b"{}", {}, timeout_s=2.0)
    assert isinstance(outcome, FetchFailed)
    assert outcome.code in {"bad-url", "forbidden-address", "dns"}
    assert posted.code == outcome.code
    assert everywhere.connections == before


@pytest.mark.parametrize("port", [22, 25, 80, 6379, 8080, 9200, 65535])
def test_odd_ports_are_refused_for_hosts_nobody_named(port: int) -> None:
    with rig() as it:
        outcome = it.fetch("/", official=f"https://www.fda.gov:{port}")
    assert isinstance(outcome, FetchFailed)
    assert outcome.code == "bad-url"
    assert str(port) in outcome.reason


def _answers(*addresses: str) -> Any:
    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        kinds = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (address, port, 0, 0) if ":" in address else (address, port))
            for kind, address in zip(kinds, addresses, strict=True)
        ]

    return getaddrinfo


def test_a_name_at_a_public_and_an_inner_address_never_reaches_the_inner_one(
    everywhere: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everywhere.connections
    # 192.0.2.1 is set aside for documentation and answers nobody; it is allowed here to play the public address.
    monkeypatch.setattr(socket, "getaddrinfo", _answers("127.0.0.1", "192.0.2.1", "::1"))
    with pytest.raises(Fault) as caught:
        _connect("two-faced.example", everywhere.port, 0.2, Policy(user_agent="x", allow_nets=nets("192.0.2.0/24")))
    assert caught.value.code in {"connect-timeout", "refused"}
    assert everywhere.connections == before


def test_a_name_whose_answer_changes_is_judged_by_the_answer_used(
    everywhere: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everywhere.connections
    answers = iter([_answers("127.0.0.1")] * 5)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: next(answers)(*a, **k))
    with rig(allow_nets=(), allow_http_hosts=_AnyHost()) as it:
        outcome = it.fetch("/", official=f"http://rebinding.example:{everywhere.port}")
    assert isinstance(outcome, FetchFailed)
    assert outcome.code == "forbidden-address"
    assert len(list(answers)) == 4  # resolved once only: what was judged is what would have been connected to
    assert everywhere.connections == before


def test_the_socket_has_the_last_word(everywhere: LoopbackServer) -> None:
    with socket.create_connection(("127.0.0.1", everywhere.port)) as sock, pytest.raises(Fault) as caught:
        _checked_peer(sock, "www.fda.gov", Policy(user_agent="x"))
    assert caught.value.code == "forbidden-address"
    assert "127.0.0.1" in caught.value.reason


def test_where_only_some_networks_may_be_reached_public_ones_may_not() -> None:
    with rig(only_nets=nets("127.0.0.0/8"), allow_nets=nets("0.0.0.0/0")) as it:
        outcome = it.fetch("/", official="https://8.8.8.8")
    assert isinstance(outcome, FetchFailed)
    assert outcome.code == "forbidden-address"
