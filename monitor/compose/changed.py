"""What a Change took away, added or altered, in the few quoted lines a card has room for."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from monitor.compose.hostile import cut, safe_line, safe_text
from monitor.compose.wording import count, plural
from monitor.model.assessment import Assessment
from monitor.model.difference import Act, Change, Difference, FieldChange, Weight
from monitor.model.snapshot import Passage, Record
from monitor.redline.excerpt import excerpt, fits_whole
from monitor.redline.words import redline

QUOTED_LIMIT = 300
"""Characters of page text behind one mark; a card quotes at most twice that in all."""

_ROW_LIMIT = 5
_FIELD_LIMIT = 3
_PASSAGE_LIMIT = 3
_TELLING = 3  # a value this short may stand in a name by chance: the 1 of a version in a document number


class Line(Struct, frozen=True, kw_only=True):
    """One line of "What changed": a mark in words, then a quotation or a count with its rows."""

    mark: str
    text: str
    quoted: bool = False
    where: str = ""
    rows: tuple[str, ...] = ()
    more: str = ""


def what_changed(
    change: Change, assessment: Assessment, noun: str, *, quoted_limit: int = QUOTED_LIMIT
) -> tuple[Line, ...]:
    """The lines for a card, items named in the reasons first; a mark holds at most ``quoted_limit`` characters."""
    ordered = by_relevance(change.differences, assessment)
    prose = [d for d in ordered if isinstance(d.after or d.before, Passage)]
    lists = [d for d in ordered if not isinstance(d.after or d.before, Passage)]
    return (*_prose_lines(prose, quoted_limit), *_list_lines(lists, noun, quoted_limit))


def by_relevance(differences: Iterable[Difference], assessment: Assessment) -> list[Difference]:
    """Those named in a reason first, the gravest reason leading; then material before editorial; then as published."""
    ranks: dict[str, int] = {}
    for reason in assessment.reasons:
        if reason.key is not None:
            ranks[reason.key] = max(ranks.get(reason.key, -1), reason.level.rank)
    return sorted(differences, key=lambda d: (-ranks.get(d.key, -1), d.weight is Weight.EDITORIAL))


def excerpts(old: str, new: str, limit: int) -> tuple[str, str]:
    """The two texts around the words that differ, at most ``limit`` characters each.

    What both share is cut to a few words around each edit, marked with ``...``.
    """
    old, new = " ".join(old.split()), " ".join(new.split())
    if not (fits_whole(old, limit) and fits_whole(new, limit)):
        quotes = excerpt(redline(old, new), limit)
        old, new = quotes.old, quotes.new
    return safe_line(old, limit), safe_line(new, limit)


def item_line(difference: Difference, limit: int) -> str:
    """One item as a row: its id and name, and for an edit the fields as ``panel: "Old" -> "New"``."""
    name = _card_name(difference, limit)
    if difference.act is not Act.MODIFIED:
        return name
    return cut(f"{_card_name(difference, limit // 2)} - {field_edits(difference.fields, limit)}", limit)


def field_edits(fields: Sequence[FieldChange], limit: int) -> str:
    """The edited fields, material ones first, the values cut to the words around what differs."""
    ordered = sorted(fields, key=lambda f: f.weight is Weight.EDITORIAL)
    each = max(limit // (2 * min(len(ordered), _FIELD_LIMIT) or 1) - 10, 16)
    shown = [_field_edit(f, each) for f in ordered[:_FIELD_LIMIT]]
    hidden = len(ordered) - len(shown)
    return "; ".join(shown) + (f" and {count(hidden, 'more field')}" if hidden else "")


def _field_edit(edit: FieldChange, limit: int) -> str:
    old, new = excerpts(edit.old, edit.new, limit)
    note = " (spelling only)" if edit.weight is Weight.EDITORIAL else ""
    return f"{_field_name(edit.name)}: {_value(old)} -> {_value(new)}{note}"


def _field_name(name: str) -> str:
    """A publisher's column name in words: ``effective_date`` is read as ``effective date``."""
    return safe_line(name.replace("_", " "), 40)


def _value(text: str) -> str:
    return f'"{text}"' if text else "(empty)"


