"""The short quote of an edit: the changed words on both sides, with the words around them."""

from collections.abc import Sequence

from msgspec import Struct

from monitor.model.redline import Span, SpanKind

_MORE = "..."
_CONTEXT = 60  # characters of unchanged text shown on each side of an edit, where the limit leaves room for them
_LEAST_CONTEXT = 12


class Excerpt(Struct, frozen=True, kw_only=True):
    """Both sides around the edits; "" for a side that holds nothing at all."""

    old: str
    new: str


def excerpt(spans: Sequence[Span], limit: int) -> Excerpt:
    """Each side at most ``limit`` characters. What both share is cut to a few words around each edit, marked ``...``;
    where the limit is too small for all edits the first ones are quoted.
    """
    return Excerpt(old=_quote(spans, "removed", limit), new=_quote(spans, "added", limit))


def fits_whole(text: str, limit: int) -> bool:
    """Whether a side of this text is quoted as it is, wherever the edits in it lie."""
    return len(text) <= _context(limit)


def _context(limit: int) -> int:
    """How many characters of unchanged text may stand on one side of an edit."""
    return max(min(_CONTEXT, limit // 5), min(_LEAST_CONTEXT, limit // 3))


def _quote(spans: Sequence[Span], side: SpanKind, limit: int) -> str:
    context = _context(limit)
    last = len(spans) - 1
    parts: list[str] = []
    length = 0
    for index, span in enumerate(spans):
        if span.kind not in {"same", side}:
            continue
        edits_around = (index > 0, index < last)
        text = _shortened(span.text, context, *edits_around) if span.kind == "same" else span.text
        parts.append(text)
        length += len(text)
        if length > 2 * limit:
            break
    return _cut("".join(parts).strip(), limit)


def _shortened(text: str, context: int, after_edit: bool, before_edit: bool) -> str:
    """Unchanged text keeps the end that touches an edit; between two edits it keeps both its ends."""
    if len(text) <= context * (after_edit + before_edit) + len(_MORE) + 2:
        return text
    head = f"{_head(text, context)} " if after_edit else ""
    tail = f" {_tail(text, context)}" if before_edit else ""
    return f"{head}{_MORE}{tail}"


def _head(text: str, length: int) -> str:
    return text[:length].rpartition(" ")[0] or text[:length]


def _tail(text: str, length: int) -> str:
    return text[-length:].partition(" ")[2] or text[-length:]


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    room = max(limit - len(_MORE), 0)
    return f"{_head(text, room).rstrip()}{_MORE}"[:limit]
