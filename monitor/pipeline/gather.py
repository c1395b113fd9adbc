"""Fetches one source along its routes and reads what came: everything of a check that needs no database.

Runs in worker threads. Nothing is decided here: the vetting rules on each response, the extractor reads it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from monitor.compare.vetting import judge_response
from monitor.model.capture import Capture, FetchBlocked, Fetched, FetchFailed, NotModified, Validators
from monitor.model.dated import addresses_on
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.model.verdict import Ruling, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.gathered import SAME_BYTES, Gathered
from monitor.pipeline.pages import as_page, find_link, first_items, join, repeats
from monitor.pipeline.ports import Extractor, Fetcher

MAX_PAGES = 50
"""A list that goes on for more pages than this is not believed to end."""


@dataclass(slots=True)
class _Trace:
    """What the attempts of one check add up to."""

    evidence: list[Capture] = field(default_factory=list)
    partial: bytes = b""
    requests: int = 0
    http_status: int | None = None


class Gatherer(Struct, frozen=True, kw_only=True):
    """The hands of one poll: the client and the clock. ``renderer``: the client for pages that need a browser."""

    fetcher: Fetcher
    renderer: Fetcher | None = None
    now: Callable[[], datetime]
    full_get_every: timedelta

    def gather(self, source: Source, state: WatchState, extractor: Extractor) -> Gathered:
        """Tries the routes in order. A block ends the check at once; trying on would prolong it."""
        started_at = self.now()
        trace = _Trace()
        first: Ruling | None = None
        dead_hosts: set[str] = set()
        for route in source.routes:
            host = route.host
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
        fetcher = self.renderer if source.browser and self.renderer else self.fetcher
        outcome = fetcher.fetch(
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
        if source.browser or source.reading.next_page is not None or state.absences or state.validators.url != url:
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
        if repeats(pages, parts):
            reason = f"Two of the {len(pages)} pages of the list were the same; we do not know what the others held."
            return Ruling(verdict=Verdict.SUSPECT, code="page-repeated", reason=reason)
        first = self._fetch(source, pages[0].official_url, None, source.contract, trace)
        if isinstance(first, Ruling):
            return first
        if first.sha256 == pages[0].sha256:
            return join(parts), tuple(pages)
        try:
            same = first_items(extractor.extract(as_page(first), source)) == first_items(parts[0])
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


def _is_accepted_copy(source: Source, capture: Capture, state: WatchState) -> bool:
    """Whether this is, byte for byte, what was vetted and accepted before: then nothing needs to be read again."""
    return capture.status == 200 and capture.sha256 == state.body_sha256 and source.reading.next_page is None
