"""Which addresses may stand in the settings.

The guarded client checks the peer again at connect time; refusing here as well finds a bad address before any fetch.
"""

import re
from collections.abc import Container
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from monitor.config.faults import Wrong
from monitor.config.nodes import Node
from monitor.config.values import read_text
from monitor.model.dated import fault_of
from monitor.net.addresses import is_public
from monitor.net.policy import Net

Address = IPv4Address | IPv6Address
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMERIC_END = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SECRET_ADDRESSES = {
    "slack": ("hooks.slack.com",),
    "teams": (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com"),
}
"""Where the addresses that a chat gives out lead: whoever has one can post to it."""

_LOOPBACK = (IPv4Address("127.0.0.1"), IPv6Address("::1"))


def read_net(node: Node) -> Net:
    """A network in CIDR spelling."""
    text = read_text(node)
    try:
        return ip_network(text)
    except ValueError:
        raise Wrong(f"'{text[:60]}' is not a network; write it as CIDR, such as 127.0.0.0/8") from None


def read_host(node: Node) -> str:
    """A host name without scheme, port or path."""
    text = read_text(node)
    host = text.lower().rstrip(".")
    if "/" in host or ":" in host:
        raise Wrong(f"'{text[:60]}' is not a host name; write only the host, such as www.fda.gov")
    return _spelled(host)


def read_mail(node: Node) -> str:
    """One plain mail address."""
    text = read_text(node)
    if not _MAIL.fullmatch(text):
        raise Wrong(f"'{text[:60]}' is not a mail address; write such as compliance@example.org")
    return text


def read_mail_or_web(node: Node) -> str:
    """A mail address or an http(s) URL."""
    text = read_text(node)
    if _MAIL.fullmatch(text):
        return text
    if "://" not in text or not text.isascii():
        raise Wrong(f"'{text[:60]}' is neither a mail address nor a URL; write such as compliance@example.org")
    _split(text)
    return text


class AddressBook(Struct, frozen=True, kw_only=True):
    """What may be asked: public https, the hosts mapped in ``origins:`` and the networks of ``fetch.allow_nets``."""

    mapped: Container[str]
    nets: tuple[Net, ...]

    def read_page(self, node: Node) -> str:
        """The URL of a page to fetch or to show: https; a mapped host or an allowed network may use http."""
        text = read_text(node)
        self.check_page(text)
        return text

    def check_page(self, text: str) -> None:
        """Raises Wrong for an address that ``read_page`` would refuse."""
        parts, host = _split(text)
        if host not in self.mapped:
            self._reachable(host)
            if parts.scheme == "http" and not self._allowed(host):
                mend = f"write https://{host}/..., or map {host} to an http address under origins:"
                raise Wrong(f"plain http can be forged on the way; {mend}")

    def read_route(self, node: Node) -> str:
        """The URL of a page to fetch, which may hold dates (see ``monitor.model.dated``)."""
        text = self.read_page(node)
        if wrong := fault_of(text):
            raise Wrong(wrong)
        return text

    def read_hook(self, node: Node) -> str:
        """The URL of a receiver: https, or http inside ``fetch.allow_nets``."""
        text = read_text(node)
        parts, host = _split(text)
        self._reachable(host)
        if found := next((name for name, hosts in _SECRET_ADDRESSES.items() if host.endswith(hosts)), None):
            raise Wrong(
                f"an address of {host[:60]} is a secret itself; put it into the environment, say as "
                f"CMAA_{found.upper()}_URL, and write channel: {found} and secret: CMAA_{found.upper()}_URL"
            )
        if parts.scheme == "http" and not self._allowed(host):
            raise Wrong("plain http would show the message to anyone on the way; write https://...")
        return text

    def read_base(self, node: Node) -> str:
        """The base URL that is asked in place of an official host; without the last slash."""
        text = read_text(node)
        parts, host = _split(text)
        self._reachable(host)
        if parts.query or parts.fragment:
            raise Wrong("a base URL ends with its path; remove what follows '?' or '#'")
        return text.rstrip("/")

    def _reachable(self, host: str) -> None:
        """Raises Wrong for a private, loopback or otherwise special address outside the allowed networks."""
        addresses = _addresses(host)
        if addresses and not self._allowed(host) and not all(is_public(address) for address in addresses):
            net = f"{addresses[0]}/{addresses[0].max_prefixlen}"
            raise Wrong(f'{host} is not a public address; if you mean it, add "{net}" to fetch.allow_nets')

    def _allowed(self, host: str) -> bool:
        return any(address in net for address in _addresses(host) for net in self.nets)


def read_link_base(node: Node) -> str:
    """The https address under which people reach this installation's own pages; without the last slash."""
    text = read_text(node)
    parts, _ = _split(text)
    if parts.scheme != "https":
        raise Wrong("links in mails must be https; write https://...")
    return text.rstrip("/")


def _split(text: str) -> tuple[SplitResult, str]:
    """The parts of an http(s) URL and its host in lower case; raises Wrong for every other shape.

    The messages never repeat what may be a password.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Wrong("is not a URL; write https://host/path") from None
    if parts.scheme not in {"http", "https"}:
        raise Wrong(
            f"{(parts.scheme or 'no scheme')[:20]}: only https:// pages can be used here; write https://host/path"
        )
    if "@" in parts.netloc:
        raise Wrong("carries a user name or password; remove the part before '@'")
    if any(sign in text for sign in ' \\"<>'):
        raise Wrong("holds a blank, a backslash, a quotation mark or <>; percent-encode it")
    name = parts.hostname
    if port == 0 or not name:
        raise Wrong("has no host or an impossible port; write https://host/path")
    host = name.rstrip(".")
    return parts, host if ":" in host else _spelled(host)


@lru_cache(maxsize=256)  # many entries, few hosts
def _spelled(host: str) -> str:
    """The host in its one spelling. Raises Wrong when it is no host name, or a number in disguise."""
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise Wrong("has an impossible host name") from None
    if len(plain) > 253 or not _HOST.fullmatch(plain):
        raise Wrong(f"'{host[:60]}' is not a host name")
    if _NUMERIC_END.fullmatch(plain) and not _addresses(plain):
        raise Wrong(f"'{host[:60]}' is a number in place of a host; write the address with four numbers, or a name")
    return plain


@lru_cache(maxsize=256)
def _addresses(host: str) -> tuple[Address, ...]:
    """The addresses a host stands for without asking anyone: its own when it is one, loopback for localhost."""
    if host == "localhost" or host.endswith(".localhost"):
        return _LOOPBACK
    try:
        return (ip_address(host.split("%", 1)[0]),) if host[-1:].isdigit() or ":" in host else ()
    except ValueError:
        return ()
