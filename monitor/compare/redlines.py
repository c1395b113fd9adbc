"""Two copies as one redline: a document whole, of a list the rows that differ, field by field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitor.compare.canonical import visible
from monitor.compare.leftovers import Match
from monitor.compare.matching import Stand, match_passages
from monitor.compare.passages import joined
from monitor.model.difference import Act, Difference, FieldChange
from monitor.model.redline import BORDER, Piece, PieceKind, Redline, Span, SpanKind
from monitor.model.snapshot import Passage, Record, Snapshot
from monitor.redline.words import redline


def redline_passages(before: Snapshot, after: Snapshot) -> Redline:
    """The whole document. ``before()`` and ``after()`` of it are the visible texts of both copies, passage by passage.

    Texts are as ``visible`` makes them, so another spelling of white space leaves no trace.
    """
    old, new = before.passages, after.passages
    moves = _MoveNumbers()
    return Redline(
        pieces=tuple(_piece(match, stand, old, new, moves) for match, stand in match_passages(old, new)),
    )


def redline_differences(differences: Iterable[Difference]) -> Redline:
    """The differences alone, without what stands unchanged around them; the only form there is for records."""
    return Redline(pieces=tuple(piece for one in differences for piece in _pieces_of(one)))


class _MoveNumbers:
    """One number for each block that moved as a whole: passages that follow each other here and there."""

    def __init__(self) -> None:
        self._numbers: dict[Match, int] = {}
        self._by_end: dict[tuple[int, int], int] = {}
        self._count = 0

    def of(self, match: Match) -> int | None:
        if not match.moved:
            return None
        if match not in self._numbers:
            self._numbers[match] = self._by_end.get((match.old.start, match.new.start)) or self._next()
            self._by_end[match.old.stop, match.new.stop] = self._numbers[match]
        return self._numbers[match]

    def _next(self) -> int:
        self._count += 1
        return self._count


def _piece(match: Match, stand: Stand, old: Sequence[Passage], new: Sequence[Passage], moves: _MoveNumbers) -> Piece:
    before, after = joined(old, match.old), joined(new, match.new)
    number = moves.of(match)
    if stand == "old" and before is not None:
        kind = PieceKind.REMOVED if number is None else PieceKind.MOVED_FROM
        return Piece(kind=kind, spans=_spans(before, match.old, "removed"), headings=before.headings, move=number)
    assert after is not None  # noqa: S101 - what does not stand in the old document stands in the new one
    if before is None:
        return Piece(kind=PieceKind.ADDED, spans=_spans(after, match.new, "added"), headings=after.headings)
    if number is not None:
        return Piece(kind=PieceKind.MOVED_TO, spans=_edits(match, before, after), headings=after.headings, move=number)
    spans = _edits(match, before, after)
    kind = PieceKind.EDITED if any(span.kind != "same" for span in spans) else PieceKind.SAME
    return Piece(kind=kind, spans=spans, headings=after.headings)


def _spans(passage: Passage, places: range, kind: SpanKind) -> tuple[Span, ...]:
    return (Span(kind=kind, text=_shown(passage.text, places)),)


def _edits(match: Match, before: Passage, after: Passage) -> tuple[Span, ...]:
    if before.text == after.text and not match.is_regrouped:
        return (Span(kind="same", text=visible(after.text)),)
    return redline(*(_shown(one.text, places) for one, places in ((before, match.old), (after, match.new))))


def _shown(text: str, places: range) -> str:
    """The visible text; of passages taken together it is that already, and their borders stay."""
    return text if len(places) > 1 else visible(text)


_ONE_SIDED: Mapping[Act, tuple[PieceKind, SpanKind]] = {
    Act.ADDED: (PieceKind.ADDED, "added"),
    Act.REMOVED: (PieceKind.REMOVED, "removed"),
    Act.MOVED: (PieceKind.SAME, "same"),
}


def _pieces_of(one: Difference) -> Iterator[Piece]:
    item = one.after or one.before
    if one.fields:
        headings = item.headings if isinstance(item, Passage) else _name(one)
        yield from (_field_piece(edit, headings, is_passage=isinstance(item, Passage)) for edit in one.fields)
        return
    kind, span = _ONE_SIDED.get(one.act, _ONE_SIDED[Act.MOVED])
    if isinstance(item, Passage):
        yield Piece(kind=kind, spans=(Span(kind=span, text=_lines(item.text)),), headings=item.headings)
    elif isinstance(item, Record):
        filled = ((name, visible(value)) for name, value in item.fields.items())
        for name, value in filled:
            if value:
                yield Piece(kind=kind, spans=(Span(kind=span, text=value),), headings=_name(one), field=name)


def _field_piece(edit: FieldChange, headings: tuple[str, ...], *, is_passage: bool) -> Piece:
    name = "" if is_passage and edit.name == "text" else edit.name
    return Piece(
        kind=PieceKind.EDITED, spans=redline(_lines(edit.old), _lines(edit.new)), headings=headings, field=name
    )


def _lines(text: str) -> str:
    """The visible text line by line: a line break in a stored edit parts passages that were split or merged."""
    return BORDER.join(filter(None, map(visible, text.split(BORDER))))


def _name(one: Difference) -> tuple[str, ...]:
    return (one.label if one.key in one.label else f"{one.key} {one.label}".strip(),)
