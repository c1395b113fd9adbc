"""Deliveries, tries and periods held against the audit chain (``telling_seal``): a row that was altered, removed or
slipped in is named.

What was told before deliveries were sealed stands as it is: of such rows only the payload is held against its hash.
"""

import hashlib
import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from monitor.store.connection import Database, Row
from monitor.store.telling_seal import ATTEMPT, EVENT, QUEUED, ROW, STANDING, TRIED, TRY, row_hash
from monitor.store.times import to_moment


@dataclass(slots=True)
class _Told:
    """What the chain says of one delivery: the newest hash of its row, and that of each try."""

    row: str = ""
    queued: bool = False
    tries: dict[int, str] = field(default_factory=dict)


class SealedSince(Struct, frozen=True, kw_only=True):
    """Since when deliveries are sealed (None: none is yet), and how many are older."""

    at: datetime | None
    older: int


def sealed_since(database: Database) -> SealedSince:
    """How far back the chain speaks of deliveries."""
    first = database.value("SELECT min(at) FROM audit WHERE event = ?", [EVENT])
    sealed = "SELECT subject FROM audit WHERE event = ? AND json_extract(facts, '$.act') = ?"
    older = database.value(f"SELECT count(*) FROM outbox WHERE id NOT IN ({sealed})", [EVENT, QUEUED])  # noqa: S608
    return SealedSince(at=None if first is None else to_moment(first), older=int(older or 0))


class _Found(Struct, frozen=True, kw_only=True):
    """What the tables hold: the rows and the tries, and which deliveries are on their way."""

    rows: Mapping[str, Row]
    tries: Mapping[tuple[str, int], Row]
    sending: Collection[str]


def altered_tellings(database: Database) -> Iterator[str]:
    """A sentence for every delivery and try that is not what the chain says, and for each that is missing."""
    with database.still():
        told = _told(database)
        found = _Found(
            rows={row[0]: row for row in database.rows(f"SELECT {STANDING} FROM outbox ORDER BY number")},  # noqa: S608
            tries={(row[0], row[1]): row for row in database.rows(f"SELECT {ATTEMPT} FROM attempt ORDER BY id")},  # noqa: S608
            sending={id_ for (id_,) in database.rows("SELECT id FROM outbox WHERE state = 'sending'")},
        )
        spoilt = _spoilt_payloads(database)
    yield from spoilt
    yield from _altered_rows(told, found)
    yield from _altered_tries(told, found)


def _altered_rows(told: Mapping[str, _Told], found: _Found) -> Iterator[str]:
    queued = {id_ for id_, said in told.items() if said.queued}
    first = min((row[1] for id_, row in found.rows.items() if id_ in queued), default=math.inf)
    for id_, row in found.rows.items():
        if id_ not in queued and row[1] > first:
            yield f"delivery {id_} (table outbox) is not in the audit chain"
        elif id_ in told and row_hash(row) != told[id_].row:
            yield f"delivery {id_} (table outbox) is not what the audit chain says"
    for id_ in sorted(told.keys() - found.rows.keys()):
        yield f"delivery {id_} (table outbox) is missing"


def _altered_tries(told: Mapping[str, _Told], found: _Found) -> Iterator[str]:
    for id_, said in told.items():
        for number, sealed in said.tries.items():
            tried = found.tries.get((id_, number))
            if tried is None:
                yield f"delivery {id_}: try {number} (table attempt) is missing"
            elif row_hash(tried) != sealed:
                yield f"delivery {id_}: try {number} (table attempt) is not what the audit chain says"
    for (id_, number), tried in found.tries.items():
        under_way = tried[4] == "started" and id_ in found.sending
        if id_ in told and told[id_].queued and number not in told[id_].tries and not under_way:
            yield f"delivery {id_}: try {number} (table attempt) is not in the audit chain"


def _told(database: Database) -> dict[str, _Told]:
    told: dict[str, _Told] = {}
    for subject, text in database.rows("SELECT subject, facts FROM audit WHERE event = ? ORDER BY seq", [EVENT]):
        facts = json.loads(text)
        said = told.setdefault(subject, _Told())
        said.row = facts[ROW]
        said.queued = said.queued or facts["act"] == QUEUED
        if TRY in facts:
            said.tries[facts[TRY]] = facts[TRIED]
    return told


def _spoilt_payloads(database: Database) -> list[str]:
    return [
        f"delivery {id_}: what was to be told (table outbox, payload) does not fit its hash"
        for id_, payload, sha256 in database.rows("SELECT id, payload, payload_sha256 FROM outbox ORDER BY number")
        if hashlib.sha256(payload).hexdigest() != sha256
    ]


def broken_periods(database: Database) -> Iterator[str]:
    """A sentence for each period that does not begin where the one before it of its kind ended."""
    before: dict[str, tuple[str, int | None]] = {}
    rows = database.rows("SELECT id, kind, start_at, end_at, from_seq, to_seq FROM period ORDER BY kind, start_at")
    for id_, kind, start_at, end_at, from_seq, to_seq in rows:
        end, last = before.get(kind, (start_at, from_seq - 1))
        if start_at != end or last is None or from_seq != last + 1:
            yield f"period {id_} (table period) does not begin where the one before it ended"
        before[kind] = (end_at, to_seq)
