"""The cells of a sheet of own tools: each to its value, or to the words that say what is wrong and what to write."""

import re
import unicodedata
from datetime import date

from monitor.assess.fda_numbers import usual_number
from monitor.formats.text import clean
from monitor.model.tool import CLASSES

MAX_CELL = 500

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_CODE = re.compile(r"\d{5}|\d{4}[TUMF]|[A-Z]\d{4}")
_EATEN = re.compile(r"(\d{1,4})([TUMF]?)")
_FLOAT = re.compile(r"(\d{5})\.0+|\d\.\d{1,4}E\+0?4")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMULA = re.compile(r"[=@]|[+-](?!\s*$)")
_LINK_TEXT = re.compile(r'=\s*HYPERLINK\(.*["]([^"]+)"\s*\)', re.IGNORECASE)


class Wrong(ValueError):
    """A cell that cannot be taken; the words say why and what to write."""


def plain_cell(cell: str) -> str:
    """One line of text; the apostrophe by which spreadsheets and our own export mark a text as text is taken off."""
    line = " ".join(clean(cell).split())
    return line[1:] if line[:1] == "'" and line[1:2] in {"=", "+", "-", "@", "'"} | set("0123456789") else line


def refuse_formula(cell: str, column: str) -> None:
    """Raises ``Wrong`` for what a spreadsheet would evaluate, and for a text too long to be kept."""
    link = _LINK_TEXT.match(cell)
    if link:
        raise Wrong(f"is a formula, and none is evaluated; write its text: {link[1][:40]}")
    if _FORMULA.match(cell) and column != "class_basis":
        raise Wrong(f"begins like a formula ({cell[:1]}), and none is evaluated; write the value itself")
    if len(cell) > MAX_CELL:
        raise Wrong(f"has {len(cell):,} characters; at most {MAX_CELL} are kept: shorten it")


def slug(text: str) -> str:
    """``IDx-DR v2.3`` as an id: ``idx-dr-v2-3``; ``tool`` where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "tool"


def read_tool_id(cell: str) -> str:
    """Small letters, digits and dashes. Raises ``Wrong``, as all readers here."""
    if not _ID.fullmatch(cell):
        raise Wrong(f"{cell[:40]!r} is no id; write small letters, digits and dashes, say {slug(cell)}")
    return cell


def read_class(cell: str) -> str:
    """A class of CPT Appendix S, in small letters."""
    if cell.casefold() not in CLASSES:
        raise Wrong(f"{cell[:40]!r} is no class of Appendix S; write {', '.join(CLASSES)}, or leave it empty")
    return cell.casefold()


def read_day(cell: str) -> date:
    """A day as ISO 8601 writes it; no other form, since 3/4 is two different days."""
    try:
        if _ISO.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise Wrong(f"{cell[:40]!r} is no day; write it as 2026-11-23")


def read_fda_number(cell: str) -> str:
    """A submission number in its usual form."""
    number = usual_number(cell)
    if number is None:
        raise Wrong(
            f"{cell[:40]!r} is no FDA submission number; write K, DEN or P with six digits (K240058, DEN180001,"
            " P140011/S008)"
        )
    return number


def read_code(cell: str) -> str:
    """A CPT or HCPCS code; one whose zeros a spreadsheet has eaten is shown with the likely value."""
    code = cell.upper().lstrip("+")
    if _CODE.fullmatch(code):
        return code
    eaten, point = _EATEN.fullmatch(code), _FLOAT.fullmatch(code)
    if point:
        raise Wrong(
            f"{cell[:20]!r} is a number to the spreadsheet; format the column as text and write {float(code):05.0f}"
        )
    if eaten:
        likely = eaten[1].zfill(4 if eaten[2] else 5) + eaten[2]
        raise Wrong(
            f"{cell[:20]!r} is no code; a spreadsheet has eaten its zeros: format the column as text and write"
            f" {likely} if that is meant"
        )
    raise Wrong(f"{cell[:20]!r} is no CPT or HCPCS code; write five digits, or as 0764T, 0376U or G0680")
