"""One matter a person asks about (a code, a coverage document, a device, a rule), and what the record says of it."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from monitor.model.assessment import DateKind, LegalDate, Tier
from monitor.model.decision import Decision
from monitor.model.ids import ChangeId, Sha256, SourceId
from monitor.model.question import SheetRow
from monitor.model.readiness import Readiness
from monitor.model.source import DocumentVersion
from monitor.model.verdict import Check


class SubjectKind(StrEnum):
    """What can be asked about; the value is what is typed before the colon."""

    CMAA = "cmaa"
    CPT = "cpt"
    LCD = "lcd"
    NCD = "ncd"
    FDA = "fda"
    RULE = "rule"
    APPENDIX_S = "appendix-s"


class Subject(Struct, frozen=True, kw_only=True):
    """``number`` is the regulator's own, in capitals ("" for CMAA and Appendix S)."""

    kind: SubjectKind
    number: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.number}" if self.number else self.kind.value


class Rung(Struct, frozen=True, kw_only=True):
    """A step of a ladder that the matter reached.

    ``seen_at``: when the monitor first saw it there; ``change_id``: the change that moved it, None when it stood there
    at the first look. ``stated_on``: the day the source itself gives for the step. ``ground``: in words, whence this is
    known.
    """

    says: str
    next_step: str | None
    seen_at: datetime | None
    change_id: ChangeId | None
    stated_on: date | None
    ground: str


class Copy(Struct, frozen=True, kw_only=True):
    """The accepted copy of a source that was in force at some commit sequence."""

    source_id: SourceId
    snapshot_id: int
    check_id: int
    body_sha256: Sha256
    accepted_at: datetime
    items: int


class Holding(Struct, frozen=True, kw_only=True):
    """One row about the matter, or for a document the whole of it, as a copy holds it.

    ``version``: which version of a document it is, where several live side by side.
    """

    copy: Copy
    source_name: str
    key: str
    label: str
    fields: Mapping[str, str]
    official_url: str
    version: DocumentVersion | None = None


class Naming(Struct, frozen=True, kw_only=True):
    """An item about something else whose text names the matter. ``coverage``: it is a coverage document."""

    copy: Copy
    source_name: str
    key: str
    label: str
    official_url: str
    coverage: bool


class Entered(Struct, frozen=True, kw_only=True):
    """A date that a person entered beside a change, or took back (``on`` None), and when."""

    change_id: ChangeId
    at: datetime
    kind: DateKind
    key: str | None
    on: date | None
    clock: str | None
    by: str
    reason: str


class Moved(Struct, frozen=True, kw_only=True):
    """A change that touched or named the matter, and what was decided about it by then."""

    change_id: ChangeId
    source_id: SourceId
    headline: str
    tier: Tier
    first_changed_at: datetime
    dates: tuple[LegalDate, ...]
    decision: Decision | None = None


class LastLook(Struct, frozen=True, kw_only=True):
    """How a source was last asked. ``last``: the newest check of the source itself; ``good_at``: the end of the newest
    verified one; ``since``: when it was first asked.
    """

    source_id: SourceId
    source_name: str
    last: Check | None
    good_at: datetime | None
    since: datetime | None


class Dossier(Struct, frozen=True, kw_only=True):
    """All that the record says of a matter, as known to the monitor up to commit sequence ``seq``.

    ``as_of`` is set when the past was asked for; then nothing learned later is in it, the program's own reference lists
    included. ``watched_since``: the first look at any of the sources that could show the matter, None when nobody
    looked by then. ``reference``: what the reference list says of a code today. ``nearest``: similar numbers held,
    when nothing is known. ``readiness``: how ready the house itself is, where anybody said so by then.
    """

    subject: Subject
    at: datetime
    as_of: datetime | None
    seq: int
    watched_since: datetime | None
    rungs: tuple[Rung, ...]
    held: tuple[Holding, ...]
    named_in: tuple[Naming, ...]
    changes: tuple[Moved, ...]
    dates: tuple[LegalDate, ...]
    looks: tuple[LastLook, ...]
    sheet: tuple[SheetRow, ...] = ()
    reference: str = ""
    nearest: tuple[str, ...] = ()
    readiness: Readiness | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything at all is on record."""
        return bool(self.rungs or self.held or self.named_in or self.changes or self.sheet or self.reference)
