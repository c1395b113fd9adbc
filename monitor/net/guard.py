"""Connections that look at their peer's address before a byte is sent, and the requests adapter that uses only them.

A check of the URL alone is not enough: names resolve to what their owner likes, differently each time. Here each
address is judged before the connection is made, and the socket's own ``getpeername`` after it, before TLS begins.
"""

import hashlib
import logging
import socket
import ssl
import sys
from functools import lru_cache
from time import monotonic
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.util.retry import Retry

from monitor.model.ids import Sha256
from monitor.net.addresses import may_reach
from monitor.net.faults import Fault
from monitor.net.policy import Policy
from monitor.net.urls import Address
from monitor.net.wire import DeadlineResponse

_POOLS = 64
_FRAMING_ROOM = 1024 * 1024


class _Guarded(HTTPConnection):
    """What both kinds of connection share. ``policy`` is set by the pool's subclass made for it."""

    policy: Policy
    peer: str | None = None

    def _new_conn(self) -> socket.socket:
        sock = _connect(self._dns_host, self.port, _seconds(self.timeout, self.policy.connect_timeout_s), self.policy)
        try:
            self.peer = _checked_peer(sock, self.host, self.policy)
            for level, name, value in self.socket_options or ():
                sock.setsockopt(level, name, value)
        except BaseException:
            sock.close()
            raise
        sys.audit("http.client.connect", self, self.host, self.port)
        return sock

    def response_class(self, sock: socket.socket, method: str | None = None) -> DeadlineResponse:  # type: ignore[override]
        """Made by ``http.client`` for each answer; urllib3 has set ``timeout`` to what is left of the total by then."""
        return DeadlineResponse(
            sock,
            method=method,
            deadline=monotonic() + _seconds(self.timeout, self.policy.deadline_s),
            body_limit=2 * self.policy.wire_limit + _FRAMING_ROOM,
            on_leftover=self.close,
        )


class _GuardedTls(_Guarded, HTTPSConnection):
    """Over TLS; keeps what the handshake proved."""

    tls_version: str | None = None
    certificate_sha256: Sha256 | None = None

    def connect(self) -> None:
        super().connect()
        if not self.is_verified or not isinstance(self.sock, ssl.SSLSocket):
            self.close()
            raise Fault("tls", "the secure connection could not be verified")
        self.tls_version = self.sock.version()
        certificate = self.sock.getpeercert(binary_form=True)
        self.certificate_sha256 = Sha256(hashlib.sha256(certificate).hexdigest()) if certificate else None


def _connect(host: str, port: int, timeout_s: float, policy: Policy) -> socket.socket:
    """Tries the host's allowed addresses in turn; together they may take ``timeout_s``."""
    addresses = _resolve(host, port)
    allowed = [(family, place) for family, place in addresses if may_reach(str(place[0]), policy)]
    if not allowed:
        raise _forbidden(host, [str(place[0]) for _, place in addresses])
    give_up_at = monotonic() + timeout_s
    fault = Fault("connect-timeout", f"{host} did not accept a connection within {timeout_s:.1f} s")
    for tries_left in range(len(allowed), 0, -1):
        family, place = allowed[-tries_left]
        try:
            return _open(family, place, max(0.001, give_up_at - monotonic()) / tries_left, timeout_s)
        except TimeoutError:
            continue
        except OSError as error:
            fault = Fault("refused", f"no connection to {host} could be made ({_in_words(error)})")
    raise fault


def _resolve(host: str, port: int) -> list[tuple[int, Any]]:
    """The (family, socket address) pairs of a host, in the resolver's order."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Fault("dns", f"the name {host} could not be resolved ({_in_words(error)})") from error
    return list(dict.fromkeys((family, place) for family, _, _, _, place in found))


def _in_words(error: OSError | UnicodeError) -> str:
    """What the system calls the fault, without Python's numbers."""
    said = error.strerror if isinstance(error, OSError) else "it is no name of a host"
    return (said or type(error).__name__).lower()


