"""The bytes of a copy as files, with a manifest that proves them to somebody who has neither this program nor trust in
it: hashes for ``sha256sum``, and the audit entries as the very bytes that were hashed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct

from monitor.model.capture import Capture
from monitor.model.ids import Sha256
from monitor.model.proof import ChainEntry
from monitor.model.verdict import Check

_ENDINGS = {
    "text/html": "html",
    "text/csv": "csv",
    "text/plain": "txt",
    "application/json": "json",
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/rss+xml": "xml",
    "application/atom+xml": "xml",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
README = """Copies of official pages, as they came over the wire, and the proof of when that was.

Kept by CMAA Monitor. Nothing here needs that program to be checked:

1. The files are what was kept:         sha256sum -c SHA256SUMS
2. manifest.json says of each file where it was asked for, when, what the server answered (status, headers, hops), how
   the check ended, and whether a person saved it by hand instead. Times are UTC.
3. The check is in the audit chain:     sha256sum chain/*.txt
   Each file in chain/ holds the very bytes that were hashed for one entry: a fixed word, the hash of the entry before
   (64 digits), and the entry as JSON. Its own hash is the last part of its name, and the next file begins with it.
   The entry of a check names the hash of its page as body_sha256 (of a list of several pages: the SHA-256 of their
   hashes in order, one a line, without a line feed at the end), the entry of a change its check.
4. Every digest prints the newest hash of the chain at its time; "witnesses" in manifest.json names the digests that
   printed one of these or a later one. A digest in a mailbox that we cannot reach is the witness against us.

What the pages say belongs to those who published them.
"""


class ExportFile(Struct, frozen=True, kw_only=True):
    """A file of the export; ``name`` is made by us, with ``/`` between folders."""

    name: str
    body: bytes


class Kept(Struct, frozen=True, kw_only=True):
    """One body that is exported: ``role`` is before, after, response or partial; ``capture`` None: an answer that did
    not come whole, of which only the bytes are kept.
    """

    role: str
    check: Check
    body: bytes
    capture: Capture | None


class ExportStore(Protocol):
    """What an export reads."""

    def captures_of(self, check_id: int) -> Sequence[Capture]: ...
    def partials_of(self, check_id: int) -> Sequence[bytes]: ...
    def captures_behind(self, snapshot_id: int) -> Sequence[tuple[int, Capture]]:
        """The captures from which a snapshot was read, each with the check that brought it."""

    def check(self, check_id: int) -> Check | None: ...
    def entries_of(self, check_ids: Sequence[int], change_id: str | None) -> Sequence[ChainEntry]:
        """The audit entries of these checks and of the change, oldest first."""

    def witnesses(self, seq: int) -> Sequence[tuple[str, str]]:
        """Id and printed head of every digest whose head is that entry or a later one."""


def of_check(store: ExportStore, check: Check) -> tuple[Kept, ...]:
    """All that one check brought home."""
    assert check.id is not None  # noqa: S101 - it was read from the ledger
    whole = tuple(Kept(role="response", check=check, body=c.body, capture=c) for c in store.captures_of(check.id))
    parts = tuple(Kept(role="partial", check=check, body=b, capture=None) for b in store.partials_of(check.id))
    return (*whole, *parts)


def of_snapshot(store: ExportStore, snapshot_id: int | None, role: str) -> tuple[Kept, ...]:
    """The copy from which a snapshot was read; empty for None."""
    found = store.captures_behind(snapshot_id) if snapshot_id is not None else ()
    checks = {check_id: store.check(check_id) for check_id, _ in found}
    return tuple(
        Kept(role=role, check=check, body=capture.body, capture=capture)
        for check_id, capture in found
        if (check := checks[check_id]) is not None
    )


def export(
    store: ExportStore, kept: Sequence[Kept], *, about: str, change_id: str | None, now: datetime, demo: bool
) -> tuple[ExportFile, ...]:
    """The files, the manifest and how to check them."""
    named = [(f"{one.role}-{number}.{_ending(one)}", one) for number, one in enumerate(kept, start=1)]
    check_ids = sorted({one.check.id for one in kept if one.check.id is not None})
    entries = store.entries_of(check_ids, change_id)
    manifest = {
        "schema": "cmaa-monitor.evidence.v1",
        "about": about,
        "demo": demo,
        "exported_at": _utc(now),
        "files": [_file(name, one) for name, one in named],
        "chain": [{"seq": one.seq, "hash": one.hash, "event": one.event, "file": _chain_name(one)} for one in entries],
        "witnesses": [
            {"digest": digest_id, "chain_head": head}
            for digest_id, head in (store.witnesses(entries[-1].seq) if entries else ())
        ],
    }
    bodies = [
        *(ExportFile(name=name, body=one.body) for name, one in named),
        *(ExportFile(name=_chain_name(one), body=one.hashed) for one in entries),
        ExportFile(name="manifest.json", body=(json.dumps(manifest, indent=1) + "\n").encode()),
        ExportFile(name="README.txt", body=README.encode()),
    ]
    return (*bodies, ExportFile(name="SHA256SUMS", body="".join(_sums(bodies)).encode()))


def _sums(files: Iterable[ExportFile]) -> Iterator[str]:
    for file in files:
        yield f"{_sha256(file.body)}  {file.name}\n"


def _file(name: str, one: Kept) -> dict[str, object]:
    check, capture = one.check, one.capture
    said: dict[str, object] = {"file": name, "role": one.role, "sha256": _sha256(one.body), "bytes": len(one.body)}
    if capture is not None:
        said |= {
            "url_asked": capture.official_url,
            "url_final": capture.final_url,
            "hops": [{"url": hop.url, "status": hop.status, "peer": hop.peer} for hop in capture.hops],
            "http_status": capture.status,
            "headers": [list(pair) for pair in capture.headers],
            "fetched_from": _utc(capture.started_at),
            "fetched_until": _utc(capture.ended_at),
            "tls_version": capture.tls_version,
            "certificate_sha256": capture.certificate_sha256,
        }
    hand = check.hand
    said["hand_saved"] = hand and {"by": hand.by, "taken_at": _utc(hand.taken_at), "url": hand.url, "note": hand.note}
    said["check"] = {
        "ledger_entry": check.id,
        "source": check.source_id,
        "due_at": _utc(check.slot_at),
        "started_at": _utc(check.started_at),
        "ended_at": _utc(check.ended_at),
        "verdict": check.ruling.verdict.value,
        "code": check.ruling.code,
        "reason": check.ruling.reason,
    }
    return said


def _ending(one: Kept) -> str:
    media_type = one.capture.media_type if one.capture else None
    return _ENDINGS.get(media_type or "", "bin")


def _chain_name(entry: ChainEntry) -> str:
    return f"chain/{entry.seq:09d}-{entry.hash}.txt"


def _sha256(body: bytes) -> Sha256:
    return Sha256(hashlib.sha256(body).hexdigest())


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
