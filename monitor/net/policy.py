"""What the client may do: its limits, its manners, and the addresses it may reach."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from msgspec import Struct
from msgspec.structs import replace

Net = IPv4Network | IPv6Network


def nets(*cidrs: str) -> tuple[Net, ...]:
    """Networks from their CIDR spelling, e.g. ``nets("127.0.0.0/8")``. ValueError names the one that is wrong."""
    return tuple(ip_network(cidr) for cidr in cidrs)


class Policy(Struct, frozen=True, kw_only=True):
    """Limits and manners of one client. Sizes are bytes, times are seconds.

    ``deadline_s`` is for one fetch as a whole (all its redirects, retries and bytes; waiting for our own pace is not
    counted). ``max_body_bytes`` counts what a body unpacks to, ``max_wire_bytes`` what is received for it (None: as
    much). ``pace_s`` lies between the starts of two requests to one host, plus up to ``jitter_s``. ``retries`` are for
    connections that fail and for 502, 503 and 504.

    ``allow_nets``: networks that may be reached though they are not public. ``only_nets``: when not empty, these may be
    reached and nothing else. ``allow_http_hosts``: host names that may be asked over plain http, on any port.
    ``allow_ports``: ports that any https host may be asked on besides 443. ``ca_file``: PEM file of the certificate
    authorities to trust in place of the ones shipped with requests.
    """

    user_agent: str
    connect_timeout_s: float = 10.0
    deadline_s: float = 60.0
    max_wire_bytes: int | None = None
    max_body_bytes: int = 32 * 1024 * 1024
    max_redirects: int = 5
    pace_s: float = 5.0
    jitter_s: float = 1.0
    retries: int = 2
    backoff_s: float = 0.5
    allow_nets: tuple[Net, ...] = ()
    only_nets: tuple[Net, ...] = ()
    allow_http_hosts: frozenset[str] = frozenset()
    allow_ports: frozenset[int] = frozenset({8443})
    ca_file: str | None = None

    @property
    def wire_limit(self) -> int:
        """Bytes of one body that may come over the wire."""
        return self.max_body_bytes if self.max_wire_bytes is None else self.max_wire_bytes

    def no_larger_than(self, max_body_bytes: int | None) -> "Policy":
        """The same, for a body of which no more than so many bytes will be read (None: as it is)."""
        if max_body_bytes is None or max_body_bytes >= self.max_body_bytes:
            return self
        wire = min(self.wire_limit, max_body_bytes)
        return replace(self, max_body_bytes=max_body_bytes, max_wire_bytes=wire)
