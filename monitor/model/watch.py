"""What the store remembers of a source between two checks."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from monitor.model.capture import Validators
from monitor.model.hand import HandSaved
from monitor.model.ids import RecordKey, Sha256, SourceId


class Held(Struct, frozen=True, kw_only=True):
    """A copy that was read but not believed yet.

    ``content_sha256``: of its canonical content; ``since``: the first of ``looks`` fetches in a row that showed it;
    ``check_id``: the newest of them, whose first ``pages`` captures are the copy.
    """

    code: str
    content_sha256: Sha256
    since: datetime
    looks: int
    pages: int
    check_id: int | None = None


class WatchState(Struct, frozen=True, kw_only=True):
    """The baseline's whereabouts and the source's health. All times UTC.

    ``body_sha256``: of the accepted bytes (of the list of page hashes when a list has several pages); ``validators``,
    ``extractor_version`` and ``read_as`` (a hash of what the entry says of reading) belong to that same copy.
    ``absences``: keys missing from the newest copies and since
    when, not yet believed to be removed. ``held``: a copy that waits to be seen again or accepted by a person.
    ``unverified_since``: start of the first of the failures that have lasted until now. ``hand``: the newest good copy
    that was saved by hand; it ends no run of failures. ``newest_on``: the newest date in the baseline that had come by
    then; kept only of sources that must be fresh.
    """

    source_id: SourceId
    snapshot_id: int | None = None
    body_sha256: Sha256 | None = None
    validators: Validators = field(default_factory=Validators)
    extractor_version: int | None = None
    read_as: Sha256 | None = None
    first_good_at: datetime | None = None
    last_good_at: datetime | None = None
    last_full_get_at: datetime | None = None
    unverified_since: datetime | None = None
    failures_in_row: int = 0
    absences: Mapping[RecordKey, datetime] = field(default_factory=dict)
    held: Held | None = None
    newest_on: date | None = None
    hand: HandSaved | None = None

    @property
    def last_seen_at(self) -> datetime | None:
        """The last moment at which the source is known to have said what the baseline says, fetched or seen by hand."""
        by_hand = self.hand.taken_at if self.hand else None
        return max((at for at in (self.last_good_at, by_hand) if at is not None), default=None)


class Robots(Struct, frozen=True, kw_only=True):
    """A host's robots.txt as last fetched. ``status`` None: it could not be fetched (then nothing may be asked)."""

    origin: str
    status: int | None
    text: str
    fetched_at: datetime
