"""Word by word: what one text took out and the other put in, and the quote of it for a digest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.compare.canonical import visible

SpanKind = Literal["same", "removed", "added"]

_TOKENS = re.compile(r"\w+(?:[.,/'\u2019-]\w+)*|\s+|[^\w\s]")
_LONGEST = 2_000_000  # characters of both texts together; beyond it a redline is of no use to a reader
_MOST_CELLS = 10**8  # n * m of the words left after equal ends are cut off: 12 MB of memory
_CONTEXT = 60  # characters of unchanged text shown on each side of an edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text. All but the added spans make up the old text, all but the removed ones the new."""

    kind: SpanKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The words around an edit, before and after; "" on the side where nothing was taken out or put in."""

    removed: str
    added: str


def redline(old: str, new: str) -> tuple[Span, ...]:
    """The spans that lead from ``old`` to ``new``, removed before added. Bounded in time and memory: of texts too long
    to compare by words the whole is removed and added. Spaces are as ``visible`` makes them.
    """
    old, new = visible(old), visible(new)
    if len(old) + len(new) > _LONGEST:
        return tuple(_whole(old, new))
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    return tuple(_joined(_smoothed(_steps(before, after))))


def _whole(old: str, new: str) -> Iterator[Span]:
    if old == new:
        yield Span(kind="same", text=old)
        return
    if old:
        yield Span(kind="removed", text=old)
    if new:
        yield Span(kind="added", text=new)


def _steps(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs (old piece, new piece): equal ones are the same text, the others an edit."""
    head = _equal_ends(before, after, 1)
    tail = _equal_ends(before[head:], after[head:], -1)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    yield from ((word, word) for word in before[:head])
    if len(old) * len(new) > _MOST_CELLS:
        yield "".join(old), "".join(new)
    else:
        yield from _aligned(old, new)
    yield from ((word, word) for word in before[len(before) - tail :])


def _equal_ends(before: Sequence[str], after: Sequence[str], step: int) -> int:
    count = 0
    for one, other in zip(before[::step], after[::step], strict=False):
        if one != other:
            break
        count += 1
    return count


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    from rapidfuzz.distance import Indel  # loads an extension module; most checks never need it

    ids: dict[str, int] = {}
    numbers = [[ids.setdefault(word, len(ids)) for word in words] for words in (old, new)]
    for code in Indel.opcodes(*numbers):
        removed, added = old[code.src_start : code.src_end], new[code.dest_start : code.dest_end]
        if code.tag == "equal":
            yield from ((word, word) for word in removed)
        else:
            yield "".join(removed), "".join(added)


def _smoothed(steps: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """A space between two edits belongs to them: "a slow" for "the quick" is one edit, not two around a space."""
    held: tuple[str, str] | None = None  # an edit that may still grow
    gap = ""
    for old, new in steps:
        if old == new and held and not gap and old.isspace():
            gap = old
        elif old == new:
            yield from _released(held, gap)
            held, gap = None, ""
            yield old, new
        else:
            before, after = held or ("", "")
            held, gap = (before + gap + old, after + gap + new), ""
    yield from _released(held, gap)


def _released(held: tuple[str, str] | None, gap: str) -> Iterator[tuple[str, str]]:
    if held:
        yield held
    if gap:
        yield gap, gap


def _joined(steps: Iterable[tuple[str, str]]) -> Iterator[Span]:
    same: list[str] = []
    for old, new in steps:
        if old == new:
            same.append(old)
            continue
        if same:
            yield Span(kind="same", text="".join(same))
            same = []
        yield from _whole(old, new)
    if same:
        yield Span(kind="same", text="".join(same))


def excerpt(spans: Sequence[Span], limit: int = 300) -> Excerpt:
    """The quotes of a digest card, each at most ``limit`` characters: the edits with the words around them."""
    kinds = {span.kind for span in spans}
    sides: dict[str, list[str]] = {"removed": [], "added": []}
    for index, span in enumerate(spans):
        text = (
            _shortened(span.text, first=index == 0, last=index == len(spans) - 1) if span.kind == "same" else span.text
        )
        for side, parts in sides.items():
            if span.kind in {"same", side}:
                parts.append(text)
    quotes = {side: _cut("".join(parts), limit) if side in kinds else "" for side, parts in sides.items()}
    return Excerpt(removed=quotes["removed"], added=quotes["added"])


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Unchanged text between two edits keeps both its ends, at the start or the end of the whole only the near one."""
    if len(text) <= _CONTEXT * (1 if first or last else 2):
        return text
    head = "" if first else text[:_CONTEXT].rpartition(" ")[0] or text[:_CONTEXT]
    tail = "" if last else text[-_CONTEXT:].partition(" ")[2] or text[-_CONTEXT:]
    return f"{head} … {tail}".strip() if not (first or last) else f"{head} …" if last else f"… {tail}"


def _cut(text: str, limit: int) -> str:
    text = text.strip()
    if len(text) <= limit:
        return text
    room = max(limit - 2, 0)
    return f"{text[:room].rpartition(' ')[0] or text[:room]} …"[:limit]
