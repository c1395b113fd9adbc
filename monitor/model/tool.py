"""The AI tools a house runs itself, and how a Change touches them. What a tool's class is, a person says."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

AUTONOMOUS = "autonomous"
CLASSES = ("assistive", "augmentative", AUTONOMOUS)
"""The classes of CPT Appendix S."""


class Tool(Struct, frozen=True, kw_only=True):
    """One AI tool of the inventory. Every text is as a person entered it; "" and None: not stated.

    ``fda_number`` is a submission number in its usual form (``K240058``, ``P140011/S008``). ``ai_class`` is one of
    ``CLASSES`` and never stands without its basis and the day on which a person set it.
    """

    id: str
    vendor: str
    product: str
    fda_number: str = ""
    ai_class: str | None = None
    class_basis: str = ""
    class_on: date | None = None
    sites: tuple[str, ...] = ()
    owner: str = ""
    who_bills: str = ""
    codes: tuple[str, ...] = ()


class MatchBy(StrEnum):
    """What a match stands on, the surest first."""

    NUMBER = "number"
    CODE = "code"
    NAME = "name"
    CLASS = "class"


class ToolMatch(Struct, frozen=True, kw_only=True):
    """One tool that a Change touches, as it stood in the inventory then. ``confidence`` is High, Medium or Low, with
    its ``ground`` in words; ``key`` names the item of the Change that it was found in.
    """

    tool_id: str
    product: str
    ai_class: str | None
    sites: tuple[str, ...]
    owner: str
    by: MatchBy
    confidence: str
    ground: str
    key: str | None = None


class ToolFault(Struct, frozen=True, kw_only=True):
    """What is wrong with one cell, row or column of a tool list, and how to mend it. ``row`` counts the lines of the
    sheet from 1, the header included; None: the file as a whole.
    """

    row: int | None
    column: str
    what: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"row {self.row}" if self.row else "", self.column) if part)
        return f"{where}: {self.what}" if where else self.what
