"""Fetches one source along its routes and reads what came: everything of a check that needs no database.

Runs in worker threads. Nothing is decided here: the vetting rules on each response, the extractor reads it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.compare.vetting import judge_response
from monitor.model.capture import Capture, FetchBlocked, Fetched, FetchFailed, NotModified, Validators
from monitor.model.dated import addresses_on
from monitor.model.errors import Unreadable
from monitor.model.hand import HandSaved
from monitor.model.ids import Sha256
from monitor.model.snapshot import Page, Snapshot, add_up
from monitor.model.source import Contract, Kind, Route, Source
from monitor.model.verdict import Ruling, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.ports import Extractor, Fetcher

SAME_BYTES = Ruling(verdict=Verdict.SAME, code="same-bytes", reason="The same bytes as the copy we hold.")

MAX_PAGES = 50
"""A list that goes on for more pages than this is not believed to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
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
    def validators(self) -> Validators:
        """Those of a single-page copy; a list of several pages is always fetched whole."""
        return self.pages[0].validators if len(self.pages) == 1 else Validators()


@dataclass(slots=True)
class _Trace:
    """What the attempts of one check add up to."""

    evidence: list[Capture] = field(default_factory=list)
    partial: bytes = b""
    requests: int = 0
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """The hands of one poll: the client and the clock."""

    fetcher: Fetcher
    now: Callable[[], datetime]
    full_get_every: timedelta

    def gather(self, source: Source, state: WatchState, extractor: Extractor) -> Gathered:
        """Tries the routes in order. A block ends the check at once; trying on would prolong it."""
        started_at = self.now()
        trace = _Trace()
        first: Ruling | None = None
        dead_hosts: set[str] = set()
        for route in source.routes:
            host = urlsplit(route.url).netloc
            if host in dead_hosts:
                continue
            result = self._try(source, route, state, extractor, trace)
            if not isinstance(result, Ruling) or result.verdict.verified:
                return self._finish(source, started_at, trace, result)
            first = first or result
            if result.verdict is Verdict.BLOCKED or result.code in _HOST_IS_DOWN:
                dead_hosts.add(host)
        if first is None:
            first = Ruling(verdict=Verdict.FAILED, code="no-route", reason="The source has no address to fetch.")
        return self._finish(source, started_at, trace, first)

    def _finish(
        self,
        source: Source,
        started_at: datetime,
        trace: _Trace,
        result: "Ruling | tuple[Snapshot, tuple[Capture, ...]]",
    ) -> Gathered:
        gathered = Gathered(
            source=source,
            started_at=started_at,
            ended_at=self.now(),
            evidence=tuple(trace.evidence),
            partial=trace.partial,
            requests=trace.requests,
            http_status=trace.http_status,
        )
        if isinstance(result, Ruling):
            if result.verdict is not Verdict.SAME:
                return replace(gathered, ruling=result)
            *others, page = gathered.evidence
            return replace(gathered, ruling=result, pages=(page,), evidence=tuple(others))
        snapshot, pages = result
        rest = tuple(c for c in gathered.evidence if c not in pages)
        return replace(gathered, snapshot=snapshot, pages=pages, evidence=rest)

    def _try(
        self, source: Source, route: Route, state: WatchState, extractor: Extractor, trace: _Trace
    ) -> "Ruling | tuple[Snapshot, tuple[Capture, ...]]":
        """One route: its page or pages read, or the ruling that ends it."""
        since = state.last_good_at.date() if state.last_good_at else None
        url, *earlier = addresses_on(route.url, self.now().date(), since)
        if earlier:
            return self._windows(source, (url, *earlier), extractor, trace)
        if route.link_text is not None:
            found = self._follow(source, url, route.link_text, trace)
            if isinstance(found, Ruling):
                return found
            url = found
        capture = self._fetch(source, url, self._validators(source, url, state), source.contract, trace, state)
        if isinstance(capture, Ruling):
            return capture
        return self._read(source, capture, extractor, trace)

    def _windows(
        self, source: Source, urls: Sequence[str], extractor: Extractor, trace: _Trace
    ) -> "Ruling | tuple[Snapshot, tuple[Capture, ...]]":
        """A list that is asked for week by week, joined as one; without one of its weeks it is not whole."""
        parts: list[Snapshot] = []
        pages: list[Capture] = []
        for url in urls:
            capture = self._fetch(source, url, None, source.contract, trace)
            read = capture if isinstance(capture, Ruling) else self._read(source, capture, extractor, trace)
            if isinstance(read, Ruling):
                return read
            parts.append(read[0])
            pages.extend(read[1])
        return join(parts), tuple(pages)

    def _follow(self, source: Source, url: str, link_text: str, trace: _Trace) -> "str | Ruling":
        page = self._fetch(source, url, None, Contract(), trace)
        if isinstance(page, Ruling):
            return page
        try:
            link = find_link(as_page(page), link_text)
        except Unreadable as fault:
            return Ruling(verdict=Verdict.SUSPECT, code=fault.code, reason=fault.reason)
        if link is None:
            reason = f"The page {url} no longer has a link that says “{link_text}”; the list could not be found."
            return Ruling(verdict=Verdict.SUSPECT, code="link-missing", reason=reason)
        return link

    def _fetch(
        self,
        source: Source,
        url: str,
        validators: Validators | None,
        contract: Contract,
        trace: _Trace,
        state: WatchState | None = None,
    ) -> Capture | Ruling:
        """The response, or the ruling that ends the route. ``state`` is given where an accepted copy may return."""
        outcome = self.fetcher.fetch(
            url, validators=validators, respect_robots=source.respect_robots, max_body_bytes=body_limit(source)
        )
        trace.requests += len(outcome.capture.hops) if isinstance(outcome, Fetched) else len(outcome.hops)
        match outcome:
            case NotModified():
                trace.http_status = 304
                reason = "The server says the page is unchanged since our copy."
                return Ruling(verdict=Verdict.NOT_MODIFIED, code="not-modified", reason=reason)
            case FetchBlocked():
                reason = f"The page was not asked for ({outcome.reason}); {_UNKNOWN}."
                return Ruling(verdict=Verdict.BLOCKED, code=outcome.code, reason=reason)
            case FetchFailed():
                trace.partial = outcome.partial or trace.partial
                return _failed(outcome)
            case Fetched(capture=capture):
                trace.http_status = capture.status
                trace.evidence.append(capture)
                if state is not None and _is_accepted_copy(source, capture, state):
                    return SAME_BYTES
                if len(capture.body) > (limit := body_limit(source)):
                    reason = f"The body has {len(capture.body):,} bytes, more than the {limit:,} that are read of it"
                    return Ruling(verdict=Verdict.SUSPECT, code="too-large", reason=f"{reason}; {_UNKNOWN}.")
                return judge_response(capture, contract) or capture

    def _validators(self, source: Source, url: str, state: WatchState) -> Validators | None:
        """Only for the very address the baseline came from, only while nothing waits for a confirming full fetch."""
        if source.reading.next_page is not None or state.absences or state.validators.url != url:
            return None
        if state.last_full_get_at is None or self.now() - state.last_full_get_at >= self.full_get_every:
            return None
        return state.validators

    def _read(
        self, source: Source, first: Capture, extractor: Extractor, trace: _Trace, *, again: bool = False
    ) -> "Ruling | tuple[Snapshot, tuple[Capture, ...]]":
        """Reads the page and, where the list goes on, the pages after it. ``again``: it changed meanwhile before."""
        pages, parts = [first], []
        try:
            parts.append(extractor.extract(as_page(first), source))
            while (next_url := parts[-1].next_url) is not None:
                if len(pages) >= MAX_PAGES or next_url in {p.official_url for p in pages}:
                    reason = f"The list still had a next page after {len(pages)} pages; we do not know where it ends."
                    return Ruling(verdict=Verdict.SUSPECT, code="endless-paging", reason=reason)
                capture = self._fetch(source, next_url, None, source.contract, trace)
                if isinstance(capture, Ruling):
                    return capture
                pages.append(capture)
                parts.append(extractor.extract(as_page(capture), source))
        except Unreadable as fault:
            return Ruling(verdict=Verdict.SUSPECT, code=fault.code, reason=fault.reason)
        return self._proven(source, pages, parts, extractor, trace, again=again)

    def _proven(
        self,
        source: Source,
        pages: list[Capture],
        parts: list[Snapshot],
        extractor: Extractor,
        trace: _Trace,
        *,
        again: bool,
    ) -> "Ruling | tuple[Snapshot, tuple[Capture, ...]]":
        """The pages as one list, when it did not change while they were read: an item that went from an earlier page
        pulls one past us unseen. So the first page is asked for once more; a list that moved is read anew, once.
        """
        if len(pages) == 1:
            return parts[0], (pages[0],)
        if _repeats(pages, parts):
            reason = f"Two of the {len(pages)} pages of the list were the same; we do not know what the others held."
            return Ruling(verdict=Verdict.SUSPECT, code="page-repeated", reason=reason)
        first = self._fetch(source, pages[0].official_url, None, source.contract, trace)
        if isinstance(first, Ruling):
            return first
        if first.sha256 == pages[0].sha256:
            return join(parts), tuple(pages)
        try:
            same = _first_items(extractor.extract(as_page(first), source)) == _first_items(parts[0])
        except Unreadable as fault:
            return Ruling(verdict=Verdict.SUSPECT, code=fault.code, reason=fault.reason)
        if same:
            return join(parts), tuple(pages)
        if not again:
            return self._read(source, first, extractor, trace, again=True)
        reason = "The list changed twice while its pages were read; we do not know whether all of it came."
        return Ruling(verdict=Verdict.SUSPECT, code="list-moved", reason=reason)


