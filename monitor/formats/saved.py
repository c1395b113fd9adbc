"""A page as browsers save it: the page itself, and where it was saved from.

Chrome and its kin write a comment ``saved from url=(0042)https://...`` above the page, or one MHTML file (RFC 2557,
multipart/related) with the page as its root; the SingleFile extension writes its own comment; Firefox says nothing.
A file in any other form (PDF, CSV, XLSX, JSON) is the document itself.
"""

import binascii
import quopri
import re
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final

from msgspec import Struct

from monitor.formats.html import absolute_url
from monitor.model.errors import Unreadable

_HEAD: Final = 4_096
_MAX_PARTS: Final = 2_000
_MHTML: Final = re.compile(
    rb"(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE
)
_SAVED_FROM: Final = re.compile(rb"<!--\s*saved from url=\((\d{1,4})\)(\S{1,4000})")
_SINGLE_FILE: Final = re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S{1,4000})", re.IGNORECASE)
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})


class Saved(Struct, frozen=True, kw_only=True):
    """The document inside a saved file; ``url``: the web address it says it was saved from."""

    body: bytes
    url: str | None = None
    charset: str | None = None


def unwrap(file: bytes) -> Saved:
    """The document in ``file``. Raises ``Unreadable`` (``bad-mhtml``) for an MHTML file without a page in it."""
    if _MHTML.match(file[:_HEAD].lstrip()):
        return _mhtml(file.lstrip())
    return Saved(body=file, url=_saved_from(file[:_HEAD]))


def _saved_from(head: bytes) -> str | None:
    comment = _SAVED_FROM.search(head)
    if comment is not None:
        return _web(comment[2][: int(comment[1])])
    single = _SINGLE_FILE.search(head)
    return _web(single[1]) if single else None


def _web(address: bytes | str | None) -> str | None:
    text = address.decode("utf-8", "replace") if isinstance(address, bytes) else address or ""
    return absolute_url(text, "")


def _mhtml(file: bytes) -> Saved:
    """The root of the MHTML file: the part saved from the address the file names, else its first page.

    The parts are cut at their boundary and never parsed into one another: nesting is the sender's to choose.
    """
    head, _, rest = _cut(file)
    boundary = head.get_boundary()
    if not boundary:
        raise Unreadable("bad-mhtml", "The MHTML file does not say where its parts begin; save the page again.")
    border = rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(?:--)?[ \t]*(?:\r?\n|$)"
    parts = re.split(border, rest, maxsplit=_MAX_PARTS)[1:]
    url = _web(head.get("Snapshot-Content-Location"))
    pages = [(part, body) for part, _, body in map(_cut, parts) if part.get_content_type() in _PAGES]
    if not pages:
        raise Unreadable("bad-mhtml", "The MHTML file holds no web page; save the page again.")
    part, body = next(((p, b) for p, b in pages if url and _web(p.get("Content-Location")) == url), pages[0])
    return Saved(
        body=_decoded(body, str(part.get("Content-Transfer-Encoding", ""))),
        url=url or _web(part.get("Content-Location")),
        charset=part.get_content_charset(),
    )


def _cut(part: bytes) -> tuple[Message, bytes, bytes]:
    """Header, the blank line, and what follows it."""
    head, blank, body = part.partition(b"\r\n\r\n")
    if not blank or b"\n\n" in head:
        head, blank, body = part.partition(b"\n\n")
    return BytesHeaderParser().parsebytes(head[: 16 * _HEAD]), blank, body


def _decoded(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "quoted-printable":
            return quopri.decodestring(body)
        case "base64":
            try:
                return binascii.a2b_base64(body)
            except binascii.Error as fault:
                raise Unreadable("bad-mhtml", "The page in the MHTML file is damaged; save the page again.") from fault
        case _:
            return body
