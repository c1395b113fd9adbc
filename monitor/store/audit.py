"""The audit trail: a chain of hashes in which every entry names the one before it.

An entry's hash is SHA-256 over a fixed word, the hash before, and the entry as canonical JSON; the first entry
follows 64 zeros. The head is printed in every digest, so a reader's mailbox can witness that nothing was cut off later.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from json.encoder import encode_basestring_ascii as _quoted

from msgspec import Struct

from monitor.model.proof import ChainEntry
from monitor.store.codec import canonical
from monitor.store.connection import Database, storable
from monitor.store.times import to_text

GENESIS = "0" * 64
_DOMAIN = b"cmaa-monitor-audit-v1"
_PAGE = 1000


class ChainBreak(Struct, frozen=True, kw_only=True):
    """The first entry that does not fit, and why."""

    seq: int
    what: str


def append(
    database: Database, previous: tuple[int, str], event: str, subject: str, facts: Mapping[str, object], at: datetime
) -> tuple[int, str]:
    """Adds an entry after ``previous`` (its number and hash, see ``tip``); returns the new entry's."""
    seq, prev = previous[0] + 1, previous[1]
    event, subject = str(storable(event)), str(storable(subject))
    moment, held = to_text(at), canonical(facts)
    link = entry_hash(prev, seq=seq, at=moment, event=event, subject=subject, facts=held)
    database.write(
        "INSERT INTO audit (seq, at, event, subject, facts, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [seq, moment, event, subject, held, prev, link],
    )
    return seq, link


def entry_hash(prev: str, *, seq: int, at: str, event: str, subject: str, facts: str) -> str:
    """The entry's link. The entry is ``{"at", "event", "facts", "seq", "subject"}`` as canonical JSON (names sorted, no
    blanks, ASCII); ``facts`` is canonical JSON already.
    """
    return hashlib.sha256(hashed(prev, seq=seq, at=at, event=event, subject=subject, facts=facts)).hexdigest()


def hashed(prev: str, *, seq: int, at: str, event: str, subject: str, facts: str) -> bytes:
    """The bytes that are hashed for an entry."""
    entry = f'{{"at":"{at}","event":{_quoted(event)},"facts":{facts},"seq":{seq},"subject":{_quoted(subject)}}}'
    return _DOMAIN + prev.encode() + entry.encode()


def entries_of(database: Database, check_ids: Sequence[int], change_id: str | None) -> tuple[ChainEntry, ...]:
    """The entries of these checks and of the change, oldest first."""
    rows = database.rows(
        "SELECT seq, at, event, subject, facts, prev, hash FROM audit WHERE event = 'change' AND subject = ?1"
        " OR event = 'check' AND json_extract(facts, '$.check') IN (SELECT value FROM json_each(?2)) ORDER BY seq",
        [change_id, json.dumps(list(check_ids))],
    )
    return tuple(
        ChainEntry(
            seq=seq,
            event=event,
            subject=subject,
            hash=link,
            hashed=hashed(prev, seq=seq, at=at, event=event, subject=subject, facts=facts),
        )
        for seq, at, event, subject, facts, prev, link in rows
    )


def witnesses(database: Database, seq: int) -> tuple[tuple[str, str], ...]:
    """Id and printed head of every digest whose head is that entry or a later one, in order."""
    return tuple(
        (digest_id, head)
        for digest_id, head in database.rows(
            "SELECT d.id, d.chain_head FROM digest AS d JOIN audit AS a ON a.hash = d.chain_head WHERE a.seq >= ?"
            " ORDER BY a.seq",
            [seq],
        )
    )


def tip(database: Database) -> tuple[int, str]:
    """Number and hash of the newest entry; (0, GENESIS) when there is none."""
    found = database.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    return (0, GENESIS) if found is None else (found[0], found[1])


def first_break(database: Database) -> ChainBreak | None:
    """Recomputes the chain from its beginning; None when every entry fits and none is missing."""
    given = database.value("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") or 0  # more may come meanwhile
    seq, prev = 0, GENESIS
    while page := database.rows(
        "SELECT seq, at, event, subject, facts, prev, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", [seq, _PAGE]
    ):
        for found, at, event, subject, facts, named, link in page:
            if found != seq + 1:
                return ChainBreak(seq=seq + 1, what=f"entry {seq + 1} is missing; the next one is {found}")
            if named != prev:
                return ChainBreak(seq=found, what=f"entry {found} does not follow entry {seq}")
            if entry_hash(prev, seq=found, at=at, event=event, subject=subject, facts=facts) != link:
                return ChainBreak(seq=found, what=f"entry {found} ({event} {subject}, {at}) was altered")
            seq, prev = found, link
    return _cut_off(given, seq) or _unwitnessed(database)


def _cut_off(given: int, seq: int) -> ChainBreak | None:
    """SQLite remembers the highest number ever given, so a tail that was deleted leaves a trace."""
    if given <= seq:
        return None
    return ChainBreak(seq=seq + 1, what=f"entries {seq + 1} to {given} are missing at the end")


def _unwitnessed(database: Database) -> ChainBreak | None:
    """Every head that a digest printed must still be in the chain."""
    lost = database.row(
        "SELECT id, chain_head FROM digest WHERE chain_head IS NOT NULL"
        " AND chain_head NOT IN (SELECT hash FROM audit) ORDER BY made_at LIMIT 1"
    )
    if lost is None:
        return None
    return ChainBreak(seq=0, what=f"the head {lost[1]} printed in digest {lost[0]} is not in the chain")
