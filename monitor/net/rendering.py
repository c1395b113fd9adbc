"""Pages that only exist after their scripts ran: fetched by the guarded client, part by part, and put together by a
browser that has no other way out.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from threading import BoundedSemaphore

from msgspec import Struct, field
from msgspec.structs import replace

from monitor.model.capture import RENDERED, Capture, Fetched, FetchFailed, FetchOutcome, Hop, Validators
from monitor.model.ids import Sha256
from monitor.net.chromium import Chromium, Part, Rendered, Unrendered
from monitor.net.client import HttpClient

MOST_PART_BYTES = 16_000_000
MOST_BYTES = 48_000_000
"""Of one part, and of all parts of one page."""

_PAGES = frozenset({"text/html", "application/xhtml+xml", None})
_OF_THE_SHELL = frozenset(
    {"content-type", "content-length", "content-encoding", "transfer-encoding", "etag", "last-modified", "age"}
)


class RenderingClient(Struct, frozen=True, kw_only=True):
    """Fits the pipeline's ``Fetcher``; one page is rendered at a time, for a browser takes much memory."""

    client: HttpClient
    chromium: Chromium
    now: Callable[[], datetime]
    most_dom: int = 32_000_000
    _free: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(1))

    def fetch(
        self,
        url: str,
        *,
        validators: Validators | None,  # noqa: ARG002 - see below
        respect_robots: bool,
        max_body_bytes: int | None = None,
    ) -> FetchOutcome:
        """As ``HttpClient.fetch``; the body of a page is what its scripts made of it. Never conditional: that the shell
        of a page is unchanged says nothing about what its scripts fetch.
        """
        outcome = self.client.fetch(url, validators=None, respect_robots=respect_robots, max_body_bytes=max_body_bytes)
        if not isinstance(outcome, Fetched) or not _is_page(outcome.capture):
            return outcome
        shell, basket = outcome.capture, _Basket(self.client, respect_robots)
        first = Part(status=200, headers=_headers(shell), body=shell.body)
        most = self.most_dom if max_body_bytes is None else min(self.most_dom, max_body_bytes)
        try:
            with self._free:
                rendered = self.chromium.render(shell.final_url, first, basket.get, most_bytes=most)
        except Unrendered as fault:
            hops = (*basket.hops, *shell.hops)
            return FetchFailed(
                code="rendering",
                reason=fault.reason,
                hops=hops,
                started_at=shell.started_at,
                ended_at=self.now(),
                partial=shell.body,
            )
        return Fetched(capture=self._as_rendered(shell, rendered, basket))

    def _as_rendered(self, shell: Capture, rendered: Rendered, basket: "_Basket") -> Capture:
        """The shell's capture with the finished page as its body, and the mark that says so."""
        body = rendered.html.encode("utf-8", errors="replace")
        mark = (
            f"{rendered.version}; from {shell.sha256}; {rendered.parts} parts, {rendered.refused} of them refused;"
            f" {basket.bytes} bytes"
        )
        kept = tuple((name, value) for name, value in shell.headers if name.lower() not in _OF_THE_SHELL)
        return replace(
            shell,
            final_url=rendered.url if rendered.url.startswith(("https://", "http://")) else shell.final_url,
            hops=(*basket.hops, *shell.hops),
            headers=(*kept, ("content-type", "text/html; charset=utf-8"), (RENDERED, mark)),
            body=body,
            sha256=Sha256(hashlib.sha256(body).hexdigest()),
            ended_at=self.now(),
        )


class _Basket:
    """Fetches the parts of one page through the guarded client, and counts what they cost."""

    def __init__(self, client: HttpClient, respect_robots: bool) -> None:
        self.hops: list[Hop] = []
        self.bytes = 0
        self._client = client
        self._respect_robots = respect_robots

    def get(self, url: str) -> Part | None:
        if self.bytes >= MOST_BYTES:
            return None
        most = min(MOST_PART_BYTES, MOST_BYTES - self.bytes)
        outcome = self._client.fetch(
            url, validators=None, respect_robots=self._respect_robots, max_body_bytes=most, is_part=True
        )
        if not isinstance(outcome, Fetched):
            self.hops += outcome.hops
            return None
        capture = outcome.capture
        self.hops += capture.hops
        self.bytes += len(capture.body)
        return Part(status=capture.status, headers=_headers(capture), body=capture.body)


def _is_page(capture: Capture) -> bool:
    return capture.status == 200 and capture.media_type in _PAGES


def _headers(capture: Capture) -> dict[str, str]:
    return {name.lower(): value for name, value in capture.headers}
