"""Telling people: one telling of one thing to one recipient over one channel, and how an attempt ended."""

from datetime import datetime, time
from enum import StrEnum

from msgspec import Struct

from monitor.model.assessment import Tier, Topic
from monitor.model.ids import DeliveryId, Sha256


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Format(StrEnum):
    """The words a channel carries: what is frozen into the outbox is rendered for one of these."""

    EVENT = "event"
    """A CloudEvents 1.0 object."""
    MAIL = "mail"
    """Subject, text and HTML."""
    SLACK = "slack"
    """A message of Slack's Block Kit."""
    CARD = "card"
    """An Adaptive Card for Microsoft Teams."""
    TEXT = "text"
    """A title and a plain text."""


class Cadence(StrEnum):
    WEEKLY = "weekly"
    DAILY = "daily"


class Rhythm(Struct, frozen=True, kw_only=True):
    """When a digest is due: at ``at`` local to ``zone`` (an IANA name), each day or each ``weekday`` (0 is Monday)."""

    cadence: Cadence = Cadence.WEEKLY
    weekday: int = 0
    at: time = time(7, 0)
    zone: str = "UTC"

    @property
    def kind(self) -> str:
        """The name its periods share: readers with the same rhythm read the same digest."""
        day = f":{self.weekday}" if self.cadence is Cadence.WEEKLY else ""
        return f"{self.cadence}{day}:{self.at:%H:%M}:{self.zone}"


class Quiet(Struct, frozen=True, kw_only=True):
    """Hours in which nothing is told at once, local to the subscriber; ``end`` may lie on the next day."""

    start: time
    end: time


ANY_TOOL = "any"
"""In place of a tool's id: whatever tool of the inventory is touched."""


class Interest(Struct, frozen=True, kw_only=True):
    """What someone wants to be told at once: a change that fits every one of these that is not empty. ``tools``: ids
    of own tools, or ``ANY_TOOL``.
    """

    tiers: tuple[Tier, ...] = (Tier.ACT,)
    sources: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    codes: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()


class Subscriber(Struct, frozen=True, kw_only=True):
    """Who is told of what over which channel. ``secret_names`` name environment variables, never the secrets
    themselves; more than one while a secret is changed, the newest first.

    ``interests``: a change that fits any of them is told at once, once. ``digest``: None for someone who gets none.
    ``cap``: the most alerts in one of his days; what exceeds it is told together at the day's end. ``problems``:
    whether he is told, too, when the watching itself goes wrong. ``every_sighting``: whether he is told of an event
    again when another source shows it, though nothing in it is new to him.
    """

    id: str
    channel: str
    address: str
    secret_names: tuple[str, ...] = ()
    interests: tuple[Interest, ...] = (Interest(),)
    digest: Rhythm | None = None
    zone: str = "UTC"
    quiet: Quiet | None = None
    cap: int | None = None
    problems: bool = False
    every_sighting: bool = False


class Security(StrEnum):
    """How the connection to a mail server is kept private; ``NONE`` only to this very machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailRoute(Struct, frozen=True, kw_only=True):
    """How mail leaves this place. ``password_name`` names the environment variable, never the password itself.

    ``public_url``: where whoever has a mail reaches the service, so that he can leave with one click; the secret that
    signs such an address is called ``leave_key_name``.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str | None = None
    password_name: str | None = None
    public_url: str | None = None
    leave_key_name: str | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """What a telling points at: ledger row, chain head, the hashes of the bytes before and after, the time."""

    check_id: int
    chain_head: str
    before_sha256: Sha256 | None
    after_sha256: Sha256
    at: datetime


class Voice(Struct, frozen=True, kw_only=True):
    """How this installation speaks of itself: its name, the address of its web desk, the readers' time zone (an IANA
    name), and whether all of it is a demo. ``mail_domain``: of its mails; "" when it sends none.
    """

    instance: str
    link_base: str | None
    zone: str
    demo: bool
    mail_domain: str = ""


class Delivery(Struct, frozen=True, kw_only=True):
    """One outbox row. ``payload`` is frozen when the row is written: a retry never differs from the first try.

    ``bundle``: the name of the summary that it becomes part of if it is still waiting at ``next_at``, for an alert
    beyond a subscriber's cap.
    """

    id: DeliveryId
    kind: str
    subject_id: str
    channel: str
    recipient_id: str
    payload: bytes
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    next_at: datetime | None = None
    bundle: str | None = None


class Sent(Struct, frozen=True, kw_only=True):
    """The receiver took it (2xx)."""

    code: int


class Refused(Struct, frozen=True, kw_only=True):
    """The receiver did not take it. ``permanent``: trying again as it stands is of no use. ``gone``: it is the receiver
    that is no more, and anything else would fare no better.
    """

    code: int | None
    reason: str
    permanent: bool
    retry_after_s: float | None = None
    gone: bool = False


DeliveryOutcome = Sent | Refused


class Place(Struct, frozen=True, kw_only=True):
    """Where a telling stands among all those for its recipient over its channel: 1, 2, 3 and so on, and which one came
    before it. A receiver who misses a number has missed a telling.
    """

    seq: int
    previous: DeliveryId | None = None


class Suspension(Struct, frozen=True, kw_only=True):
    """A recipient to whom nothing is sent over a channel until a person lifts it."""

    recipient_id: str
    channel: str
    since: datetime
    code: int | None
    reason: str


class Unreached(Struct, frozen=True, kw_only=True):
    """A recipient who cannot be told. Counts of his rows: ``dead``, ``waiting`` in all, ``failing`` of those for hours.
    ``since``: of his suspension, else of the oldest row concerned.
    """

    recipient_id: str
    channel: str
    since: datetime
    reason: str
    suspended: bool = False
    dead: int = 0
    waiting: int = 0
    failing: int = 0
