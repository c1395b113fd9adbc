"""A redline in words: as plain text with marks, and as one HTML file that needs nothing but itself."""

import textwrap
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Literal

from msgspec import Struct

from monitor.compose.environment import html_environment, render
from monitor.compose.hostile import Link, safe_line, safe_link, safe_text
from monitor.compose.wording import DEMO_RIBBON, count
from monitor.model.redline import BORDER, Piece, PieceKind, Redline, Span, SpanKind

View = Literal["redline", "before", "after"]

WIDTH = 80
NEARBY = 2
"""Unchanged passages shown on each side of a change; the others are counted."""

_MARKS = {
    PieceKind.SAME: "",
    PieceKind.EDITED: "EDITED",
    PieceKind.ADDED: "ADDED",
    PieceKind.REMOVED: "REMOVED",
    PieceKind.MOVED_FROM: "MOVED AWAY",
    PieceKind.MOVED_TO: "MOVED HERE",
}
_SIGNS = {
    PieceKind.SAME: "   ",
    PieceKind.EDITED: "~  ",
    PieceKind.ADDED: "+  ",
    PieceKind.REMOVED: "-  ",
    PieceKind.MOVED_FROM: "<  ",
    PieceKind.MOVED_TO: ">  ",
}
_QUOTES: Mapping[SpanKind, tuple[str, str]] = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}


class Caption(Struct, frozen=True, kw_only=True):
    """What stands above a redline: whose two copies these are. All of it may be page text."""

    title: str
    source: str
    official_url: str
    before: str
    after: str
    demo: bool
    notes: tuple[str, ...] = ()


def render_redline_text(redline: Redline, caption: Caption, *, view: View = "redline", everything: bool = False) -> str:
    """In 80 columns, no line break at its end. Removed words stand in ``[-...-]``, added ones in ``{+...+}``.

    The clean views hold every passage, a blank line between two; the redline only what is near a change, unless
    ``everything`` is asked for.
    """
    if view != "redline":
        texts = redline.before() if view == "before" else redline.after()
        shown = "\n\n".join(_folded(safe_text(text), "") for text in texts)
        return f"{DEMO_RIBBON}\n\n{shown}" if caption.demo else shown
    lines = [*_head(redline, caption), ""]
    for row in _rows(redline, everything=everything):
        lines += _row_lines(row)
    if not everything:
        lines += _unchanged(_behind(redline))
    return "\n".join(lines).rstrip()


