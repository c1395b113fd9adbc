"""Telling people: one telling of one thing to one recipient over one channel, and how an attempt ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.assessment import Tier
from monitor.model.ids import DeliveryId


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who is told of what over which channel. ``secret_name`` names the environment variable, never the secret
    itself.
    """

    id: str
    channel: str
    address: str
    secret_name: str | None = None
    tiers: tuple[Tier, ...] = (Tier.ACT,)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outbox row. ``payload`` is frozen when the row is written: a retry never differs from the first try."""

    id: DeliveryId
    kind: str
    subject_id: str
    channel: str
    recipient_id: str
    payload: bytes
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver took it (2xx)."""

    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The receiver did not take it. ``permanent``: trying again as it stands is of no use."""

    code: int | None
    reason: str
    permanent: bool
    retry_after_s: float | None = None


DeliveryOutcome = Sent | Refused
