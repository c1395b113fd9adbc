"""Where an official host is really asked: a proxy, a mirror, the demo's server. Captures keep the official spelling."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from monitor.net.urls import Address, join, parse


class _Base(Struct, frozen=True):
    address: Address
    prefix: str


class Origins:
    """``mapping``: official host (``www.fda.gov``, with ``:port`` when it is not the scheme's own) to a base URL, with
    or without a path prefix. A base that is no http(s) URL raises Fault ``bad-url``.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._bases = {host.lower(): _base(url) for host, url in mapping.items()}

    def maps(self, official: Address) -> bool:
        return official.netloc in self._bases

    def real(self, official: Address) -> Address:
        """The address to ask for an official one."""
        base = self._bases.get(official.netloc)
        return replace(base.address, path=base.prefix + official.path) if base else official

    def redirected(self, official: Address, location: str) -> Address:
        """The official address a ``Location`` points to, when it was sent in answer for ``official``.

        The server behind a mapped host may name itself, relatively or in full: both are read as the official host. Only
        the server that was asked may do so; from elsewhere its address is an address like any other.
        """
        target = join(official, location)
        base = self._bases.get(official.netloc)
        if base is None or target.origin not in (base.address.origin, official.origin):
            return target
        return self._official(official, target, base)

    def _official(self, official: Address, target: Address, base: _Base) -> Address:
        """Undoes the mapping: the asked host's own prefix first, then the longest of its neighbours' on that server."""
        if _under(target.path, base.prefix):
            return replace(official, path=target.path.removeprefix(base.prefix))
        for host, other in sorted(self._bases.items(), key=lambda item: -len(item[1].prefix)):
            if other.address.origin == base.address.origin and other.prefix and _under(target.path, other.prefix):
                return parse(f"{official.scheme}://{host}{target.path.removeprefix(other.prefix)}")
        return replace(official, path=target.path)


def _base(url: str) -> _Base:
    address = parse(url)
    return _Base(address, address.path.rstrip("/"))


def _under(path: str, prefix: str) -> bool:
    return path.startswith(prefix + "/")