_BODY_LIMITS = {Kind.LINKS: 4_000_000, Kind.FEED: 8_000_000, Kind.PROSE: 16_000_000}
_BODY_LIMIT = 32_000_000


def body_limit(source: Source) -> int:
    """The most bytes of one body that are fetched and parsed: reading a page takes up to thirty times its size in
    memory, and an index of links never needs much. ``max_body`` of the entry says otherwise.
    """
    return source.max_body_bytes or _BODY_LIMITS.get(source.kind, _BODY_LIMIT)


def _first_items(part: Snapshot) -> tuple[object, ...]:
    """What must be the same on the first page before and after the others were read."""
    return part.declared_total, [record.key for record in part.records]


def _repeats(pages: list[Capture], parts: list[Snapshot]) -> bool:
    """Whether a page came twice. Of the parts of one document, each at a path of its own, several may well be empty."""
    told = {
        ("" if part.size else urlsplit(page.official_url).path, page.sha256)
        for page, part in zip(pages, parts, strict=True)
    }
    return len(told) < len(pages)


_UNKNOWN = "we do not know whether anything changed"
_HOST_IS_DOWN = frozenset({"dns", "refused", "connect-timeout", "timeout", "tls", "forbidden-address"})
"""Failures of the host rather than of one address: its other routes are not tried in the same check."""

