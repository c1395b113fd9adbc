"""What the body of a 2xx answer of Slack or Teams says: both, and proxies before them, may refuse under a good status.

Slack's incoming webhooks answer a taken message with ``ok`` and a refused one with a word (Slack's reference of
incoming webhooks lists them). Teams' connectors answered 200 with a sentence that named the real status (Microsoft's
notes on their rate limits), and flows behind today's addresses may still do so. A page in HTML is of neither:
somebody's sign-in stands between.

Only words of ours are ever returned: what a stranger's server says may hold the secret address it was asked at.
"""

import json
import re

from msgspec import Struct

_WRONG_IN_ITSELF = {
    "invalid_blocks",
    "invalid_payload",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "too_many_attachments",
}
_NOBODY_THERE = {
    "action_prohibited",
    "channel_is_archived",
    "channel_not_found",
    "invalid_token",
    "no_active_hooks",
    "no_service",
    "no_service_id",
    "no_team",
    "posting_to_general_channel_denied",
    "team_disabled",
    "user_not_found",
}
_MEANT = dict.fromkeys(_WRONG_IN_ITSELF, 400) | dict.fromkeys(_NOBODY_THERE, 404)
_UNKNOWN = 500
"""Nobody knows what is wrong, or for how long: to be tried again."""

_TAKEN = frozenset({"", "ok", "1", "true"})
_PAGE = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_NAMED_STATUS = re.compile(r"\bHTTP error\D{0,20}([45][0-9]{2})\b", re.IGNORECASE)
_FAILED = re.compile(r"\b(failed|failure|error)\b", re.IGNORECASE)


class Contradiction(Struct, frozen=True, kw_only=True):
    """What a good status is contradicted by, and the status that fits it."""

    words: str
    meant: int


def contradiction_of_slack(body: bytes) -> Contradiction | None:
    """None when the answer is ``ok``, that of a compatible service (``{"ok": true}``), or nothing."""
    text = body.decode("utf-8", "replace").strip()
    if text.lower() in _TAKEN or _says(text, ("ok", "success")) is True:
        return None
    word = next((one for one in _MEANT if re.search(rf"\b{one}\b", text[:500])), None)
    if word is not None:
        return Contradiction(words=word, meant=_MEANT[word])
    return _page(text) or Contradiction(words="not the ok with which it takes a message", meant=_UNKNOWN)


def contradiction_of_teams(body: bytes) -> Contradiction | None:
    """None unless the answer is a page or names a failure: a flow may answer whatever its maker likes."""
    text = body.decode("utf-8", "replace").strip()
    if found := _NAMED_STATUS.search(text):
        return Contradiction(words=f"HTTP error {found[1]}", meant=int(found[1]))
    if page := _page(text):
        return page
    is_told = _FAILED.search(text) if not text.startswith(("{", "[")) else _says(text, ("error",)) is not None
    return Contradiction(words="that it failed", meant=_UNKNOWN) if is_told else None


def _page(text: str) -> Contradiction | None:
    words = "a web page, as of a sign-in or a proxy between"
    return Contradiction(words=words, meant=_UNKNOWN) if _PAGE.match(text) else None


def _says(text: str, names: tuple[str, ...]) -> object:
    """The first of the members that a JSON object has; None for none, and for anything else."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return next((held[name] for name in names if name in held), None) if isinstance(held, dict) else None
