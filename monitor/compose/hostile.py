"""Text and links that come from watched pages, made safe to show. Every string a page can influence passes here."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

from msgspec import Struct

_URL_LIMIT = 2000

# Not after "Co." and "Inc.", which a comma or a bracket follows.
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)])\.\s+(?=[A-Z])")
_KEPT_IN_URLS = "!#$%&'()*+,-./:;=?@[]_~"


class Link(Struct, frozen=True, kw_only=True):
    """An address that may be clicked, and the host to show beside it."""

    url: str
    host: str


def safe_text(text: str) -> str:
    """One line of visible characters: no control, format, bidi or surrogate characters, spaces folded.

    Line breaks become spaces, so that page text can forge neither a mail header nor a line of the text part.
    """
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(map(_shown, text)).split())


def safe_block(text: str) -> str:
    """The same for a rendered page: line breaks stay, nothing else invisible does."""
    return "\n".join(line if line.isprintable() else "".join(map(_shown, line)) for line in text.split("\n"))


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words where possible and marked with ``...``."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 3, 0)]
    if " " in head[len(head) // 2 :]:
        head = head[: head.rindex(" ")]
    return head.rstrip() + "..."


def safe_line(text: str, limit: int) -> str:
    """``safe_text``, cut to ``limit`` characters."""
    # Hostile titles can be megabytes: what lies far behind the limit is not even looked at.
    return cut(safe_text(text[: limit * 8]), limit)


def safe_link(url: str | None) -> Link | None:
    """The link, if it is http or https with a plain host and no user name in it; None otherwise."""
    if not url or len(url) > _URL_LIMIT or safe_text(url) != url or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host = _in_ascii(parts.hostname or "")
        port = parts.port
    except ValueError:  # also UnicodeError: a host that cannot be written in ASCII
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not re.fullmatch(r"[a-z0-9.:_-]+", host):
        return None
    # The host is spelled in ASCII, in the address as beside it: look-alike letters must show.
    shown = f"[{host}]" if ":" in host else host
    rest = url[url.index("//") + 2 + len(parts.netloc) :]
    port_text = f":{port}" if port is not None else ""
    return Link(url=f"{parts.scheme}://{shown}{port_text}{quote(rest, safe=_KEPT_IN_URLS)}", host=shown)


@lru_cache(maxsize=256)  # many links lead to few hosts
def _in_ascii(host: str) -> str:
    """The host as IDNA spells it. Raises UnicodeError for one that it cannot spell."""
    return host.encode("idna").decode("ascii")


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp"}:
        return " " if char.isspace() else ""
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else char


def first_sentence(text: str) -> str:
    """The first sentence, without its full stop, of at most 400 characters, safe to show."""
    return _SENTENCE_END.split(safe_line(text, 400), maxsplit=1)[0]