def render_redline_html(
    redline: Redline, caption: Caption, templates: Mapping[str, str], *, view: View = "redline"
) -> str:
    """One inert file: everything escaped, no script, no outside part, and a policy of its own that forbids both.

    ``templates`` holds ``redline.html`` and ``redline.css``. The reader may switch to both clean copies in it.
    """
    style = templates["redline.css"].strip()
    rows = tuple(_row_view(row) for row in _rows(redline, everything=True))
    page = _Page(
        title=safe_line(caption.title, 200),
        source=safe_line(caption.source, 200),
        official=safe_link(caption.official_url),
        before=safe_line(caption.before, 200),
        after=safe_line(caption.after, 200),
        summary=summary(redline),
        notes=tuple(safe_line(note, 300) for note in caption.notes),
        demo=caption.demo,
        view=view,
        foldable=any(row.far for row in rows),
        rows=rows,
        rest=_told_unchanged(_behind(redline)),
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return render(
        html_environment(templates), "redline.html", r=page, style=style, style_sha256=digest, ribbon=DEMO_RIBBON
    )


def summary(redline: Redline) -> str:
    """``2 edited, 1 added, 0 removed, 3 moved.``"""
    return ", ".join(f"{number:,} {name}" for name, number in redline.counts().items()) + "."


class _Row(Struct, frozen=True):
    """A piece with what a reader needs beside it. ``skipped``: unchanged pieces before it that are not shown."""

    piece: Piece
    path: tuple[str, ...]
    far: bool
    skipped: int
    is_heading: bool


class _SpanView(Struct, frozen=True):
    """A span, its text cut at the borders of passages."""

    kind: SpanKind
    parts: tuple[str, ...]


class _RowView(Struct, frozen=True):
    kind: str
    mark: str
    field: str
    path: str
    unchanged: str
    far: bool
    spans: tuple[_SpanView, ...]


class _Page(Struct, frozen=True, kw_only=True):
    title: str
    source: str
    official: Link | None
    before: str
    after: str
    summary: str
    notes: tuple[str, ...]
    demo: bool
    view: View
    foldable: bool
    rows: tuple[_RowView, ...]
    rest: str


def _rows(redline: Redline, *, everything: bool) -> Iterator[_Row]:
    """The pieces to show; with ``everything`` those far from a change too, marked as such."""
    near = _near(redline.pieces)
    path: tuple[str, ...] = ()
    skipped = 0
    for index, piece in enumerate(redline.pieces):
        far = index not in near
        before_far = skipped
        skipped = skipped + 1 if far else 0
        if far and not everything:
            continue
        below = redline.pieces[index + 1].headings if index + 1 < len(redline.pieces) else ()
        is_heading = not piece.field and below == (*piece.headings, piece.new or piece.old)
        shown = () if is_heading or piece.headings == path else piece.headings
        yield _Row(piece, shown, far, 0 if far else before_far, is_heading)
        path = below if is_heading else piece.headings


def _behind(redline: Redline) -> int:
    """How many unchanged passages stand behind the last one that is shown."""
    return len(redline.pieces) - 1 - max(_near(redline.pieces), default=-1)


def _near(pieces: Sequence[Piece]) -> set[int]:
    changed = (index for index, piece in enumerate(pieces) if piece.kind is not PieceKind.SAME)
    return {near for index in changed for near in range(max(index - NEARBY, 0), min(index + NEARBY + 1, len(pieces)))}


def _row_view(row: _Row) -> _RowView:
    piece = row.piece
    return _RowView(
        kind=f"{piece.kind.value} heading" if row.is_heading else piece.kind.value,
        mark=_mark(piece),
        field=safe_line(piece.field, 80),
        path=_path(row.path),
        unchanged=_told_unchanged(row.skipped),
        far=row.far,
        spans=tuple(_SpanView(span.kind, tuple(_safe_parts(span))) for span in piece.spans),
    )


def _told_unchanged(number: int) -> str:
    return f"{count(number, 'passage')} unchanged" if number else ""


def _safe_parts(span: Span) -> Iterator[str]:
    """The span's text safe to show, the blanks at its ends kept: they part it from its neighbours."""
    for part in span.text.split(BORDER):
        text = safe_text(part)
        blank = " " if text and part[:1].isspace() else ""
        yield f"{blank}{text}{' ' if part[-1:].isspace() else ''}"


def _mark(piece: Piece) -> str:
    mark = _MARKS[piece.kind]
    if piece.move is None:
        return mark
    edited = " AND EDITED" if piece.is_edited else ""
    return f"{mark}{edited} (move {piece.move:,})"


def _path(headings: Sequence[str]) -> str:
    return " > ".join(safe_line(heading, 80) for heading in headings[-3:])


def _head(redline: Redline, caption: Caption) -> Iterator[str]:
    if caption.demo:
        yield from (DEMO_RIBBON, "")
    yield _folded(safe_line(caption.title, 200), "")
    yield _folded(safe_line(caption.source, 200), "")
    official = safe_link(caption.official_url)
    if official:
        yield official.url
    yield _folded(safe_line(caption.before, 200), "Before: ")
    yield _folded(safe_line(caption.after, 200), "After:  ")
    yield _folded(summary(redline), "")
    for note in caption.notes:
        yield _folded(safe_line(note, 300), "")
    yield "Marks: ~ edited, + added, - removed, < moved away, > moved here;"
    yield "       [-words taken out-] {+words put in+}; a new paragraph begins at \N{PILCROW SIGN}"


def _row_lines(row: _Row) -> Iterator[str]:
    yield from _unchanged(row.skipped)
    if row.path:
        yield from (_folded(_path(row.path), "## "), "")
    piece = row.piece
    number = "" if piece.move is None else f"({piece.move}) "
    field = f"{safe_line(piece.field, 80)}: " if piece.field else ""
    marked = piece.kind in {PieceKind.EDITED, PieceKind.MOVED_TO}
    text = "".join(_marked(span) if marked else "".join(_safe_parts(span)) for span in piece.spans)
    lead = "#  " if row.is_heading and piece.kind is PieceKind.SAME else _SIGNS[piece.kind]
    yield _folded(f"{number}{field}{text}", lead)
    yield ""


def _unchanged(number: int) -> Iterator[str]:
    if number:
        yield from (f"   ... {count(number, 'passage')} unchanged ...", "")


def _marked(span: Span) -> str:
    opening, closing = _QUOTES[span.kind]
    text = " \N{PILCROW SIGN} ".join(_safe_parts(span))
    return f"{opening}{text}{closing}"


def _folded(text: str, lead: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False)
