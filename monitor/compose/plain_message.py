"""A notice as a title and a plain text, for services of which nobody here knows what their signs mean.

What would be a mention, a link or a tag somewhere is written so that it is none anywhere: ``@`` in its full width,
angle brackets as quotation marks, and no ``](``, by which Markdown hides an address behind words.
"""

import json

from monitor.compose.hostile import cut
from monitor.compose.notices import Notice

TITLE_LIMIT = 150
BODY_LIMIT = 3_500
"""Telegram's messages hold 4,096 characters, one of the shortest; Apprise cuts for the shorter ones."""

_INERT = str.maketrans({"@": "\uff20", "<": "\u2039", ">": "\u203a"})


def plain_message(notice: Notice) -> bytes:
    """``{"title": ..., "body": ...}`` as UTF-8 JSON. The closing lines (links, ids) are kept whole; in a flood the last
    paragraphs are counted instead of shown.
    """
    closing = "\n".join(_closing(notice))
    lines = [f"{_inert(label)}: {_inert(text)}" if label else _inert(text) for label, text in notice.paragraphs]
    lines += [f"{_inert(name)}: {_inert(cut(value, 400))}" for name, value in notice.facts]
    room, kept = BODY_LIMIT - len(closing) - len(notice.ribbon) - 40, 0
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept += 1
    more = [f"and {len(lines) - kept} more"] if kept < len(lines) else []
    ribbon = [notice.ribbon] if notice.ribbon else []
    body = "\n".join([*ribbon, *lines[:kept], *more, "", closing])
    return json.dumps({"title": cut(_inert(notice.title), TITLE_LIMIT), "body": body}, ensure_ascii=False).encode(
        "utf-8", "replace"
    )


def _closing(notice: Notice) -> list[str]:
    """Addresses were made safe, and stay as they are: they must lead somewhere."""
    links = [f"{_inert(words)}: {link.url}" for words, link in notice.links]
    return [*links, *map(_inert, notice.commands), _inert(cut(notice.footer, 600))]


def _inert(text: str) -> str:
    return text.translate(_INERT).replace("](", "] (")
