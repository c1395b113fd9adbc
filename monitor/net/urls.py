"""Which URLs may be asked for. Everything two parsers might read differently is refused, not repaired."""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

from msgspec import Struct

from monitor.net.faults import Fault
from monitor.net.policy import Policy

_LONGEST = 8000
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_SHAPE = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:@\[\]%]*)(?::([0-9]{1,5}))?")
_DOTS = re.compile(r"[^?]*/(?:\.|%2[eE]){1,2}(?:[/?]|$)")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_SAFE = "!#$%&'()*+,/:;=?@[]~|^{}`\"<>"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Address(Struct, frozen=True):
    """A URL taken apart: ``host`` lower case without brackets, ``port`` always set, ``path`` with its query.

    ``netloc`` is host and port as they stand in a URL (the scheme's own port left out), ``origin`` the URL up to there.
    """

    scheme: str
    host: str
    port: int
    netloc: str
    origin: str
    path: str

    def __str__(self) -> str:
        return self.origin + self.path


@lru_cache(maxsize=128)
def parse(url: str) -> Address:
    """Takes an absolute http(s) URL apart, its fragment left off; Fault ``bad-url`` names what is wrong with it."""
    shape = _SHAPE.fullmatch(_plain(url))
    if shape is None:
        raise bad_url(url, f"the scheme is not https ({_scheme(url)})")
    scheme, authority, rest = shape[1].lower(), shape[2], shape[3]
    if "@" in authority:
        raise bad_url(url, "it carries a user name or password")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise bad_url(url, "its host or port is not well formed")
    port = int(parts[2]) if parts[2] else _DEFAULT_PORTS[scheme]
    if not 1 <= port <= 65535:
        raise bad_url(url, f"there is no port {port}")
    try:
        host = _host(parts[1].lower())
    except ValueError as error:
        raise bad_url(url, str(error)) from error
    netloc = (f"[{host}]" if ":" in host else host) + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")
    if _DOTS.match(rest):
        raise bad_url(url, "its path holds . or .. (write the path it leads to)")
    path = rest if rest.startswith("/") else f"/{rest}"
    path = path if path.isascii() else quote(path, safe=_SAFE)
    return Address(scheme, host, port, netloc, f"{scheme}://{netloc}", path)


def check_manners(address: Address, policy: Policy) -> None:
    """Refuses plain http and unusual ports for hosts the operator did not name."""
    if address.host in policy.allow_http_hosts:
        return
    if address.scheme != "https":
        raise bad_url(str(address), "plain http is not allowed for this host; use https")
    if address.port != 443 and address.port not in policy.allow_ports:
        raise bad_url(str(address), f"port {address.port} is not allowed")


def join(base: Address, location: str) -> Address:
    """The address a ``Location`` leads to, seen from ``base``."""
    # Blanks inside a Location are common and mean one thing only; the rest of the oddities is refused before the
    # standard library gets to see them, because it drops tabs and line ends without a word.
    text = _plain(location.strip(" ").replace(" ", "%20"))
    try:
        return parse(urljoin(str(base), text))
    except ValueError as error:
        raise bad_url(location, "it is not well formed") from error


def bad_url(url: str, what: str) -> Fault:
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in url[:200])
    return Fault("bad-url", f"{shown!r} is not a URL we fetch: {what}")


def _plain(url: str) -> str:
    if len(url) > _LONGEST:
        raise bad_url(url, f"it is longer than {_LONGEST} characters")
    if _CONTROLS.search(url):
        raise bad_url(url, "it holds blanks or control characters")
    if "\\" in url:
        raise bad_url(url, "it holds a backslash")
    return url


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme[:20] or "none"
    except ValueError:
        return "unreadable"


@lru_cache(maxsize=512)
def _host(host: str) -> str:
    """The host in its one spelling; ValueError says what is wrong with it."""
    if host.startswith("["):
        try:
            return str(IPv6Address(host[1:-1]))
        except AddressValueError as error:
            raise ValueError("its host is not a well formed IPv6 address") from error
    if not host or len(host) > 253:
        raise ValueError("its host is missing or longer than 253 characters")
    labels = host.removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("its host holds other signs than letters, digits and hyphens (write xn-- names)")
    return _dotted_quad(".".join(labels)) if _NUMBER.fullmatch(labels[-1]) else ".".join(labels)


def _dotted_quad(host: str) -> str:
    """A host that ends in a number is an IPv4 address, and is taken in its one canonical spelling only."""
    try:
        return str(IPv4Address(host))
    except AddressValueError as error:
        raise ValueError("its host is a number but no address in dotted form") from error
