"""Bytes to text, and the small repairs published text needs before anybody compares or shows it."""

import codecs
import html
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LATIN: Final = frozenset({"ascii", "iso8859-1", "cp1252"})
_CHARSETS: Final = (
    _LATIN
    | {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "gb2312", "gbk", "gb18030", "big5"}
    | {"shift_jis", "euc_jp", "euc_kr", "mac-roman"}
    | {f"iso8859-{part}" for part in range(2, 17)}
    | {f"cp125{part}" for part in range(9)}
)
"""Codecs a page may ask for. The rest of Python's list holds things that are no charsets (rot13, zlib, idna)."""

_CP1252: Final = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256))
_C1: Final = {code: _CP1252[code] for code in range(0x80, 0xA0)}
_CHARSET_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,40}")
_META_CHARSET: Final = re.compile(rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_XML_CHARSET: Final = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
_META_WINDOW: Final = 4096

_SPACES: Final = " \t\n\r\f\v\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""White space for us. Not str.isspace(): that includes U+0085, which is a damaged ellipsis in regulators' lists."""

_EDGE_CHARACTERS: Final = _SPACES + "\ufeff\u200b"
_SPACE_RUN: Final = re.compile(f"[{_SPACES}\u00a0]+")
_UNWANTED: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")

_HUGE_NUMBER: Final = re.compile(r"&#[0-9]{12,};?")
_UNESCAPE_ROUNDS: Final = 5
_INLINE: Final = (
    "a|abbr|acronym|b|big|bdi|bdo|cite|code|del|em|font|i|img|ins|kbd|label|mark|q|s|small|span|strike|strong|sub|sup"
    "|tt|u"
)
_BLOCK: Final = (
    "address|article|aside|blockquote|body|br|caption|center|col|colgroup|dd|div|dl|dt|figcaption|figure|footer|h[1-6]"
    "|head|header|hr|html|li|link|main|meta|nav|ol|o:p|p|pre|section|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_INLINE_TAG: Final = re.compile(rf"</?(?:{_INLINE})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_BLOCK_TAG: Final = re.compile(rf"</?(?:{_BLOCK})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_HIDDEN_PARTS: Final = (("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>"))


_ICON: Final = (
    r"(?:open_in_new|file_download|file_open|picture_as_pdf|insert_drive_file|arrow_(?:forward|back|outward|drop_down)"
    r"(?:_ios)?|keyboard_arrow_(?:right|left|up|down)|chevron_(?:right|left)|expand_(?:more|less))"
)
_ICONS_AT_THE_ENDS: Final = re.compile(rf"^(?:{_ICON}\s*)+|(?:\s*{_ICON})+$")


def decode(body: bytes, charset: str | None) -> str:
    """The body as text; never raises.

    In order: the byte order mark; the charset the server declared, when the body decodes in it; the one the page's own
    head declares; UTF-8; Windows-1252 with the five bytes it leaves undefined kept as C1 controls. A declared Latin
    charset is only believed of bytes that are not valid UTF-8: it is the servers' usual default, and wrong.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for declared in (charset, _declared_inside(body)):
        text = _decoded(body, declared)
        if text is not None:
            return text
    return _utf8(body) or _windows(body)


def _declared_inside(body: bytes) -> str | None:
    head = body[:_META_WINDOW]
    found = _XML_CHARSET.match(head) or _META_CHARSET.search(head)
    return found[1].decode("ascii") if found else None


def _decoded(body: bytes, declared: str | None) -> str | None:
    """None: the charset is unknown, none, or not that of this body."""
    name = _codec(declared)
    if name is None:
        return None
    if name in _LATIN:
        return _utf8(body) or _windows(body)
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _codec(declared: str | None) -> str | None:
    name = (declared or "").strip(" \"'")
    if not _CHARSET_NAME.fullmatch(name):
        return None
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return found if found in _CHARSETS else None


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _windows(body: bytes) -> str:
    return codecs.charmap_decode(body, "strict", _CP1252)[0]


def repair_c1(text: str) -> str:
    """U+0080 to U+009F read as the Windows-1252 characters they were meant to be (U+0099: a trade mark sign)."""
    return text if text.isascii() else text.translate(_C1)


def clean(text: str) -> str:
    """NBSP to space, control characters and lone surrogates dropped, ends stripped; inner white space as published.

    C1 controls stay: they are damaged letters, see ``repair_c1``.
    """
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    return _UNWANTED.sub("", text.replace("\u00a0", " ")).strip(_EDGE_CHARACTERS)


def collapse(text: str) -> str:
    """``clean``, with every run of white space as one space."""
    if text.isascii() and "  " not in text and text.isprintable():
        return text.strip(" ")  # nearly every cell of a list
    plain_text = clean(text)
    return plain_text if "  " not in plain_text and plain_text.isprintable() else _SPACE_RUN.sub(" ", plain_text)


def without_icon_names(text: str) -> str:
    """The text without the names of icons at its ends. Icon fonts draw ``open_in_new`` as a picture; read as text, the
    name is glued to the title beside it, and comes and goes with the page's styling.
    """
    return _ICONS_AT_THE_ENDS.sub("", text)


def unescape_fully(text: str) -> str:
    """HTML entities undone until nothing changes, at most five times (some publishers escape twice)."""
    for _ in range(_UNESCAPE_ROUNDS):
        if "&" not in text:
            break
        # html.unescape hands the digits to int(), which raises ValueError over 4,300 of them.
        undone = html.unescape(_HUGE_NUMBER.sub("\ufffd", text))
        if undone == text:
            break
        text = undone
    return text


def plain(text: str) -> str:
    """A value that may hold (escaped) HTML, as one line of plain text. Only real HTML tags go: ``a < b`` stays."""
    text = unescape_fully(text)
    if "<" in text:
        for opener, closer in _HIDDEN_PARTS:
            text = _without(text, opener, closer)
        text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    return collapse(text)


def _without(text: str, opener: str, closer: str) -> str:
    """Cuts every part from ``opener`` to ``closer``; an unclosed part stays. Linear, which a lazy pattern is not."""
    folded = text.lower()
    if opener not in folded or len(folded) != len(text):
        return text
    kept, position = [], 0
    while (start := folded.find(opener, position)) >= 0 and (end := folded.find(closer, start)) >= 0:
        kept.append(text[position:start])
        position = end + len(closer)
    return "".join((*kept, text[position:]))
