"""The span one digest covers, and everything a reader is shown about it. Rendered by compose, filled by the
pipeline.
"""

from datetime import date, datetime

from msgspec import Struct

from monitor.model.assessment import Assessment, LegalDate, Tier, Topic
from monitor.model.cluster import Placement
from monitor.model.decision import IN_HAND, Decision
from monitor.model.difference import Change
from monitor.model.hand import HandSaved
from monitor.model.ids import ChangeId, DigestId, RecordKey, SourceId
from monitor.model.problem import SourceProblem
from monitor.model.question import SheetRow
from monitor.model.readiness import Readiness
from monitor.model.register import Alteration
from monitor.model.source import DocumentVersion


class Period(Struct, frozen=True, kw_only=True):
    """Contiguous spans: each starts where the one before ended. Members are chosen by commit sequence (``from_seq`` to
    ``to_seq``, both inclusive), never by timestamps, so a late commit can neither vanish nor appear twice.
    """

    id: str
    digest_id: DigestId
    start_at: datetime
    end_at: datetime
    from_seq: int
    to_seq: int | None
    first_day: date
    last_day: date


class Beside(Struct, frozen=True, kw_only=True):
    """What another watched document says of the item ``key`` of a change: the name and value of each fact, in order.

    No facts: the document says that it knows none. ``seen_at``: when it was last seen to say so; None: it was asked
    for and never had.
    """

    key: RecordKey
    source_id: SourceId
    source_name: str
    url: str
    seen_at: datetime | None
    facts: tuple[tuple[str, str], ...]


class Card(Struct, frozen=True, kw_only=True):
    """One Change as shown to a reader, with the short hashes of the two snapshots it lies between.

    ``before_hand``: the copy before was saved by hand (of the copy after, the change says so itself). ``beside``: what
    is on record elsewhere about its items, as last read. ``seen``: the cluster of its event, where it has one.
    ``decision``: the newest, where one stands.
    """

    change: Change
    assessment: Assessment
    source_name: str
    authority: str
    official_url: str
    noun: str
    before_sha: str | None
    after_sha: str | None
    delivered_at: datetime | None = None
    decision: Decision | None = None
    before_hand: HandSaved | None = None
    version: DocumentVersion | None = None
    beside: tuple[Beside, ...] = ()
    seen: Placement | None = None


class SourceCoverage(Struct, frozen=True, kw_only=True):
    """What the ledger says of one source over a span.

    ``expected`` slots lie in the span; ``good`` of them were verified; ``failed`` is the number of checks that ended
    unverified; ``not_run`` slots have no check at all. ``verified_at_end``: the newest check of the span was good.
    ``hand_looks`` counts the good copies saved by hand, which are no checks; ``hand`` is the newest of them up to the
    span's end. ``result`` is the word for the table: changed, unchanged, removal pending, not due yet,
    ``due, not checked``, UNVERIFIED, BLOCKED, NOT CHECKED, baseline,
    ``empty, as expected``. ``host``: where it is asked. ``parent``: the list behind which it stands, of a document.
    ``watched_from``, ``watched_until``: when a change of the settings put it on the list, and took it off; None: before
    the register of settings began, and not yet.
    """

    source_id: SourceId
    source_name: str
    authority: str
    official_url: str
    expected: int
    good: int
    failed: int
    not_run: int
    last_good_at: datetime | None
    verified_at_end: bool
    result: str
    failure_code: str | None = None
    failure_reason: str | None = None
    failing_since: datetime | None = None
    longest_gap_s: float = 0.0
    items: int | None = None
    hand_looks: int = 0
    hand: HandSaved | None = None
    version: DocumentVersion | None = None
    host: str = ""
    parent: SourceId | None = None
    watched_from: datetime | None = None
    watched_until: datetime | None = None


class WatchTurn(Struct, frozen=True, kw_only=True):
    """Watching a source began (``alteration`` added) or stopped (removed) at ``at``, by a change of the settings."""

    source_id: SourceId
    source_name: str
    at: datetime
    alteration: Alteration


class DateAhead(Struct, frozen=True, kw_only=True):
    """A date in the coming weeks, with the change that brought it."""

    date: LegalDate
    change_id: ChangeId
    source_name: str
    about: str


class OpenItem(Struct, frozen=True, kw_only=True):
    """A change that asks for a decision, or that was decided and is still in hand, as far as a list of such changes
    shows it. ``seq``: the commit sequence of the check that found it; ``decision``: the newest, where one stands.
    """

    change_id: ChangeId
    source_id: SourceId
    headline: str
    tier: Tier
    topics: tuple[Topic, ...]
    first_changed_at: datetime
    seq: int
    decision: Decision | None = None

    @property
    def in_hand(self) -> bool:
        """Whether it was decided that somebody does or watches something."""
        return self.decision is not None and self.decision.outcome in IN_HAND


class DatedChange(Struct, frozen=True, kw_only=True):
    """One date that a change brought, without the change's differences."""

    change_id: ChangeId
    source_id: SourceId
    headline: str
    tier: Tier
    date: LegalDate


class Digest(Struct, frozen=True, kw_only=True):
    """The whole model of one digest; text and HTML are both made from it and from nothing else.

    ``awaiting``: older changes that nobody has decided about; ``in_hand``: decided, but not done.
    ``not_watched``: sentences on what nobody looks at because the operator has not opened it; ``turns``: the sources
    that began or ceased to be watched.
    """

    id: DigestId
    period: Period
    made_at: datetime
    time_zone: str
    demo: bool
    preview: bool
    cards: tuple[Card, ...]
    filtered_out: int
    filtered_cards: tuple[Card, ...]
    coverage: tuple[SourceCoverage, ...]
    dates_ahead: tuple[DateAhead, ...]
    awaiting: tuple[OpenItem, ...]
    in_hand: tuple[OpenItem, ...] = ()
    corrections: tuple[Card, ...]
    monitoring_since: datetime | None
    chain_head: str | None
    previous_digest_id: DigestId | None
    link_base: str | None
    dead_deliveries: int
    sheet: tuple[SheetRow, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
    not_watched: tuple[str, ...] = ()
    turns: tuple[WatchTurn, ...] = ()

    @property
    def gaps(self) -> tuple[SourceCoverage, ...]:
        """Sources that the reader must not sign for: not verified at the span's end, or with slots that never ran."""
        return tuple(c for c in self.coverage if not c.verified_at_end)


class Message(Struct, frozen=True, kw_only=True):
    """Rendered words, ready to send or to show."""

    subject: str
    preheader: str
    text: str
    html: str
