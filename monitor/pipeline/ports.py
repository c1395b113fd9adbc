"""What the pipeline needs from the rooms below, stated as shapes; app.py hands in adapters and mypy proves the fit."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from monitor.model.assessment import Assessment
from monitor.model.capture import Capture, FetchOutcome, Validators
from monitor.model.delivery import Delivery, DeliveryOutcome, Place
from monitor.model.difference import Change
from monitor.model.ids import ChangeId, ClusterId, DeliveryId, DigestId, RecordKey, Sha256, SourceId
from monitor.model.learned import LearnedRule
from monitor.model.link import LinkDecision
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Source
from monitor.model.tool import Tool
from monitor.model.verdict import Check
from monitor.model.watch import Held, WatchState

if TYPE_CHECKING:  # a quiet poll has no use for them
    from monitor.model.cluster import Placement, Sighting
    from monitor.model.digest import Message, Period


class Clock(Protocol):
    """The one clock: aware, UTC."""

    def now(self) -> datetime: ...


class Fetcher(Protocol):
    """The guarded HTTP client. ``url`` is official; ``origins:`` are applied inside. ``max_body_bytes``: reading stops
    there (``too-large``); it lowers the client's own limit and never lifts it.
    """

    def fetch(
        self, url: str, *, validators: Validators | None, respect_robots: bool, max_body_bytes: int | None = None
    ) -> FetchOutcome: ...


class Extractor(Protocol):
    """Reads one body of one source. Raises ``Unreadable``; never anything else, whatever the bytes."""

    @property
    def version(self) -> int: ...

    def extract(self, page: Page, source: Source) -> Snapshot: ...


class Unit(Protocol):
    """One write transaction (BEGIN IMMEDIATE). Everything of one check goes through one unit, or none of it is kept."""

    def check(self, check: Check) -> int:
        """Writes the ledger row; returns its id, the commit sequence. A slot already taken: uses ``started_at``."""

    def capture(self, check_id: int, position: int, capture: Capture) -> int: ...

    def partial(self, check_id: int, body: bytes) -> None:
        """Keeps the bytes of an incomplete answer as evidence."""

    def accept(
        self,
        check_id: int,
        source_id: SourceId,
        snapshot: Snapshot,
        body_sha256: Sha256,
        validators: Validators,
        capture_ids: Sequence[int],
        read_as: Sha256 | None = None,
    ) -> int:
        """Makes ``snapshot``, read as that entry says, the source's baseline; returns the snapshot's id."""

    def reread(self, check_id: int, source_id: SourceId, snapshot: Snapshot, read_as: Sha256 | None = None) -> int:
        """Replaces the baseline's reading, from the same stored bytes, after extractor or entry were mended."""

    def good(self, check: Check, *, full_get: bool) -> None:
        """Records that the source was verified at ``check.ended_at`` (ends a run of failures)."""

    def bad(self, check: Check) -> None:
        """Records one more unverified check; touches neither baseline nor validators."""

    def absences(self, source_id: SourceId, missing: Mapping[RecordKey, datetime]) -> None: ...

    def hold(self, check_id: int, source_id: SourceId, held: Held | None) -> None:
        """Keeps the copy that waits to be seen again or accepted; None: nothing waits any more."""

    def newest(self, source_id: SourceId, newest_on: date) -> None:
        """Keeps the newest date in the baseline of a source that must be fresh."""

    def next_change_id(self, year: int) -> ChangeId: ...

    def expect_documents(self, named_in: Mapping[SourceId, ChangeId]) -> None:
        """Keeps by which change of its list each document was named for the first time, until it is read."""

    def document_read(self, source_id: SourceId) -> None:
        """A document that was expected was read."""

    def change(
        self,
        check_id: int,
        change: Change,
        assessment: Assessment,
        before_snapshot_id: int | None,
        after_snapshot_id: int,
    ) -> None: ...

    def sightings_like(self, one: "Sighting", *, within: timedelta) -> "Sequence[tuple[ClusterId, Sighting]]":
        """The members of every cluster in which a change seen within that time bears a mark of ``one``."""

    def sight(self, one: "Sighting", cluster_id: ClusterId | None, ground: str) -> "Placement":
        """Keeps what the change is known by, and its place in a cluster; None: it begins one of its own."""

    def opinions_told(self, recipient_id: str, change_ids: Sequence[ChangeId]) -> Sequence[Assessment]:
        """The opinions about those of the changes that are told, or to be told, to that recipient."""

    def enqueue(self, delivery: Delivery, *, at: datetime) -> None:
        """Adds an outbox row; a second one for the same (kind, subject, channel, recipient) is ignored."""

    def place(self, channel: str, recipient_id: str) -> Place:
        """The place of the next telling for that recipient over that channel."""

    def alerts_since(self, recipient_id: str, at: datetime) -> int:
        """How many changes have been enqueued for that recipient since ``at``, this unit's own included."""

    def audit(self, event: str, subject: str, facts: Mapping[str, object], *, at: datetime) -> str:
        """Appends to the hash chain; returns the new head."""


