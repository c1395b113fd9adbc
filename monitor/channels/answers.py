"""What a receiver's answer over HTTP means for a delivery."""

from monitor.model.delivery import DeliveryOutcome, Refused, Sent
from monitor.net.post import PostOutcome

HEALS = frozenset({408, 425, 429})
"""Client errors that pass by themselves. Every other one says that the same again will not be taken."""


def outcome_of(answer: PostOutcome, receiver: str, gone: frozenset[int]) -> DeliveryOutcome:
    """2xx is success; a redirect is a failure and never followed; ``receiver`` names whoever answered. ``gone``: the
    answers that say that nobody is there any more.
    """
    if answer.status is None:
        return Refused(code=None, reason=answer.reason, permanent=False)
    if 200 <= answer.status < 300:
        return Sent(code=answer.status)
    permanent = 400 <= answer.status < 500 and answer.status not in HEALS
    return Refused(
        code=answer.status,
        reason=f"{receiver} answered {answer.status}",
        permanent=permanent,
        retry_after_s=answer.retry_after_s,
        gone=answer.status in gone,
    )
