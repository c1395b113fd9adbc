"""What a body is, by its first bytes rather than by what the server calls it."""

import re
from enum import StrEnum
from typing import Final

from monitor.formats.text import decode


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    XML = "xml"
    HTML = "html"
    JSON = "json"
    FEED = "feed"
    PDF = "pdf"
    ZIP = "zip"
    UNKNOWN = "unknown"


_HEAD: Final = 16_384
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_HTML_ROOT: Final = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_PROLOGUE: Final = re.compile(r"\s+|<\?[^>]*+>|<!doctype[^>\[]*+(?:\[[^\]]*+\])?[^>]*+>", re.IGNORECASE)
_ROOT: Final = re.compile(r"<([A-Za-z_][\w.:-]{0,80})")
_FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf:rdf"})
_HTML_NAMES: Final = (
    "a article b body br button center div font footer form h1 h2 h3 h4 head header hr i iframe img input li link main"
    " meta nav noscript ol p pre script section span strong style table tbody td th title tr ul"
)
_HTML_TAGS: Final = frozenset(_HTML_NAMES.split())
_DELIMITERS: Final = re.compile(r"[,;\t|]")


def sniff(body: bytes, media_type: str | None) -> Form:
    """The form of a body. ``media_type`` only settles what the bytes leave open: plain text without a delimiter."""
    return _by_magic(body) or _by_text(decode(body[:_HEAD], None).lstrip(), media_type or "")


def is_pdf(body: bytes) -> bool:
    """Whether the body begins as a PDF document does; readers forgive some bytes before the mark."""
    return b"%PDF-" in body[:1024]


def _by_magic(body: bytes) -> Form | None:
    if is_pdf(body):
        return Form.PDF
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Form.XLSX if b"xl/workbook" in body else Form.ZIP
    if b"\x00" in body[:_HEAD] and not body.startswith(_WIDE_MARKS):
        return Form.UNKNOWN
    return None


def _by_text(head: str, media_type: str) -> Form:
    if head.startswith("<"):
        return _markup(head)
    if head.startswith(("{", "[")):
        return Form.JSON
    if _HTML_ROOT.search(head):
        return Form.HTML
    first_line = head.split("\n", 1)[0]
    if first_line and ("csv" in media_type or _DELIMITERS.search(first_line)) and _printable(head):
        return Form.CSV
    return Form.UNKNOWN


def _markup(head: str) -> Form:
    root = _root(head)
    if root in _FEED_ROOTS:
        return Form.FEED
    if root == "html" or root in _HTML_TAGS or _HTML_ROOT.search(head):
        return Form.HTML
    return Form.XML if root or head.startswith("<?xml") else Form.HTML


def _root(head: str) -> str | None:
    """The first element's name in lower case, past declarations and comments."""
    position = 0
    while position < len(head):
        if head.startswith("<!--", position):
            end = head.find("-->", position)
            if end < 0:
                return None
            position = end + 3
        elif skipped := _PROLOGUE.match(head, position):
            position = skipped.end()
        else:
            break
    found = _ROOT.match(head, position)
    return found[1].lower() if found else None


def _printable(head: str) -> bool:
    """Whether it is text at all: next to no control characters (damaged C1 letters aside)."""
    odd = sum(1 for char in head if char < " " and char not in "\t\r\n\f\v")
    return odd * 100 <= len(head)