def _prose_lines(differences: Sequence[Difference], limit: int) -> list[Line]:
    lines: list[Line] = []
    room = {"REMOVED": limit, "ADDED": limit}
    quoted = 0
    for difference in (d for d in differences if d.act is not Act.MOVED):
        fresh = _quotations(difference, room)
        if not fresh or quoted == _PASSAGE_LIMIT:
            break
        lines += fresh
        quoted += 1
        for line in fresh:
            room[line.mark] -= len(line.text) + len(line.where)
    hidden = len(differences) - quoted
    if lines and hidden:
        lines[-1] = replace(lines[-1], more=f"and {count(hidden, 'more passage')}")
    elif hidden:
        lines.append(Line(mark="MOVED", text=f"{count(hidden, 'passage')}, wording unchanged"))
    return lines


def _quotations(difference: Difference, room: dict[str, int]) -> list[Line]:
    """The REMOVED and ADDED lines of one passage; none when the room left is too small for a meaningful quotation."""
    texts = _passage_texts(difference)
    if any(room[mark] < min(len(text), 60) for mark, text in texts.items()):
        return []
    where = _where(difference)
    return [Line(mark=m, text=cut(t, room[m]), quoted=True, where=where) for m, t in texts.items()]


def _passage_texts(difference: Difference) -> dict[str, str]:
    if difference.act is Act.MODIFIED and difference.fields:
        edit = difference.fields[0]
        old, new = excerpts(edit.old, edit.new, QUOTED_LIMIT)
        return {mark: text for mark, text in (("REMOVED", old), ("ADDED", new)) if text}
    passage = difference.after if difference.act is Act.ADDED else difference.before
    text = safe_line(passage.text, QUOTED_LIMIT) if isinstance(passage, Passage) else ""
    return {"ADDED" if difference.act is Act.ADDED else "REMOVED": text or difference.label}


def _where(difference: Difference) -> str:
    passage = difference.after or difference.before
    headings = passage.headings if isinstance(passage, Passage) else ()
    where = safe_line(headings[-1], 80) if headings else ""
    return f"{where} (moved here)".strip() if difference.has_moved and difference.fields else where


_LIST_MARKS = {Act.REMOVED: "REMOVED", Act.ADDED: "ADDED", Act.MODIFIED: "CHANGED", Act.MOVED: "MOVED"}


def _list_lines(differences: Sequence[Difference], noun: str, limit: int) -> list[Line]:
    acts = [act for act in _LIST_MARKS if any(d.act is act for d in differences)]
    room = 2 * limit // max(len(acts), 2)
    return [_list_line(act, [d for d in differences if d.act is act], noun, room) for act in acts]


def _list_line(act: Act, differences: Sequence[Difference], noun: str, room: int) -> Line:
    mark = _LIST_MARKS[act]
    if len(differences) == 1:
        return Line(mark=mark, text=_single(differences[0], room))
    rows = _fitting([item_line(d, room // 2) for d in differences[:_ROW_LIMIT]], room)
    hidden = len(differences) - len(rows)
    more = f"and {count(hidden, 'more row')}" if hidden else ""
    return Line(mark=mark, text=f"{len(differences):,} {plural(noun)}", rows=rows, more=more)


def _fitting(rows: Sequence[str], room: int) -> tuple[str, ...]:
    kept: list[str] = []
    for row in rows:
        room -= len(row)
        if kept and room < 0:
            break
        kept.append(row)
    return tuple(kept)


def _single(difference: Difference, room: int) -> str:
    """The only item of its kind has room for its first fields."""
    record = difference.after or difference.before
    line = item_line(difference, room)
    if difference.act is Act.MODIFIED or not isinstance(record, Record):
        return line
    said = safe_text(f"{difference.key} {difference.label}").casefold()
    for name, value in list(record.fields.items())[:8]:
        text = _shown(value)
        repeats = len(text) > _TELLING and _shown(value, 8 * room).casefold() in said
        if text and not repeats and len(line) + len(name) + len(text) + 4 <= room:
            line += f"; {_field_name(name)}: {text}"
            said += f" {text.casefold()}"
    return line


def _shown(value: str, limit: int = 60) -> str:
    """A value inside a line of them: without a full stop of its own."""
    return safe_line(value if value.endswith("..") else value.removesuffix("."), limit)


def _card_name(difference: Difference, limit: int) -> str:
    """As ``item_name``, but an address only where there is no name: a card has its link, and little room."""
    label = safe_line(difference.label, limit)
    return label if label and "://" in difference.key else item_name(difference, limit)


def item_name(difference: Difference, limit: int) -> str:
    """The regulator's id and the name, the id only once."""
    key, label = safe_text(difference.key[:200]), safe_text(difference.label[: limit * 8])
    return cut(label if key in label or key.startswith("§") else f"{key} {label}".strip(), limit)