_INCOMPLETE = frozenset({"truncated", "bad-encoding", "too-large"})
"""Something came, but not a whole copy: suspect, as against a host that gave no answer."""


def _failed(outcome: FetchFailed) -> Ruling:
    if outcome.code not in _INCOMPLETE:
        reason = f"The page could not be fetched ({outcome.reason}); {_UNKNOWN}."
        return Ruling(verdict=Verdict.FAILED, code=outcome.code, reason=reason)
    reason = f"The copy did not arrive whole ({outcome.reason}); {_UNKNOWN}."
    return Ruling(verdict=Verdict.SUSPECT, code=outcome.code, reason=reason)


def as_page(capture: Capture) -> Page:
    """The part of a capture that an extractor needs."""
    parameters = (capture.header("content-type") or "").split(";")[1:]
    charset = next(
        (p.split("=", 1)[1].strip(" \"'") for p in parameters if p.strip().lower().startswith("charset=")), None
    )
    return Page(body=capture.body, url=capture.final_url, media_type=capture.media_type, charset=charset)


def _is_accepted_copy(source: Source, capture: Capture, state: WatchState) -> bool:
    """Whether this is, byte for byte, what was vetted and accepted before: then nothing needs to be read again."""
    return capture.status == 200 and capture.sha256 == state.body_sha256 and source.reading.next_page is None


def find_link(page: Page, link_text: str) -> str | None:
    """The address of the first link whose text contains ``link_text`` (case ignored). Raises ``Unreadable``."""
    # Imported here: few sources are found through a link.
    from monitor.formats.html import links
    from monitor.formats.text import decode

    wanted = link_text.casefold()
    found = links(decode(page.body, page.charset), page.url, None)
    return next((link.href for link in found if wanted in link.text.casefold()), None)


def join(parts: list[Snapshot]) -> Snapshot:
    """The pages of one list as one snapshot; an item that slid onto the next page meanwhile is kept once.

    The columns are those of the first page that has any: a week in which nothing happened has none.
    """
    if len(parts) == 1:
        return parts[0]
    records = {record.key: record for part in parts for record in part.records}
    return replace(
        parts[0],
        records=tuple(records.values()),
        passages=tuple(p for part in parts for p in part.passages),
        columns=next((part.columns for part in parts if part.columns), ()),
        duplicates=tuple(d for part in parts for d in part.duplicates),
        next_url=None,
        strips=add_up(strip for part in parts for strip in part.strips),
    )
