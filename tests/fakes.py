"""Stand-ins at the boundary: a clock that is set by hand, answers that need no network, a reading that is counted."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.model.capture import (
    Capture,
    FetchBlocked,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Hop,
    NotModified,
    Validators,
)
from monitor.model.ids import Sha256
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Source

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class SettableClock:
    """Stands still until it is moved."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """``forward(hours=2)``: as ``timedelta`` reads it."""
        self.at += timedelta(**span)


@dataclass
class ScriptedFetcher:
    """Answers each address as written down, a list of answers one after the other (the last stays). What is not
    written down is a page that is gone. Fits ``ports.Fetcher``.
    """

    answers: Mapping[str, FetchOutcome | Sequence[FetchOutcome]]
    asked: list[str] = field(default_factory=list)
    sent: list[Validators | None] = field(default_factory=list)

    def fetch(
        self,
        url: str,
        *,
        validators: Validators | None,
        respect_robots: bool,
        max_body_bytes: int | None = None,
    ) -> FetchOutcome:
        turn = self.asked.count(url)
        self.asked.append(url)
        self.sent.append(validators)
        answer = self.answers.get(url) or page(url, b"<title>Not here</title>", status=404)
        return answer[min(turn, len(answer) - 1)] if isinstance(answer, Sequence) else answer


@dataclass
class CountingExtractor:
    """Reads as ``read`` does, under a version of its own, and counts. Fits ``ports.Extractor``."""

    read: Callable[[Page, Source], Snapshot]
    version: int = 1
    calls: int = 0

    def extract(self, page: Page, source: Source) -> Snapshot:
        self.calls += 1
        return self.read(page, source)


def page(
    url: str, body: bytes, media_type: str = "text/html; charset=utf-8", *, status: int = 200, **headers: str
) -> Fetched:
    """A whole answer. ``headers`` by their names, ``_`` for ``-``."""
    named = (("Content-Type", media_type), *((name.replace("_", "-"), value) for name, value in headers.items()))
    capture = Capture(
        official_url=url,
        final_url=url,
        hops=(Hop(url=url, status=status, peer="127.0.0.1"),),
        status=status,
        headers=named,
        body=body,
        sha256=Sha256(hashlib.sha256(body).hexdigest()),
        wire_bytes=len(body),
        started_at=NOW,
        ended_at=NOW,
    )
    return Fetched(capture=capture)


def failed(code: str, partial: bytes = b"") -> FetchFailed:
    return FetchFailed(
        code=code, reason=f"it went wrong: {code}", hops=(), started_at=NOW, ended_at=NOW, partial=partial
    )


def blocked(code: str = "robots") -> FetchBlocked:
    return FetchBlocked(code=code, reason=f"we may not: {code}", hops=(), started_at=NOW, ended_at=NOW)


def not_modified(url: str) -> NotModified:
    return NotModified(hops=(Hop(url=url, status=304),), started_at=NOW, ended_at=NOW)