class WatchStore(Protocol):
    """What polling reads and writes."""

    def states(self) -> dict[SourceId, WatchState]: ...

    def snapshot(self, snapshot_id: int) -> Snapshot: ...

    def pages(self, snapshot_id: int) -> tuple[Page, ...]:
        """The stored bytes behind a snapshot, for re-extraction after a parser was mended."""

    def reverted_change(
        self, source_id: SourceId, key: RecordKey, *, before: Sha256 | None, after: Sha256 | None
    ) -> ChangeId | None:
        """The newest earlier change that took this item the other way: from ``after`` to ``before`` (None: absent).

        A passage has no key of its own (its key starts with ``§``): there the two contents alone decide.
        """

    def snapshot_before(self, source_id: SourceId, at: datetime) -> tuple[int, Sha256] | None:
        """The baseline when a check began at ``at``, with the hash of its bytes; None when there was none yet."""

    def captures_of(self, check_id: int) -> tuple[Capture, ...]:
        """The responses that one check kept, with their bytes, in order."""

    def last_certificate(self, source_id: SourceId) -> str | None:
        """The hash of the certificate that the source's host showed last; None when it never did."""

    def was_accepted(self, source_id: SourceId, body_sha256: Sha256) -> bool:
        """Whether these bytes were once believed to be what the source says."""

    def named_in(self, source_id: SourceId) -> tuple[Change, Assessment] | None:
        """The change of its list that named a document for the first time, while the document was not read yet."""

    def accepted_behind(self, list_id: SourceId, body_sha256: Sha256) -> SourceId | None:
        """A document behind the list of which these very bytes were accepted."""

    def last_good_before(self, source_id: SourceId, at: datetime) -> datetime | None:
        """When the newest verified check that started before ``at`` ended."""

    def inventory(self) -> Sequence[Tool] | None:
        """The house's own tools; None when none was ever imported."""

    def link_decisions(self) -> Mapping[tuple[str, str], LinkDecision]:
        """What people decided on proposed links, by the two ends."""

    def learned_rules(self) -> Sequence[LearnedRule]:
        """The rules learned from what was not relevant that are in force."""

    def unit(self) -> AbstractContextManager[Unit]: ...


class Outbox(Protocol):
    """What delivering reads and writes; each call is its own transaction, save inside ``together``."""

    def lease(
        self, now: datetime, *, owner: str, limit: int, lease_s: float, side_by_side: int = 8
    ) -> tuple[Delivery, ...]:
        """The next due row of each recipient, of at most ``limit`` of them and ``side_by_side`` of one channel."""

    def together(self) -> AbstractContextManager[None]:
        """One transaction for the ends of some attempts and the starts of the next."""

    def start_attempt(self, delivery_id: DeliveryId, now: datetime) -> int:
        """Commits an attempt row with outcome 'started' before the network call; returns its number (from 1)."""

    def finish_attempt(
        self, delivery_id: DeliveryId, number: int, outcome: DeliveryOutcome, *, now: datetime, next_at: datetime | None
    ) -> None:
        """Ends the attempt. Sent: state sent. Refused: pending again at ``next_at``, or dead when that is None."""


class Channel(Protocol):
    """One way to tell. Never raises for an expected failure: returns ``Refused``."""

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome: ...


class PeriodUnit(Protocol):
    """What closing a period writes, all in one transaction."""

    def open_period(
        self,
        kind: str,
        *,
        period_id: str,
        digest_id: DigestId,
        start_at: datetime,
        end_at: datetime,
        first_day: date,
        last_day: date,
        from_seq: int,
    ) -> "Period": ...

    def close_period(self, period_id: str) -> "Period": ...

    def digest(self, digest_id: DigestId, period_id: str, message: "Message", *, made_at: datetime) -> None: ...

    def place(self, channel: str, recipient_id: str) -> Place: ...

    def enqueue(self, delivery: Delivery, *, at: datetime) -> None: ...

    def audit(self, event: str, subject: str, facts: Mapping[str, object], *, at: datetime) -> str: ...


class PeriodQueries(Protocol):
    def current_period(self, kind: str) -> "Period | None":
        """The open period of that kind."""

    def last_period(self, kind: str) -> "Period | None":
        """The newest closed period of that kind."""

    def digest_ids(self) -> Sequence[DigestId]:
        """All digests made, oldest first."""

    def seq_before(self, at: datetime) -> int:
        """The commit sequence of the newest check that started before ``at``; 0 when there is none."""


class PeriodStore(Protocol):
    """What the digest's turn reads and writes."""

    @property
    def queries(self) -> PeriodQueries: ...

    def unit(self) -> AbstractContextManager[PeriodUnit]: ...


class BundleUnit(Protocol):
    """What telling a bundle writes, all in one transaction."""

    def enqueue(self, delivery: Delivery, *, at: datetime) -> None: ...

    def place(self, channel: str, recipient_id: str) -> Place: ...

    def unbundle(self, delivery_id: DeliveryId) -> None:
        """Lets a waiting row go its own way after all."""

    def told_in(self, delivery_id: DeliveryId, summary_id: DeliveryId, *, at: datetime) -> None:
        """Cancels a waiting row, for ``summary_id`` tells what it would have told."""

    def audit(self, event: str, subject: str, facts: Mapping[str, object], *, at: datetime) -> str: ...


class BundleStore(Protocol):
    def due_bundles(self, now: datetime) -> Mapping[str, Sequence[Delivery]]:
        """The waiting rows of every bundle whose time has come, oldest first."""

    def assessed_change(self, change_id: ChangeId) -> tuple[Change, Assessment] | None: ...

    def unit(self) -> AbstractContextManager[BundleUnit]: ...
