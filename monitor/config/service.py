"""The ``serve:`` section: where the service listens, whom it pings, where its backups lie."""

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

from monitor.config.faults import Wrong
from monitor.config.members import Members
from monitor.config.nodes import Node
from monitor.config.settings import ServiceSettings
from monitor.config.subscribers import read_secret_name
from monitor.config.values import read_plain

_MEMBERS = frozenset({"listen", "ping", "backups"})
_OFF = "off"


def read_service(section: Members, database: Path) -> ServiceSettings:
    """The settings; backups lie beside the database unless told otherwise."""
    section.only(_MEMBERS)
    usual = ServiceSettings()
    return ServiceSettings(
        listen=section.take("listen", _read_listen, usual.listen),
        ping_name=section.take("ping", read_secret_name, None),
        backups=section.take("backups", _folder_in(database), database.parent / "backups"),
    )


def _read_listen(node: Node) -> tuple[str, int] | None:
    """``127.0.0.1:8787``, or None for ``off``."""
    text = read_plain(node)
    if text == _OFF:
        return None
    host, _, port = text.rpartition(":")
    try:
        ip_address(host)
        number = int(port)
    except ValueError as fault:
        raise Wrong(f"'{text[:60]}' is no address and port; write such as 127.0.0.1:8787, or off") from fault
    if not 0 <= number <= 65535:
        raise Wrong(f"{number} is no port; write one from 1 to 65535")
    return host, number


def _folder_in(database: Path) -> Callable[[Node], Path | None]:
    """A folder, relative to the database's; None for ``off``."""

    def read(node: Node) -> Path | None:
        text = read_plain(node)
        return None if text == _OFF else (database.parent / text).absolute()

    return read
