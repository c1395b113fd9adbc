"""One request and its answer: nothing followed, nothing retried."""

from collections.abc import Mapping
from time import monotonic

from msgspec import Struct
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from urllib3.util.timeout import Timeout

from monitor.model.ids import Sha256
from monitor.net.body import Body, read_body
from monitor.net.faults import Fault, fault_of
from monitor.net.guard import AddressedRequest, GuardedAdapter
from monitor.net.policy import Policy
from monitor.net.urls import Address

_SHORT_BODY = 8192
_OUR_MARK = "x-cmaa-"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Budget:
    """The seconds one fetch may still take. Waiting for our own pace is not charged to it."""

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds

    def __enter__(self) -> "Budget":
        if self.left_s <= 0:
            raise Fault("timeout", "the answer was not complete before the deadline")
        self._started = monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.left_s -= monotonic() - self._started


class Answer(Struct, frozen=True, kw_only=True):
    """What one server said to one request. ``location`` is set when it is a redirect to follow."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Body
    peer: str | None
    tls_version: str | None
    certificate_sha256: Sha256 | None
    location: str | None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


class BrokenAnswer(Fault):
    """A Fault after the head had come: the status, the peer and a Retry-After are known."""

    def __init__(self, fault: Fault, status: int, peer: str | None, retry_after: str | None) -> None:
        super().__init__(fault.code, fault.reason, fault.partial)
        self.status = status
        self.peer = peer
        self.retry_after = retry_after


def ask(
    adapter: GuardedAdapter,
    policy: Policy,
    budget: Budget,
    address: Address,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    data: bytes | None = None,
) -> Answer:
    """Sends one request and reads the whole answer. Raises Fault."""
    with budget:
        try:
            request = AddressedRequest(method, address, dict(headers), data)
            return _read(_send(adapter, policy, budget, request), policy)
        except (RequestException, HTTPError, OSError, ValueError) as error:
            raise fault_of(error) from error


def _send(adapter: GuardedAdapter, policy: Policy, budget: Budget, request: AddressedRequest) -> HTTPResponse:
    timeout = Timeout(connect=policy.connect_timeout_s, total=budget.left_s)
    raw: HTTPResponse = adapter.send(request, stream=True, timeout=timeout).raw  # type: ignore[arg-type]
    return raw


def _read(raw: HTTPResponse, policy: Policy) -> Answer:
    connection = raw.connection
    peer = getattr(connection, "peer", None)
    headers = _kept(raw)
    location = _location(raw)
    try:
        body = read_body(raw, policy) if location is None else _passed_over(raw)
    except Fault as fault:
        raise BrokenAnswer(fault, raw.status, peer, raw.headers.get("retry-after")) from fault
    finally:
        raw.close()
    return Answer(
        status=raw.status,
        headers=headers if body.proven else (*headers, (f"{_OUR_MARK}unproven-length", "1")),
        body=body,
        peer=peer,
        tls_version=getattr(connection, "tls_version", None),
        certificate_sha256=getattr(connection, "certificate_sha256", None),
        location=location,
    )


def _location(raw: HTTPResponse) -> str | None:
    """Where a redirect leads. Header bytes arrive as Latin-1; a Location outside ASCII is UTF-8 in practice."""
    value = raw.headers.get("location") if raw.status in _REDIRECTS else None
    return value.encode("latin-1", errors="replace").decode("utf-8", errors="replace") if value is not None else None


def _passed_over(raw: HTTPResponse) -> Body:
    """Nobody reads the body of a redirect: a short one is read away to keep the connection, a longer one costs it."""
    if raw.length_remaining is not None and raw.length_remaining <= _SHORT_BODY:
        raw.drain_conn()
    return Body(b"", 0, proven=True)


def _kept(raw: HTTPResponse) -> tuple[tuple[str, str], ...]:
    """The headers as evidence, without any that would pass for a mark of our own."""
    return tuple(
        (name, _one_line(value)) for name, value in raw.headers.items() if not name.lower().startswith(_OUR_MARK)
    )


def _one_line(value: str) -> str:
    """Header values are kept as evidence and may be written out again, where a stray CR or LF would begin a new one."""
    return value if value.isprintable() else "".join(sign if sign.isprintable() else " " for sign in value)
