"""What is wrong with watching itself: a source that is blind, stale or has run past us, a recipient who cannot be told,
a record that is damaged.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from monitor.model.ids import ProblemId, Sha256, SourceId


class Trouble(StrEnum):
    """The kinds of problem; each asks for something else to be done."""

    BROKEN = "broken"
    BLOCKED = "blocked"
    HELD = "held"
    STALE = "stale"
    GAP = "gap"
    DOCUMENTS = "documents"
    HOST = "host"
    """Of a host, not of a source: it does the same to several of its sources."""
    UNREACHED = "unreached"
    """Of a subscriber, not of a source: what is to be told to him does not arrive."""
    DAMAGED = "damaged"
    """Of the record: when all of it was read, something was not as it was written."""
    FULL = "full"
    """Of the disk."""
    UNSAVED = "unsaved"
    """Of the backups."""
    UNSOUND = "unsound"
    """Of the rule files: they have faults, and the rules of before judge on."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong now, as the record shows it. ``check_id``: the check that shows it best; ``sources``: of
    a host's problem the sources concerned, those of before included.
    """

    source_id: SourceId
    trouble: Trouble
    code: str
    reason: str
    since: datetime
    check_id: int | None = None
    sources: tuple[SourceId, ...] = ()


class Closing(Struct, frozen=True, kw_only=True):
    """How a problem ended: ``mended`` by itself, ``superseded`` by another (the source now fails in another way), or
    ``acknowledged`` by a person who says why.
    """

    at: datetime
    how: str
    by: str | None = None
    reason: str | None = None


class SourceProblem(Struct, frozen=True, kw_only=True):
    """A finding that lasted long enough to be told. ``tellings``: how often it was told, ``told_at`` the last time;
    ``page_sha256``: the saved page that shows it, when one came.
    """

    id: ProblemId
    finding: Finding
    opened_at: datetime
    tellings: int
    told_at: datetime
    closing: Closing | None = None
    page_sha256: Sha256 | None = None


class Verification(Struct, frozen=True, kw_only=True):
    """What came of reading all of the record at ``at``: how many faults, and the first of them."""

    at: datetime
    faults: int
    first: str = ""


class BackupTried(Struct, frozen=True, kw_only=True):
    """The newest backup that was to be made, and why it was not; "" when it was."""

    at: datetime
    fault: str = ""


RECORD, DISK, BACKUPS, RULES = map(SourceId, ("service:record", "service:disk", "service:backups", "service:rules"))
"""What stands in the place of the source in a problem of the installation itself."""

_SUBSCRIBER = "subscriber:"


def subscriber_place(recipient_id: str) -> SourceId:
    """What stands in the place of the source in a problem of a subscriber; no source's id has a colon."""
    return SourceId(f"{_SUBSCRIBER}{recipient_id}")


def recipient_of(place: str) -> str:
    """The recipient's id, from ``subscriber_place``."""
    return place.removeprefix(_SUBSCRIBER)


_HOST = "host:"


def host_place(host: str) -> SourceId:
    """What stands in the place of the source in a problem of a host."""
    return SourceId(f"{_HOST}{host}")


def host_of(place: str) -> str:
    """The host, from ``host_place``."""
    return place.removeprefix(_HOST)
