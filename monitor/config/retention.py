"""The ``retention:`` section: how long the bytes of pages are kept in which nothing was found."""

from datetime import timedelta
from typing import Final

from monitor.config.members import Members
from monitor.config.nodes import Node, Scalar
from monitor.config.values import span
from monitor.model.retention import Retention

_SPAN: Final = span("30d", "3660d")


def read_retention(section: Members) -> Retention:
    """Nothing named, nothing let go."""
    section.only(frozenset({"unchanged", "unverified"}))
    return Retention(
        unchanged=section.take("unchanged", _read_span, None), unverified=section.take("unverified", _read_span, None)
    )


def _read_span(node: Node) -> timedelta | None:
    """From 30 days to ten years; None for ``off``."""
    return None if isinstance(node, Scalar) and node.text == "off" else _SPAN(node)
