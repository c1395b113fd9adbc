"""A notice as a message for Slack's incoming webhooks (Block Kit), within all its limits.

Limits (Slack's API reference): header 150 characters, section text 3,000, a section's fields 10 of 2,000 characters,
context 10 elements, 50 blocks. A message whose blocks hold some 13,000 characters in all is refused without being
documented so; 12,000 is ours.
"""

import json
from collections.abc import Iterator

from monitor.compose.hostile import Link, cut
from monitor.compose.notices import Notice

HEADER_LIMIT = 150
TEXT_LIMIT = 2_900
FIELD_LIMIT = 1_900
CONTEXT_LIMIT = 1_900
BLOCK_LIMIT = 45
MESSAGE_LIMIT = 12_000

Json = str | bool | list["Json"] | dict[str, "Json"]


def slack_message(notice: Notice) -> bytes:
    """The message as UTF-8 JSON. Nobody is mentioned: every ``&``, ``<`` and ``>`` of a text is escaped."""
    blocks: list[Json] = []
    room, left_out = MESSAGE_LIMIT - 3_000, 0
    for label, text in notice.paragraphs:
        block = _section(f"*{_escaped(label)}:* {_escaped(text)}" if label else _escaped(text))
        size = len(json.dumps(block, ensure_ascii=False))
        if size > room or len(blocks) >= BLOCK_LIMIT - 8:
            left_out += 1
            continue
        room -= size
        blocks.append(block)
    if left_out:
        blocks.append(_section(f"and {left_out} more"))
    title: Json = {"type": "plain_text", "text": _heading(notice.title), "emoji": False}
    head: list[Json] = [{"type": "header", "text": title}]
    if notice.ribbon:
        head.insert(0, _section(f"*{_escaped(notice.ribbon)}*"))
    fallback = f"{notice.ribbon} {notice.text}".strip()
    message = {
        "text": _escaped(cut(fallback, 600)),
        "blocks": [*head, *blocks, *_closing(notice)],
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _closing(notice: Notice) -> Iterator[Json]:
    if notice.facts:
        fields: list[Json] = [
            _mrkdwn(cut(f"*{_escaped(name)}*\n{_escaped(cut(value, 400))}", FIELD_LIMIT))
            for name, value in notice.facts[:10]
        ]
        yield {"type": "section", "fields": fields}
    links = [f"<{_address(link)}|{_escaped(words)}>" for words, link in notice.links]
    links += [f"`{_escaped(command)}`" for command in notice.commands]
    if links:
        yield _section("  |  ".join(links))
    elements: list[Json] = [_mrkdwn(cut(_escaped(notice.footer), CONTEXT_LIMIT))]
    yield {"type": "context", "elements": elements}


def _section(text: str) -> Json:
    return {"type": "section", "text": _mrkdwn(cut(text, TEXT_LIMIT))}


def _mrkdwn(text: str) -> Json:
    """``verbatim``: of what a page says, Slack makes no link, no channel and no mention by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _heading(title: str) -> str:
    """A header is plain text, in which angle brackets may or may not mean something: others stand for them."""
    plain = title.replace("<", "\u2039").replace(">", "\u203a")
    limit = HEADER_LIMIT
    while len(_escaped(cut(plain, limit))) > HEADER_LIMIT:
        limit -= 10
    return _escaped(cut(plain, limit))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _address(link: Link) -> str:
    """Inside ``<...|...>`` a bar would end the address."""
    return _escaped(link.url).replace("|", "%7C")
