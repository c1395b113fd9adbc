"""How reading ends: with something read, or with a fault's code."""

from collections.abc import Callable

from monitor.model.errors import Unreadable


def outcome(read: Callable[[], object]) -> str:
    """``read`` when it returned, else the fault's code. Anything but ``Unreadable`` goes through and fails the test."""
    try:
        read()
    except Unreadable as fault:
        return fault.code
    return "read"
