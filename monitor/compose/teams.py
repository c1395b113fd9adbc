"""A notice as an Adaptive Card for a Microsoft Teams workflow ("post to a channel when a webhook request is received").

Texts stand in text runs, which Teams shows as they are: in a text block it would read them as Markdown. A message may
have 28 KB (Microsoft's documentation).
"""

import json

from monitor.compose.hostile import cut
from monitor.compose.notices import Notice

MESSAGE_LIMIT_BYTES = 26_000
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_TYPE = "application/vnd.microsoft.card.adaptive"

Json = str | bool | None | list["Json"] | dict[str, "Json"]


def teams_message(notice: Notice) -> bytes:
    """The message as UTF-8 JSON; in a flood the last paragraphs are counted instead of shown."""
    shown = len(notice.paragraphs)
    body = _message(notice, shown)
    while len(body) > MESSAGE_LIMIT_BYTES and shown:
        shown -= 1 + shown // 10
        body = _message(notice, max(shown, 0))
    return body


def _message(notice: Notice, shown: int) -> bytes:
    more = len(notice.paragraphs) - shown
    lines: list[Json] = [_line(label, text) for label, text in notice.paragraphs[:shown]]
    if more:
        lines.append(_line("", f"and {more} more"))
    head: list[Json] = [_run(notice.ribbon, bold=True)] if notice.ribbon else []
    head.append(_run(cut(notice.title, 150), bold=True, large=True))
    facts: list[Json] = [_line(name, cut(value, 400)) for name, value in notice.facts]
    foot: list[Json] = [_line("", command) for command in notice.commands]
    foot.append(_run(cut(notice.footer, 600), subtle=True))
    card: dict[str, Json] = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut(notice.text, 600),
        "body": [*head, *lines, *facts, *foot],
        "actions": [{"type": "Action.OpenUrl", "title": words, "url": link.url} for words, link in notice.links],
    }
    message = {"type": "message", "attachments": [{"contentType": _TYPE, "contentUrl": None, "content": card}]}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _line(label: str, text: str) -> Json:
    runs: list[Json] = [{"type": "TextRun", "text": f"{label}: ", "weight": "Bolder"}] if label else []
    runs.append({"type": "TextRun", "text": cut(text, 2_000)})
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, *, bold: bool = False, large: bool = False, subtle: bool = False) -> Json:
    run: dict[str, Json] = {"type": "TextRun", "text": text}
    run |= {"weight": "Bolder"} if bold else {}
    run |= {"size": "Large"} if large else {}
    run |= {"isSubtle": True, "size": "Small"} if subtle else {}
    return {"type": "RichTextBlock", "inlines": [run]}
