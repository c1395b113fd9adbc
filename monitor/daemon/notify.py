"""Telling systemd how the service is, by its notification protocol (sd_notify(3)): a datagram to a Unix socket."""

import socket
from contextlib import suppress


def notify(address: str | None, state: str) -> None:
    """Sends such as ``READY=1`` to NOTIFY_SOCKET's ``address``; nothing without one (``@``: the abstract kind)."""
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out, suppress(OSError):
        out.connect("\0" + address[1:] if address.startswith("@") else address)
        out.sendall(state.encode())
