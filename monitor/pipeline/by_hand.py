"""A copy that a person saved, made ready to be settled like a fetched one: the way in for a host that lets no robot in.

Nothing is spared it: the response is vetted as if the source's address had answered with it, then it is read, held
against the contract and the baseline, compared, assessed and told. Only its moment is another: when it was saved.
"""

import hashlib
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from monitor.compare.vetting import judge_response
from monitor.formats.saved import Saved, unwrap
from monitor.model.capture import Capture
from monitor.model.errors import Unreadable, UsageError
from monitor.model.hand import HandSaved
from monitor.model.ids import Sha256
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.gathered import SAME_BYTES, Gathered
from monitor.pipeline.pages import as_page
from monitor.pipeline.ports import Extractor

_WRONG_FILE = "The file is not a good copy: had it come from the source, it would read: "

NOBODY_ANSWERED = 0
"""The HTTP status kept with a copy that no server sent to us."""


def refuse_backwards(hand: HandSaved, state: WatchState | None, now: datetime) -> None:
    """Raises UsageError for a moment still to come, and for one before the last at which the source was seen."""
    taken = _utc(hand.taken_at)
    if hand.taken_at > now:
        raise UsageError(f"--taken-at {taken} is still to come (it is {_utc(now)}); write when the copy was saved")
    seen = state.last_seen_at if state is not None and state.snapshot_id is not None else None
    if state is not None and seen is not None and hand.taken_at < seen:
        raise UsageError(
            f"--taken-at {taken} is before {_utc(seen)}, when {state.source_id} was last seen: an older copy would run"
            " the record backwards. Look at it with: cmaa-monitor compare FILE NEWER-FILE --source"
            f" {state.source_id}"
        )


def _site(host: str) -> str:
    """The host without ``www.``: one site under two names."""
    return host.removeprefix("www.")


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


class HandCopy(Struct, frozen=True, kw_only=True):
    """A file as it was saved, the source it is a copy of, and by whom and when."""

    source: Source
    file: bytes
    hand: HandSaved

    def gather(self, state: WatchState, extractor: Extractor, now: datetime) -> Gathered:
        """What ``Gatherer.gather`` would have brought home, had the source answered with this file."""
        gathered = Gathered(source=self.source, started_at=now, ended_at=now, hand=self.hand)
        try:
            saved = unwrap(self.file)
        except Unreadable as fault:
            return replace(gathered, ruling=_suspect(fault))
        if (elsewhere := self._elsewhere(saved.url)) is not None:
            return replace(gathered, ruling=elsewhere)
        hand = replace(self.hand, url=self.hand.url or saved.url)
        page = self._capture(saved, hand)
        gathered = replace(gathered, hand=hand, pages=(replace(page, status=NOBODY_ANSWERED),))
        if saved.body != self.file:
            gathered = replace(gathered, evidence=(_whole(self.file, page),))
        if page.sha256 == state.body_sha256:
            return replace(gathered, ruling=SAME_BYTES)
        read = self._read(page, extractor)
        return replace(gathered, ruling=read) if isinstance(read, Ruling) else replace(gathered, snapshot=read)

    def _elsewhere(self, saved_from: str | None) -> Ruling | None:
        """A file that says it was saved from another site is no copy of this one; who knows better says --url."""
        host = urlsplit(saved_from or "").hostname
        known = {urlsplit(route.url).hostname for route in self.source.routes} | {
            urlsplit(self.source.official_url).hostname
        }
        if host is None or self.hand.url is not None or _site(host) in {_site(one) for one in known if one}:
            return None
        here = urlsplit(self.source.official_url).hostname
        mend = "If it is a copy of this page all the same, say where it came from with --url."
        reason = f"The file says that it was saved from {host[:100]}, not from {here}. {mend}"
        return Ruling(verdict=Verdict.SUSPECT, code="other-site", reason=reason)

    def _read(self, page: Capture, extractor: Extractor) -> Snapshot | Ruling:
        ruling = judge_response(page, self.source.contract)
        if ruling is not None:
            # A saved block page is a wrong file: nobody blocked us.
            return Ruling(verdict=Verdict.SUSPECT, code=ruling.code, reason=f"{_WRONG_FILE}{ruling.reason}")
        try:
            return extractor.extract(as_page(page), self.source)
        except Unreadable as fault:
            return _suspect(fault)

    def _capture(self, saved: Saved, hand: HandSaved) -> Capture:
        """The document as if the source's address had answered with it; its form is left to the bytes."""
        asked = self.source.routes[0].url
        return Capture(
            official_url=asked,
            final_url=hand.url or asked,
            hops=(),
            status=200,
            headers=(("content-type", f"text/html; charset={saved.charset}"),) if saved.charset else (),
            body=saved.body,
            sha256=_sha256(saved.body),
            wire_bytes=len(self.file),
            started_at=hand.taken_at,
            ended_at=hand.taken_at,
        )


def _whole(file: bytes, page: Capture) -> Capture:
    """The file as it was handed in, where the page is only a part of it."""
    return replace(page, status=NOBODY_ANSWERED, headers=(), body=file, sha256=_sha256(file))


def _sha256(body: bytes) -> Sha256:
    return Sha256(hashlib.sha256(body).hexdigest())


def _suspect(fault: Unreadable) -> Ruling:
    return Ruling(verdict=Verdict.SUSPECT, code=fault.code, reason=fault.reason)
