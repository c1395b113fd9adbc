"""What is judged: one item's title, text and fields, made from a Difference or from a bare title and text."""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from monitor.model.difference import Act, Difference, Weight
from monitor.model.snapshot import Passage, Record

QUOTE_CHARS = 300
"""The longest quote in a reason."""

# A field of a row ends as a sentence does: "; abstract: ..." begins another one.
# Both begin with a set of signs, so that a search flies over everything else.
_FIELD = r"\s(?=[A-Za-z]\w*(?:[ _]\w+){0,5}: )"
_SENTENCE_ENDS = re.compile(rf"[.!?\n;](?:(?<=[.!?])\s+|(?<=\n)\n*|(?<=;){_FIELD})")
_STOP = re.compile(rf"[.!?\n;](?:(?<=[.!?])(?=\s)|(?<=\n)|(?<=;)(?={_FIELD}))")
_BLANK = re.compile(r"\s")
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_TITLE_FIELDS = ("title", "device", "name", "text")
_VOLATILE_FIELDS = frozenset(
    {"url", "updatedonsort", "lastupdatedsort", "htmlurl", "pdfurl", "link", "jsonurl", "texturl"}
)


class Item(Struct, frozen=True, kw_only=True):
    """One row, passage or document to judge. ``text`` begins with ``title``; quotes are cut from ``text``.

    ``fields`` are keyed by ``field_name`` (lower case, letters and digits only). ``before`` holds the old values of a
    changed row. ``act`` is None when the item is judged by itself and not as part of a change.
    """

    title: str
    text: str
    source_id: str
    key: str | None = None
    act: Act | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)

    def value(self, *names: str) -> str:
        """The first non-empty field of these names, or ""."""
        if self.fields:
            for name in names:
                if value := self.fields.get(name):
                    return value
        return ""


def field_name(name: str) -> str:
    """A column name without case, blanks and signs: ``Primary Product Code `` -> ``primaryproductcode``."""
    return _NOT_NAME.sub("", name.lower())


def item_from_text(title: str, text: str, source_id: str) -> Item:
    """An item of running text; rows written out as ``Name: value; Name: value`` get their fields back."""
    whole = text if text.startswith(title) else f"{title}\n{text}"
    return Item(title=title, text=whole, source_id=source_id, fields=_written_fields(whole, source_id))


_WRITTEN_ROW = re.compile(
    r"Submission Number:?\s+(?P<submissionnumber>[A-Z]+\d+(?:/S\d+)?);\s*Device:\s*(?P<device>.*?);\s*"
    r"Company:\s*(?P<company>.*?);\s*Panel \(Lead\):\s*(?P<panellead>[^;]*);\s*"
    r"Primary Product Code:\s*(?P<primaryproductcode>\w{3})\b",
    re.DOTALL,
)
_NUMBER = re.compile(r"\b(?:K|DEN|P|H)\d{5,6}(?:/S\d+)?\b")
_CELL = re.compile(r"[;|\n\t]")
_LABELLED = re.compile(r"\s*(?P<name>Device(?: Name)?|Company|Panel(?: \(Lead\))?)\s*:?\s+(?P<value>.+)")
_PRODUCT_CODE = re.compile(r"\b[Pp]roduct [Cc]ode\s*:?\s+([A-Z]{3})\b")
_CODE_CELL = re.compile(r"\s*([A-Z]{3})[\s.]*")
_ROW_CHARS = 2_000


def _written_fields(text: str, source_id: str) -> dict[str, str]:
    """The fields of a row of FDA's list that was written out as text: in the list's own order, or in any other."""
    head = text[:_ROW_CHARS]
    if "Submission Number" in head and (match := _WRITTEN_ROW.search(head)):
        return dict(match.groupdict())
    return _fields_of_cells(head) if source_id == "fda.ai-devices" else {}


def _fields_of_cells(head: str) -> dict[str, str]:
    """A cell of three capitals is the product code where none is labelled; without a code or number it is no row."""
    number = _NUMBER.search(head)
    if number is None:
        return {}
    cells = _CELL.split(head)
    code = _PRODUCT_CODE.search(head) or next(filter(None, map(_CODE_CELL.fullmatch, cells)), None)
    if code is None:
        return {}
    fields = {field_name(match["name"]): match["value"].strip() for match in map(_LABELLED.fullmatch, cells) if match}
    return {**fields, "submissionnumber": number.group(), "primaryproductcode": code[1]}


def item_from_difference(difference: Difference, source_id: str) -> Item:
    """The item a Difference is about: as it is now, or as it was when it was removed."""
    current = difference.after if difference.act is not Act.REMOVED else difference.before
    current = current or difference.after or difference.before
    if isinstance(current, Record):
        return _from_record(difference, current, source_id)
    return _from_passage(difference, current, source_id)


def _from_record(difference: Difference, record: Record, source_id: str) -> Item:
    fields = {field_name(name): value for name, value in record.fields.items()}
    title = next((fields[name] for name in _TITLE_FIELDS if fields.get(name)), record.label)
    rest = "; ".join(f"{n}: {v}" for n, v in record.fields.items() if v and field_name(n) not in _VOLATILE_FIELDS)
    text = f"{title}\n{rest}" if rest else title
    gone = [change.old for change in difference.fields if change.weight is Weight.MATERIAL and change.old]
    before: dict[str, str] = {}
    if isinstance(difference.before, Record):
        before = {field_name(name): value for name, value in difference.before.fields.items()}
    return Item(
        title=title,
        text="\n".join((text, *gone)),
        source_id=source_id,
        key=difference.key,
        act=difference.act,
        fields=fields,
        before=before if difference.act is Act.MODIFIED else {},
    )


def _from_passage(difference: Difference, passage: Passage | None, source_id: str) -> Item:
    title = " > ".join(passage.headings) if passage else difference.label
    text = passage.text if passage else ""
    old = difference.before.text if isinstance(difference.before, Passage) and difference.act is Act.MODIFIED else ""
    return Item(
        title=title,
        text="\n".join(part for part in (title, text, old) if part),
        source_id=source_id,
        key=difference.key,
        act=difference.act,
    )


def cut_quote(text: str, start: int, end: int) -> str:
    """The sentence around ``text[start:end]``, cut at words to at most ``QUOTE_CHARS`` characters; always a copy."""
    spare = max(0, QUOTE_CHARS - (end - start))
    low = max(0, start - spare // 2)
    for ended in _SENTENCE_ENDS.finditer(text, low, start):
        low = ended.end()
    high = min(len(text), low + QUOTE_CHARS)
    stop = _STOP.search(text, end, high)
    if stop:
        high = stop.start() if stop[0] == ";" else stop.end()
    if low and low < start and text[low - 1].isalnum() and text[low].isalnum():
        blank = _BLANK.search(text, low, start)
        low = blank.end() if blank else start
    if high < len(text) and text[high - 1].isalnum() and text[high].isalnum():
        cut = text.rfind(" ", end, high)
        high = cut if cut > 0 else high
    return text[low:high].strip()[:QUOTE_CHARS]
