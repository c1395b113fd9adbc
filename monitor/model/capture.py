"""What came over the wire, and the ways a fetch can end. Expected outcomes are values, not exceptions."""

from datetime import datetime

from msgspec import Struct

from monitor.model.ids import Sha256

RENDERED = "x-cmaa-rendered"
"""Header the client adds to a page that a browser put together: the browser, a semicolon, and what it took."""


class Validators(Struct, frozen=True, kw_only=True):
    """The two HTTP validators of an accepted copy; sent back only when that copy is still the baseline, and only to
    ``url``, the official address they came from.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None


class Hop(Struct, frozen=True, kw_only=True):
    """One request of a redirect chain: the URL asked, the status that came back, the peer's IP address."""

    url: str
    status: int
    peer: str | None = None


class Capture(Struct, frozen=True, kw_only=True):
    """One response as evidence. ``body`` is the decoded content; ``sha256`` is of ``body``; times are UTC and aware.

    ``official_url`` is the address the operator means; ``hops`` are the addresses really asked (they differ when
    ``origins:`` maps an official host elsewhere). ``final_url`` is the official spelling of the last hop.
    """

    official_url: str
    final_url: str
    hops: tuple[Hop, ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    sha256: Sha256
    wire_bytes: int
    started_at: datetime
    ended_at: datetime
    tls_version: str | None = None
    certificate_sha256: Sha256 | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name (case ignored), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def media_type(self) -> str | None:
        """The lower-case media type without parameters, or None when the server named none."""
        value = self.header("content-type")
        return value.split(";", 1)[0].strip().lower() if value else None

    @property
    def rendered_by(self) -> str | None:
        """The browser that put the page together (``Chromium 150.0.7871.100``), None: the body is as it was sent."""
        mark = self.header(RENDERED)
        return mark.partition(";")[0] if mark else None

    @property
    def validators(self) -> Validators:
        return Validators(etag=self.header("etag"), last_modified=self.header("last-modified"), url=self.official_url)


class Fetched(Struct, frozen=True, kw_only=True):
    """A complete response of any status but 304: whether a 403 is a block or a 404 a moved page is for the vetting."""

    capture: Capture


class NotModified(Struct, frozen=True, kw_only=True):
    """The server answered 304 to the validators we sent."""

    hops: tuple[Hop, ...]
    started_at: datetime
    ended_at: datetime


class FetchBlocked(Struct, frozen=True, kw_only=True):
    """We did not ask, because the host said not to: robots.txt forbids it, or its Retry-After has not passed yet.

    ``code`` is short and stable (``robots``, ``retry-after``); ``reason`` is a sentence for a person.
    """

    code: str
    reason: str
    hops: tuple[Hop, ...]
    started_at: datetime
    ended_at: datetime


class FetchFailed(Struct, frozen=True, kw_only=True):
    """No complete answer came. ``code`` is short and stable: ``dns``, ``refused``, ``connect-timeout``, ``timeout``
    (total deadline), ``tls``, ``reset``, ``truncated``, ``too-large``, ``bad-encoding``, ``redirect-loop``,
    ``too-many-redirects``, ``downgrade``, ``forbidden-address``, ``bad-url``, ``protocol``; ``reason`` is for a person.
    ``partial``: the bytes that did come, kept as evidence when there are any.
    """

    code: str
    reason: str
    hops: tuple[Hop, ...]
    started_at: datetime
    ended_at: datetime
    partial: bytes = b""


FetchOutcome = Fetched | NotModified | FetchBlocked | FetchFailed
