"""What one check brought home, before it is held against the baseline."""

import hashlib
from datetime import datetime

from msgspec import Struct

from monitor.model.capture import Capture, Validators
from monitor.model.hand import HandSaved
from monitor.model.ids import Sha256
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, Verdict

SAME_BYTES = Ruling(verdict=Verdict.SAME, code="same-bytes", reason="The same bytes as the copy we hold.")


class Gathered(Struct, frozen=True, kw_only=True):
    """What one check brought home.

    Either ``snapshot`` holds what was read (to be vetted against the baseline), or ``ruling`` says how the check ended:
    NOT_MODIFIED and SAME without parsing, or one of the unverified verdicts. ``captures`` are all bodies seen, the
    accepted pages first when there are any. ``hand``: nothing was fetched, a person saved the copy.
    """

    source: Source
    started_at: datetime
    ended_at: datetime
    snapshot: Snapshot | None = None
    ruling: Ruling | None = None
    pages: tuple[Capture, ...] = ()
    evidence: tuple[Capture, ...] = ()
    partial: bytes = b""
    requests: int = 0
    http_status: int | None = None
    hand: HandSaved | None = None

    @property
    def looked_at(self) -> datetime:
        """When the look at the source began."""
        return self.hand.taken_at if self.hand else self.started_at

    @property
    def seen_at(self) -> datetime:
        """The moment for which the copy proves what the source said."""
        return self.hand.taken_at if self.hand else self.ended_at

    @property
    def body_sha256(self) -> Sha256:
        """The body's hash; for a list of several pages the hash of their hashes in order."""
        if len(self.pages) == 1:
            return self.pages[0].sha256
        return Sha256(hashlib.sha256("\n".join(p.sha256 for p in self.pages).encode()).hexdigest())

    @property
    def rendered_by(self) -> str | None:
        """The browser that made the copy."""
        return self.pages[0].rendered_by if self.pages else None

    @property
    def validators(self) -> Validators:
        """Those of a single-page copy; a list of several pages is always fetched whole."""
        return self.pages[0].validators if len(self.pages) == 1 else Validators()
