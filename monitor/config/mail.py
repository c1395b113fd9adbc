"""The ``mail:`` section: through which server mail leaves."""

import re
from ipaddress import ip_address

from monitor.config.addresses import read_link_base, read_mail
from monitor.config.faults import Wrong
from monitor.config.members import Members
from monitor.config.nodes import Node
from monitor.config.subscribers import read_secret_name
from monitor.config.values import choice, read_plain, read_text, whole
from monitor.model.delivery import MailRoute, Security

_MEMBERS = frozenset({"host", "port", "from", "security", "user", "password", "public_url", "unsubscribe_key"})
_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)
_SECURITY = choice({security.value: security for security in Security})


def read_mail_route(section: Members) -> MailRoute | None:
    """The route, or None when there is no such section or too much of it is missing."""
    if not section.pairs.members:
        return None
    section.only(_MEMBERS)
    host = section.need("host", read_mail_host, "host: smtp.example.org")
    sender = section.need("from", read_mail, "from: cmaa-watch@example.org")
    security = section.take("security", _SECURITY, Security.STARTTLS)
    user = section.take("user", read_text, None)
    password = section.take("password", read_secret_name, None)
    if security is Security.NONE and host is not None and not _is_here(host):
        section.fault("security", "none is only for a mail server on this machine; write starttls or tls")
    if (user is None) != (password is None):
        section.must_have("user" if user is None else "password", "user: NAME` and `password: CMAA_SMTP_PASSWORD")
    public_url = section.take("public_url", read_link_base, None)
    key = section.take("unsubscribe_key", read_secret_name, None)
    if ("public_url" in section) != ("unsubscribe_key" in section):
        lacking, such = (
            ("unsubscribe_key", "unsubscribe_key: CMAA_UNSUBSCRIBE_KEY")
            if "public_url" in section
            else ("public_url", "public_url: https://watch.example.org")
        )
        section.must_have(lacking, such)
    if host is None or sender is None:
        return None
    port = section.take("port", whole(1, 65535), _PORTS[security])
    return MailRoute(
        host=host,
        port=port,
        sender=sender,
        security=security,
        user=user,
        password_name=password,
        public_url=public_url,
        leave_key_name=key,
    )


def read_mail_host(node: Node) -> str:
    """A host's name or its IP address."""
    text = read_plain(node)
    if not _HOST.fullmatch(text) and not _is_ip(text):
        raise Wrong(f"'{text[:60]}' is not the name of a host; write such as smtp.example.org")
    return text


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_here(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)
