"""Handing a payload to a webhook: one request, nothing followed, nothing retried."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from monitor.net.exchange import BrokenAnswer, Budget, ask
from monitor.net.faults import Fault
from monitor.net.guard import GuardedAdapter
from monitor.net.pace import retry_pause
from monitor.net.policy import Policy
from monitor.net.urls import Address

EXCERPT_BYTES = 4096
_ANSWER_LIMIT = 1024 * 1024


class PostOutcome(Struct, frozen=True, kw_only=True):
    """``status`` is None when no answer came; then ``code`` and ``reason`` are as in ``FetchFailed``.

    With an answer, whatever its status, ``code`` is ``answered``. ``excerpt``: its first 4 KiB, unpacked.
    ``retry_after_s``: the pause it asks for (1 s to 24 h) when it names one. Without an answer the receiver may still
    have taken the payload, unless the code is ``dns``, ``refused``, ``connect-timeout``, ``tls``,
    ``forbidden-address``, ``bad-url`` or ``bad-header``.
    """

    status: int | None
    code: str
    reason: str
    excerpt: bytes = b""
    retry_after_s: float | None = None


def posting(policy: Policy) -> Policy:
    """The policy for posts: nobody needs a long answer."""
    return replace(policy, max_wire_bytes=_ANSWER_LIMIT, max_body_bytes=_ANSWER_LIMIT)


def post_once(
    adapter: GuardedAdapter,
    policy: Policy,
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    now: datetime,
) -> PostOutcome:
    """Sends ``body`` to a checked address over a connection of its own: an idle one may have died unnoticed, and a
    payload is not sent a second time to find out. ``policy`` is that of ``posting``.
    """
    if odd := next((name for name, value in headers.items() if not _is_one_line(name + value)), None):
        return PostOutcome(status=None, code="bad-header", reason=f"the header {odd[:40]!r} is not one line of Latin-1")
    sent = {"User-Agent": policy.user_agent, "Accept-Encoding": "gzip", "Connection": "close", **headers}
    try:
        answer = ask(adapter, policy, Budget(timeout_s), address, sent, method="POST", data=body)
    except BrokenAnswer as fault:
        # The status had come, and it alone tells whether the payload was taken; the rest of the answer does not.
        excerpt = fault.partial[:EXCERPT_BYTES]
        return PostOutcome(status=fault.status, code="answered", reason=fault.reason, excerpt=excerpt)
    except Fault as fault:
        return PostOutcome(status=None, code=fault.code, reason=fault.reason)
    pause = retry_pause(answer.header("retry-after"), now)
    return PostOutcome(
        status=answer.status,
        code="answered",
        reason=f"the receiver answered {answer.status}",
        excerpt=answer.body.content[:EXCERPT_BYTES],
        retry_after_s=pause.total_seconds() if pause else None,
    )


def _is_one_line(text: str) -> bool:
    return text.isprintable() and max(text, default="") < "\u0100"