def _checked_peer(sock: socket.socket, host: str, policy: Policy) -> str:
    peer = str(sock.getpeername()[0])
    if not may_reach(peer, policy):
        raise _forbidden(host, [peer])
    return peer


def _seconds(timeout: object, otherwise_s: float) -> float:
    return timeout if isinstance(timeout, int | float) else otherwise_s


def _open(family: int, place: Any, connect_s: float, timeout_s: float) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(connect_s)
        sock.connect(place)
        sock.settimeout(timeout_s)
    except BaseException:
        sock.close()
        raise
    return sock


def _forbidden(host: str, addresses: list[str]) -> Fault:
    return Fault(
        "forbidden-address",
        f"{host} is at {', '.join(addresses[:4])}, which is no public address; nothing was sent. "
        "If this is meant, allow its network.",
    )


class GuardedAdapter(HTTPAdapter):
    """The requests adapter whose pools make guarded connections only. It knows no proxy and never skips verification.

    ``connections`` is how many idle connections may be kept for one host.
    """

    def __init__(self, policy: Policy, *, connections: int = 2) -> None:
        self._policy = policy
        no_retry = Retry(total=False, redirect=False, respect_retry_after_header=False)
        # urllib3 warns, with a traceback, of every oddity a server cares to send; what matters of it becomes a Fault.
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        self._pools: dict[str, HTTPConnectionPool] = {}
        super().__init__(pool_connections=_POOLS, pool_maxsize=connections, max_retries=no_retry)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block)
        manager.pool_classes_by_scheme = _pools_under(self._policy)
        self.poolmanager = manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context verifies; there is no way to switch it off, so there is nothing to set here."""

    # The methods below do the same as the ones they replace, for requests that name their Address: the originals parse
    # the URL five times over and read cookies nobody keeps, which takes longer than a small answer does to read.

    def get_connection_with_tls_context(self, request: Any, *_: Any, **__: Any) -> HTTPConnectionPool:
        address: Address = request.address
        pool = self._pools.get(address.origin)
        if pool is None:
            if len(self._pools) >= _POOLS:
                self._pools.clear()
            pool = self.poolmanager.connection_from_host(
                address.host, address.port, address.scheme, self._trust(address.scheme)
            )
            self._pools[address.origin] = pool
        return pool

    def _trust(self, scheme: str) -> dict[str, Any]:
        """What a TLS pool verifies by. Read for the first of them only: a run without one need not wait for it."""
        if scheme != "https":
            return {}
        return {"ssl_context": _context(self._policy.ca_file or DEFAULT_CA_BUNDLE_PATH)}

    def request_url(self, request: Any, proxies: Any) -> str:  # noqa: ARG002 - requests calls it so
        path: str = request.address.path
        return path

    def build_response(self, req: Any, resp: Any) -> Response:
        response = Response()
        response.status_code = resp.status
        response.raw = resp
        response.request = req
        return response

    def close(self) -> None:
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
        super().close()


@lru_cache
def _context(ca_file: str) -> ssl.SSLContext:
    """One for all connections: reading the certificate authorities takes tens of milliseconds."""
    return ssl.create_default_context(cafile=ca_file)


class AddressedRequest(PreparedRequest):
    """A request that needs no preparing: its URL has been taken apart and checked before."""

    def __init__(self, method: str, address: Address, headers: dict[str, str], body: bytes | None) -> None:
        super().__init__()
        self.method = method
        self.address = address
        self.url = str(address)
        self.headers = CaseInsensitiveDict(headers)
        self.body = body
        if body is not None:
            self.headers["Content-Length"] = str(len(body))


def _pools_under(policy: Policy) -> dict[str, type[HTTPConnectionPool]]:
    """Pool classes whose connections carry the policy: urllib3 makes them, so it can only ride on the class."""
    plain = type("GuardedConnection", (_Guarded,), {"policy": policy})
    secure = type("GuardedTlsConnection", (_GuardedTls,), {"policy": policy})
    return {
        "http": type("GuardedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedTlsPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
