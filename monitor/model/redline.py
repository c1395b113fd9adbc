"""A redline: what was taken out and put in, so that both texts can be read from it again, exactly."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from msgspec import Struct

SpanKind = Literal["same", "removed", "added"]

BORDER = "\n"
"""Stands inside a span where one passage ends and the next begins, when passages were split or merged. No passage's
own text holds it: white space inside a passage is a single blank."""


class Span(Struct, frozen=True, kw_only=True):
    """A stretch of text. All but the added spans make up the old text, all but the removed ones the new."""

    kind: SpanKind
    text: str


class PieceKind(StrEnum):
    """What became of one passage or field. A moved one has two pieces: where it stood, and where it stands."""

    SAME = "same"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED_FROM = "moved_from"
    MOVED_TO = "moved_to"


_ONLY_NEW = frozenset({PieceKind.ADDED, PieceKind.MOVED_TO})
_ONLY_OLD = frozenset({PieceKind.REMOVED, PieceKind.MOVED_FROM})


class Piece(Struct, frozen=True, kw_only=True):
    """One passage of a document, or one field of a record, in the redline.

    ``headings``: those above it (a record's id and name). ``field``: a record's field; "" for a passage. ``move``: the
    number (from 1) that the two ends of one moved block share; None for what did not move. The spans of a MOVED_TO
    piece lead from the text where it stood to the text where it stands, so a passage moved *and* edited shows both.
    """

    kind: PieceKind
    spans: tuple[Span, ...]
    headings: tuple[str, ...] = ()
    field: str = ""
    move: int | None = None

    @property
    def old(self) -> str | None:
        """The text it has in the old copy; None where it does not stand there."""
        return None if self.kind in _ONLY_NEW else side(self.spans, "removed")

    @property
    def new(self) -> str | None:
        """The text it has in the new copy; None where it does not stand there."""
        return None if self.kind in _ONLY_OLD else side(self.spans, "added")

    @property
    def is_edited(self) -> bool:
        """Whether words differ: an edited piece, or a moved one that was edited too."""
        edits = any(span.kind != "same" for span in self.spans)
        return edits and self.kind in {PieceKind.EDITED, PieceKind.MOVED_TO}


def side(spans: tuple[Span, ...], kind: SpanKind) -> str:
    """One side of the spans: ``removed`` gives the old text, ``added`` the new one."""
    return "".join(span.text for span in spans if span.kind in {"same", kind})


class Redline(Struct, frozen=True, kw_only=True):
    """Two copies as one. Of a document it is complete and in reading order; of a list it holds the rows that differ."""

    pieces: tuple[Piece, ...]

    def before(self) -> tuple[str, ...]:
        """Clean before: the passages of the old copy, in its order."""
        return tuple(part for piece in self.pieces if piece.old is not None for part in piece.old.split(BORDER))

    def after(self) -> tuple[str, ...]:
        """Clean after: the passages of the new copy, in its order."""
        return tuple(part for piece in self.pieces if piece.new is not None for part in piece.new.split(BORDER))

    def counts(self) -> dict[str, int]:
        """How many passages (fields) were ``edited``, ``added``, ``removed``, ``moved``; those moved and edited count
        under both.
        """
        found = dict.fromkeys(("edited", "added", "removed", "moved"), 0)
        for name in (name for piece in self.pieces for name in _names(piece)):
            found[name] += 1
        return found


def _names(piece: Piece) -> Iterator[str]:
    if piece.is_edited:
        yield "edited"
    if piece.kind is PieceKind.MOVED_TO:
        yield "moved"
    elif piece.kind in {PieceKind.ADDED, PieceKind.REMOVED}:
        yield piece.kind.value
