"""Tells by posting a message to an address that is a secret itself: Slack's incoming webhooks, Teams' workflows."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from monitor.channels.answers import outcome_of
from monitor.channels.chat_answers import Contradiction
from monitor.model.delivery import Delivery, DeliveryOutcome, Refused, Sent
from monitor.net.client import HttpClient
from monitor.net.post import PostOutcome

TIMEOUT_S = 20.0
GONE = frozenset({401, 403, 404, 410})
"""The workspace, the place in it or the workflow is no more, archived or closed to us; for a message that is wrong in
itself both services answer 400.
"""


class ChatChannel(Struct, frozen=True):
    """``name`` is the service, for messages; ``contradiction`` says what in the body of a 2xx answer speaks against it.
    There is no idempotency key: the delivery id is printed in the message.
    """

    client: HttpClient
    name: str
    contradiction: Callable[[bytes], Contradiction | None]

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome:  # noqa: ARG002
        if secret is None:
            reason = f"the address that {self.name} gave out for “{delivery.recipient_id}” is not in the environment"
            return Refused(code=None, reason=reason, permanent=False)
        headers = {"content-type": "application/json"}
        answer = self.client.post(secret, delivery.payload, headers, timeout_s=TIMEOUT_S)
        outcome = outcome_of(answer, self.name, GONE)
        if isinstance(outcome, Sent):
            return self._believed(answer, outcome)
        return replace(outcome, reason=_without(secret, outcome.reason))

    def _believed(self, answer: PostOutcome, sent: Sent) -> DeliveryOutcome:
        """A good status, unless the body says otherwise: then the outcome is that of the status that was meant."""
        said = self.contradiction(answer.excerpt)
        if said is None:
            return sent
        meant = outcome_of(replace(answer, status=said.meant), self.name, GONE)
        reason = f"{self.name} answered {sent.code}, but said {said.words}"
        return replace(meant, code=sent.code, reason=reason) if isinstance(meant, Refused) else sent


def _without(secret: str, reason: str) -> str:
    """A reason is kept and shown: no part of the address beyond its host may stand in it."""
    parts = urlsplit(secret)
    for part in (secret, f"{parts.path}?{parts.query}", parts.path, parts.query):
        if len(part) > 1:
            reason = reason.replace(part, "(address withheld)")
    return reason
