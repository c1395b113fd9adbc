"""A first look at a body, cheap and safe on any bytes: its form, its title, its few words, whether it is whole.

Nothing here parses: that is for the formats. Only the first 64 kB and the last 4 kB are ever read as text.
"""

import html
import re
from urllib.parse import urlsplit

from msgspec import Struct

from monitor.compare.canonical import visible
from monitor.model.capture import Capture

_HEAD, _TAIL = 65_536, 4_096
MANY_WORDS = 1_500
"""Characters of readable text: a page with more is no notice of a fault or refusal, and no more of it is looked at."""
_FEW_TAGS = 6_000  # characters of markup; of nearly every real page these hold as much text as that
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "compressed"),
    (b"\x28\xb5\x2f\xfd", "compressed"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"\xff\xd8\xff", "image"),
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|script|div|table|p|h1|main|section|ul|span)\b")
_XML = re.compile(r"<(?:\?xml|rss|feed|rdf:rdf|[a-z_][\w.-]*(?:[\s>/:]))")
_TITLE = re.compile(r"<title[^<>]*>([^<]*)")
_TAG = re.compile(r"<[^<>]*>")
_ODD_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r\f\x1a")
_MUST_CLOSE = ("table", "script", "ul", "ol", "select")


class Look(Struct, frozen=True, kw_only=True):
    """What the first look showed. Texts are lower case with plain quotes and spaces.

    ``form``: html, xml, json, text, pdf, zip, ole, image, compressed, binary or empty. ``words``: the readable text
    when the page is small enough to be looked at whole, else None; of a long text the first ``MANY_WORDS`` characters
    and more. ``url``: where we ended, ``asked``: where we wanted
    to go.
    """

    url: str
    asked: str
    form: str
    head: str
    title: str
    heading: str
    words: str | None
    size: int

    @property
    def host(self) -> str:
        """The host we asked, to name it in a sentence."""
        return host_of(self.asked)


def look_at(capture: Capture) -> Look:
    """Looks at a response; never fails, whatever the bytes."""
    head = _text(capture.body[:_HEAD])
    form = form_of(capture.body)
    if form == "xml" and capture.media_type == "text/html" and not head.lstrip().startswith("<?xml"):
        form = "html"  # a fragment that begins with a tag of no great fame
    return Look(
        url=capture.final_url.lower(),
        asked=capture.official_url.lower(),
        form=form,
        head=head,
        title=_readable(found[1]) if (found := _TITLE.search(head)) else "",
        heading=_heading(head),
        words=_words(head, form) if len(capture.body) <= _HEAD else None,
        size=len(capture.body),
    )


def host_of(url: str) -> str:
    """The host of an address, "" when it has none or is malformed."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def form_of(body: bytes) -> str:
    """The form the bytes have, by their beginning (see ``Look.form``)."""
    start = body[:2048].lstrip() or body.lstrip()[:2048]
    if start in {b"", *(bom for bom, _ in _BOMS)}:
        return "empty"
    for magic, form in _MAGIC:
        if start.startswith(magic):
            return form
    marked = any(start.startswith(bom) for bom, _ in _BOMS)
    return _text_form(_text(start).lstrip()) if marked or not _is_binary(start) else "binary"


def _is_binary(start: bytes) -> bool:
    controls = len(start) - len(start.translate(None, _ODD_CONTROLS))
    return b"\0" in start or controls * 20 > len(start)


def _text_form(start: str) -> str:
    if start[:1] in {"{", "["}:
        return "json"
    if not start.startswith("<"):
        return "text"
    if start.startswith("<?xml") and "<html" not in start:
        return "xml"
    if start.startswith(("<rss", "<feed", "<rdf")):
        return "xml"
    if _HTML.search(start) or start.startswith("<!--"):
        return "html"
    return "xml" if _XML.match(start) else "text"


def _text(data: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    return data.decode(encoding, errors="replace").removeprefix("\ufeff").lower()


def _readable(markup: str) -> str:
    return visible(html.unescape(_TAG.sub(" ", markup))).replace("\u2019", "'")


def _heading(head: str) -> str:
    start = head.find("<h1")
    if start < 0:
        return ""
    end = head.find("</h1", start)
    return _readable(head[start : end if 0 <= end - start <= 2000 else start + 500])


def _words(head: str, form: str) -> str:
    if form == "text":
        return visible(head).replace("\u2019", "'")
    for name in ("script", "style", "head"):
        head = _without(head, name)
    # Cut in front of a tag, where no word, tag or entity is torn.
    cut = head.find("<", _FEW_TAGS)
    first = _readable(head[:cut]) if cut > 0 else ""
    return first if len(first) > MANY_WORDS else _readable(head)


def _without(text: str, name: str) -> str:
    """The text without the elements of that name; an unclosed one is kept. Linear, unlike a lazy regular expression."""
    parts: list[str] = []
    at = 0
    opening = re.compile(rf"<{name}[\s>]")
    while found := opening.search(text, at):
        end = text.find(f"</{name}", found.end())
        if end < 0:
            break
        parts.append(text[at : found.start()])
        at = end
    return " ".join((*parts, text[at:]))


def cut_short(capture: Capture, form: str, *, unproven: bool) -> str | None:
    """Why the body looks cut off, as the end of a sentence ("it ends ..."), or None when it looks whole.

    ``unproven``: neither a length nor an end mark of the transfer proved the body complete, so its own end has to.
    """
    tail = _text(capture.body[-_TAIL:]).replace("\0", "").rstrip()  # NUL: the other half of UTF-16
    match form:
        case "html":
            return _cut_html(capture.body, tail, unproven=unproven)
        case "xml":
            return None if _xml_ends(_text(capture.body[:_TAIL]), tail) else "before its closing tag"
        case "json" if capture.media_type is None or "json" in capture.media_type:
            return None if tail.endswith(("}", "]", ";", ")")) else "in the middle of the data"
        case "zip":
            return None if b"PK\x05\x06" in capture.body[-_HEAD - 22 :] else "before the archive's directory"
        case "pdf":
            return None if b"%%EOF" in capture.body[-_TAIL:] else "before the end mark of the PDF"
        case "text" if unproven and not capture.body.endswith(b"\n"):
            return "in the middle of a line"
        case _:
            return None


def _cut_html(body: bytes, tail: str, *, unproven: bool) -> str | None:
    if "</html" in tail or b"</html" in body[-_HEAD:].lower():
        return None
    if unproven:
        return "without its closing tag"
    if tail.rfind("<") > tail.rfind(">") and re.match(r"<[a-z/!]", tail[tail.rfind("<") :]):
        return "in the middle of a tag"
    lowered = body.lower()
    unclosed = [name for name in _MUST_CLOSE if _count(lowered, name) > lowered.count(f"</{name}".encode())]
    return f"inside an unfinished <{unclosed[0]}>" if unclosed else None


def _count(lowered: bytes, name: str) -> int:
    return len(re.findall(rb"<" + name.encode() + rb"[\s>]", lowered))


def _xml_ends(head: str, tail: str) -> bool:
    """Whether the last closing tag is the root's (or the root closes itself)."""
    while (start := head.find("<!--")) >= 0:
        end = head.find("-->", start)
        head = head[:start] + (head[end + 3 :] if end >= 0 else "")
    while tail.endswith("-->") and "<!--" in tail:
        tail = tail[: tail.rfind("<!--")].rstrip()
    root = re.search(r"<([a-z_][\w.:-]*)", head)
    if root is None:
        return False
    return (tail.endswith("/>") and tail in head) or re.search(rf"</{re.escape(root[1])}\s*>$", tail) is not None
