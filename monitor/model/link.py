"""Links that no regulator publishes: from a device to the code it is billed with, from a code to a coverage document.

The program proposes them on stated grounds; a person confirms or refuses each once, and that is remembered.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class LinkState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Link(Struct, frozen=True, kw_only=True):
    """``left`` leads to ``right``: ``fda:K240058`` to ``cpt:92229``, or ``cpt:75577`` to ``lcd:L39840``.

    ``ground`` says what the proposal stands on, ``confidence`` how surely: High, Medium or Low. ``by``: who decided.
    """

    left: str
    right: str
    ground: str
    confidence: str
    state: LinkState = LinkState.PROPOSED
    by: str = ""


class LinkDecision(Struct, frozen=True, kw_only=True):
    """What a person said of one link, and why."""

    left: str
    right: str
    state: LinkState
    by: str
    reason: str
    at: datetime
