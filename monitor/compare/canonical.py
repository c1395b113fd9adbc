"""Two ways of looking at a text, and the byte form of a snapshot that does not depend on how it was published.

``visible`` answers "does it differ at all in a way worth keeping?", ``fold`` answers "can the meaning differ?".
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from monitor.model.ids import Sha256
from monitor.model.snapshot import Passage, Record, Snapshot

# Lists are published with Windows-1252 bytes taken for Latin-1, so that a trade mark sign arrives as U+0099.
_C1_AS_CP1252 = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
# Dropped before NFKC, which would turn the signs into the letters "TM" and "SM".
_MARKS = str.maketrans("", "", "™®©℠")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LINE_ENDS = re.compile(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SPACES = str.maketrans(dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "))
# Soft hyphen, zero-width characters, marks of writing direction and of byte order: nobody sees them.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+")
# Letters, digits, signs that carry meaning, accents that stand alone.
_KEPT = r"\w<>=≤≥≠±%$€£\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_SHORT = 200  # characters of a text worth remembering; longer ones would fill the memory
_POINT, _BREAK = "\x01", "\x02"  # hold the place of a break between digits while the rest is dropped
_BREAKS = re.compile(rf"(?<=\d)[^{_KEPT}]+(?=\d)")
_DROPPED = re.compile(rf"[^{_KEPT}{_POINT}{_BREAK}]+")
_CLEARED = str.maketrans({"_": " ", _POINT: None, _BREAK: None})  # the underscore passes for a letter in ``\w``


def visible(text: str) -> str:
    """What a reader sees: NFC, single plain spaces, no zero-width or soft-hyphen characters, ends stripped.

    Idempotent. Two passages that are equal here are the same passage.
    """
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text
    return " ".join(_plain(text).split())


def spelling(text: str) -> str:
    """As ``visible``, but a run of plain spaces keeps its length: a list's publisher mends doubled spaces, and that
    edit is kept as an editorial one. A line break inside a cell is one space, however it was written. Idempotent.
    """
    spelled = " ".join(part for line in _LINE_ENDS.split(_plain(text)) if (part := line.strip()))
    return spelled.translate(_SPACES) if not spelled.isascii() else spelled


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def fold(text: str) -> str:
    """The letters and digits alone, in one case: equal folds mean an editorial edit (case, spaces, encoding, marks).

    Accents are kept, and so is what changes a meaning without a letter: signs such as < ≥ % $, and a break between two
    digits (a point as itself, anything else as a space), because 1.5 and 15, or 1/12 and 11/2, are not the same. A
    thousands comma is dropped. Idempotent.
    """
    return _remembered(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return _letters_and_digits(text.lower())
    folded = text
    for _ in range(6):  # each step can lay bare work for the next (casefold decomposes, dropping brings marks together)
        previous, folded = folded, _fold_once(folded)
        if folded == previous:
            break
    return folded


_remembered = lru_cache(maxsize=2048)(_folded)
"""The fields of a row that changed are looked at from several sides."""


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.translate(_C1_AS_CP1252)).translate(_MARKS))
    return _letters_and_digits(unicodedata.normalize("NFKC", text.casefold()))


def _letters_and_digits(text: str) -> str:
    text = _THOUSANDS.sub("", text.translate(_CLEARED))
    text = _BREAKS.sub(lambda run: _POINT if run[0] == "." else _BREAK, text)
    return _DROPPED.sub("", text).replace(_POINT, ".").replace(_BREAK, " ")


def canonical_bytes(snapshot: Snapshot) -> bytes:
    """The content alone as UTF-8 JSON: records by key whatever their order, passages in order.

    Independent of the form (csv, xlsx, xml, html), of the order of rows and fields, and of the extractor. Two snapshots
    with the same bytes have no differences.
    """
    rows = sorted((record.key, _filled(record.fields, spelling)) for record in snapshot.records)
    content = {"passages": [visible(passage.text) for passage in snapshot.passages], "records": rows}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(
        "utf-8", "surrogatepass"
    )


def content_sha256(snapshot: Snapshot) -> Sha256:
    """The digest of ``canonical_bytes``."""
    return Sha256(hashlib.sha256(canonical_bytes(snapshot)).hexdigest())


def item_sha256(item: Record | Passage) -> Sha256:
    """The digest of one item's folded content: the same before an edit and after it was taken back, however spelled."""
    if isinstance(item, Record):
        content = json.dumps([item.key, _filled(item.fields, fold)], sort_keys=True)
    else:
        content = json.dumps(fold(item.text))
    return Sha256(hashlib.sha256(content.encode()).hexdigest())


def _filled(fields: Mapping[str, str], form: Callable[[str], str]) -> dict[str, str]:
    """The fields that hold anything, in one form: an absent field and an empty one are the same."""
    return {name: value for name, raw in fields.items() if (value := form(raw))}
