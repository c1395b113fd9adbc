"""What was told to whom and when cannot be altered in the file without ``verify`` naming it."""

from datetime import date
from pathlib import Path

import pytest

from monitor.model.delivery import Refused, Sent
from monitor.model.digest import Message
from monitor.model.ids import DigestId
from monitor.store import Store
from tests.store.making import HOUR, START, make_delivery, write_change
from tests.store.test_witness import tamper

SLIPPED_IN = """
    INSERT INTO outbox (id, kind, subject_id, channel, recipient_id, payload, payload_sha256, state, created_at)
    SELECT 'dlv_x', kind, 'CH-2026-0009', channel, recipient_id, payload, payload_sha256, 'pending', created_at
    FROM outbox WHERE number = 1
"""
A_TRY_MORE = """
    INSERT INTO attempt (outbox_id, n, started_at, outcome)
    SELECT outbox_id, 2, started_at, 'unknown' FROM attempt WHERE id = 1
"""
LATER = START + 5 * HOUR
MESSAGE = Message(subject="DEMO week", preheader="", text="Nothing.", html="<p>Nothing.</p>")


@pytest.fixture
def told(store: Store) -> Store:
    """One delivery that was sent, one refused and given up, one that waits; and a closed period with its digest."""
    with store.unit() as unit:
        for n in (1, 2, 3):
            write_change(unit, n, hour=n)
    for outcome in (Sent(code=200), Refused(code=500, reason="DEMO: no", permanent=True)):
        (due,) = store.outbox.lease(LATER, owner="one", limit=1, lease_s=60.0)
        number = store.outbox.start_attempt(due.id, LATER)
        store.outbox.finish_attempt(due.id, number, outcome, now=LATER, next_at=None)
    with store.unit() as unit:
        period = unit.open_period(
            "weekly",
            period_id="weekly:1",
            digest_id=DigestId("DG-2026-48"),
            start_at=START,
            end_at=LATER,
            first_day=date(2026, 11, 23),
            last_day=date(2026, 11, 29),
        )
        unit.close_period(period.id)
        unit.digest(DigestId("DG-2026-48"), period.id, MESSAGE, made_at=LATER)
        unit.audit("digest", "DG-2026-48", {"from": 1, "to": 3}, at=LATER)
    return store


def test_a_record_of_tellings_left_alone_is_sound(told: Store) -> None:
    assert told.queries.verify_rows() == ()
    assert told.queries.sealed_since().older == 0


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE outbox SET recipient_id = 'somebody' WHERE number = 1", "(table outbox) is not what"),
        ("UPDATE outbox SET sent_at = '2026-11-20T09:00:00.000000Z' WHERE number = 1", "(table outbox) is not what"),
        ("UPDATE outbox SET state = 'sent', sent_at = created_at WHERE number = 3", "(table outbox) is not what"),
        ("UPDATE outbox SET last_error = NULL WHERE number = 2", "(table outbox) is not what"),
        ("UPDATE outbox SET payload = x'00' WHERE number = 1", "payload) does not fit its hash"),
        ("DELETE FROM outbox WHERE number = 3", "(table outbox) is missing"),
        (SLIPPED_IN, "delivery dlv_x (table outbox) is not in the audit chain"),
        ("UPDATE attempt SET outcome = 'sent', code = 200 WHERE id = 2", "try 1 (table attempt) is not what"),
        ("UPDATE attempt SET started_at = '2026-11-20T09:00:00.000000Z' WHERE id = 1", "try 1 (table attempt) is not"),
        ("DELETE FROM attempt WHERE id = 1", "try 1 (table attempt) is missing"),
        (A_TRY_MORE, "try 2 (table attempt) is not in the audit chain"),
        ("UPDATE period SET to_seq = 2 WHERE id = 'weekly:1'", "digest DG-2026-48"),
        ("UPDATE digest SET text = 'Something.'", "(table digest)"),
        ("UPDATE snapshot SET items = 7 WHERE id = 1", "(table snapshot)"),
        ("UPDATE snapshot SET extractor_version = 9 WHERE id = 1", "(table snapshot)"),
        ("DELETE FROM snapshot_capture WHERE snapshot_id = 1", "(table snapshot_capture)"),
        ("INSERT INTO partial SELECT 1, 3, body_sha256 FROM capture WHERE id = 1", "(table partial)"),
        ("UPDATE watch SET last_good_at = '2026-11-30T09:00:00.000000Z'", "the last success (table watch)"),
        ("UPDATE watch SET snapshot_id = 1", "the baseline (table watch)"),
        ("UPDATE watch SET failures_in_row = 1", "the run of failures (table watch)"),
        ("DELETE FROM watch", "its row in table watch is missing"),
        ("UPDATE source SET first_seen = '2026-01-01T00:00:00.000000Z'", "when it was first seen (table source)"),
    ],
)
def test_an_altered_row_is_named_with_its_table(told: Store, database: Path, sql: str, fault: str) -> None:
    tamper(database, sql)
    assert told.queries.verify_chain() is None
    assert any(fault in said for said in told.queries.verify_rows())


def test_a_person_who_retries_or_gives_up_leaves_a_sound_record(told: Store) -> None:
    with told.unit() as unit:
        assert unit.revive(make_delivery(2).id, at=LATER)
        assert unit.cancel(make_delivery(3).id, "DEMO: enough", at=LATER)
        unit.came_back(make_delivery(1).id, "DEMO: bounced", at=LATER)
    assert told.queries.verify_rows() == ()


def test_a_try_whose_sender_died_is_sealed_as_unknown(told: Store, database: Path) -> None:
    (due,) = told.outbox.lease(LATER, owner="dead", limit=1, lease_s=60.0)
    told.outbox.start_attempt(due.id, LATER)
    assert told.queries.verify_rows() == ()  # under way
    assert told.outbox.requeue_expired(LATER, owner="new") == 1
    assert told.queries.verify_rows() == ()
    tamper(database, "DELETE FROM attempt WHERE outcome = 'unknown'")
    assert "is missing" in " ".join(told.queries.verify_rows())


def test_deliveries_older_than_their_seals_are_counted_and_their_payload_is_guarded(
    told: Store, database: Path
) -> None:
    """As a database of an older version has them: rows without an entry, before the first that has one."""
    tamper(
        database,
        "INSERT INTO outbox (number, id, kind, subject_id, channel, recipient_id, payload, payload_sha256, state,"
        " created_at) SELECT 0, 'dlv_old', kind, 'CH-2026-0000', channel, recipient_id, payload, payload_sha256,"
        " 'pending', created_at FROM outbox WHERE number = 1",
    )
    assert told.queries.verify_rows() == ()
    assert told.queries.sealed_since().older == 1
    tamper(database, "UPDATE outbox SET payload = x'00' WHERE id = 'dlv_old'")
    assert "delivery dlv_old: what was to be told" in " ".join(told.queries.verify_rows())


def test_a_delivery_costs_one_entry_when_made_and_one_for_each_try(told: Store) -> None:
    entries = told.database.rows("SELECT json_extract(facts, '$.act') FROM audit WHERE event = 'delivery' ORDER BY seq")
    assert [act for (act,) in entries] == ["queued", "queued", "queued", "sent", "refused"]
    with told.unit() as unit:
        unit.enqueue(make_delivery(1, "CH-2026-0001"), at=LATER)  # told already
    assert told.database.value("SELECT count(*) FROM audit WHERE event = 'delivery'") == 5
