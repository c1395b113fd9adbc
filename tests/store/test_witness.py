import hashlib
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from monitor.model.verdict import Verdict
from monitor.store import Store
from monitor.store.driver import sqlite3
from tests.store.making import (
    SOURCE,
    START,
    make_assessment,
    make_capture,
    make_change,
    make_check,
    make_delivery,
    make_record,
    make_snapshot,
    write_change,
)

SLIPPED_IN = """
    INSERT INTO ledger SELECT 9, source_id, '2026-11-30T09:00:00.000000Z', started_at, ended_at, trigger, verdict, code,
        reason, http_status, items, requests FROM ledger WHERE id = 3
"""


@pytest.fixture
def watched(store: Store) -> Store:
    """Two changes and a quiet check at the end, each with its audit entry."""
    with store.unit() as unit:
        for n in (1, 2):
            write_change(unit, n, hour=n)
        quiet = make_check(hour=5)
        facts = {"check": unit.check(quiet), "verdict": "SAME", "code": quiet.ruling.code}
        unit.good(quiet, full_get=True)
        unit.audit("check", SOURCE, facts, at=quiet.ended_at)
    return store


def tamper(path: Path, sql: str) -> None:
    """As someone with the file in hand could do it, foreign keys and triggers aside."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(sql)
    for _, statement in triggers:
        connection.execute(statement)
    connection.close()


def test_a_record_left_alone_agrees_with_its_chain(watched: Store) -> None:
    assert watched.queries.verify_rows() == ()


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE ledger SET verdict = 'BLOCKED' WHERE id = 3", "check 3 of demo.list"),
        ("UPDATE ledger SET code = 'baseline' WHERE id = 3", "check 3 of demo.list"),
        ("UPDATE ledger SET ended_at = '2026-11-20T09:00:00.000000Z' WHERE id = 3", "check 3 of demo.list"),
        ("DELETE FROM ledger WHERE id = 3", "check 3 of demo.list"),
        ("UPDATE change SET news = 'editorial' WHERE id = 'CH-2026-0002'", "change CH-2026-0002"),
        ("DELETE FROM change WHERE id = 'CH-2026-0002'", "change CH-2026-0002"),
        (SLIPPED_IN, "check 9 of demo.list"),
        ("UPDATE ledger SET reason = 'all was well' WHERE id = 3", "check 3 "),
        ("UPDATE ledger SET started_at = '2026-11-02T00:00:00.000000Z' WHERE id = 3", "check 3 "),
        ("UPDATE change SET headline = 'nothing' WHERE id = 'CH-2026-0002'", "change CH-2026-0002"),
        (
            "UPDATE change SET first_changed_at = '2026-11-30T09:00:00.000000Z' WHERE id = 'CH-2026-0002'",
            "change CH-2026-0002",
        ),
        ("UPDATE difference SET label = 'other' WHERE change_id = 'CH-2026-0001'", "change CH-2026-0001"),
        ("DELETE FROM difference WHERE change_id = 'CH-2026-0001'", "change CH-2026-0001"),
        ("UPDATE assessment SET tier = 'NOISE' WHERE change_id = 'CH-2026-0001'", "change CH-2026-0001"),
    ],
)
def test_a_row_altered_removed_or_slipped_in_is_named_though_the_chain_is_whole(
    watched: Store, database: Path, sql: str, fault: str
) -> None:
    tamper(database, sql)
    assert watched.queries.verify_chain() is None
    (said,) = watched.queries.verify_rows()
    assert said.startswith(fault)


def test_a_check_cut_out_of_the_middle_is_named_and_so_is_the_change_it_found(watched: Store, database: Path) -> None:
    tamper(database, "DELETE FROM ledger WHERE id = 1")
    assert watched.queries.verify_chain() is None
    said = " ".join(watched.queries.verify_rows())
    assert "check 1 of demo.list" in said
    assert "CH-2026-0001" in said


def test_seals_made_before_copies_could_be_saved_by_hand_still_hold(watched: Store) -> None:
    """As they were made then: the ledger row, the captures, and nothing of a third table."""
    database = watched.database
    text = database.value("SELECT facts FROM audit WHERE event = 'check' AND json_extract(facts, '$.check') = 3")
    (row,) = database.rows("SELECT * FROM ledger WHERE id = 3")
    then = json.dumps(row).encode() + b"\n\x00" + b"\x00"
    assert json.loads(text)["sealed"] == hashlib.sha256(then).hexdigest()


@pytest.mark.parametrize("nasty", ["a\ud800b\x00c'\";--\u202e", "\udfff", "é 中", ""])
def test_a_seal_is_of_the_rows_as_the_file_holds_them_whatever_a_page_put_into_them(store: Store, nasty: str) -> None:
    check = make_check(hour=1, verdict=Verdict.CHANGED, code="changed")
    check = replace(check, ruling=replace(check.ruling, reason=nasty))
    capture = replace(make_capture(b"K1,A\n" * 20), final_url=nasty, headers=(("Server", nasty),), tls_version=nasty)
    snapshot = replace(make_snapshot(make_record("K1", name=nasty)), extractor=nasty)
    change = replace(make_change("CH-2026-0001"), headline=nasty)
    delivery = replace(make_delivery(1), recipient_id=f"{nasty}r", bundle=nasty)
    with store.unit() as unit:
        for one in (check, check, check):  # the second and the third take another slot
            check_id = unit.check(one)
            pages = [unit.capture(check_id, 0, capture)]
            baseline = unit.accept(check_id, SOURCE, snapshot, capture.sha256, capture.validators, pages)
            facts = {"check": check_id, "verdict": "CHANGED", "code": one.ruling.code}
            unit.audit("check", SOURCE, facts, at=check.ended_at)
            unit.good(check, full_get=True)
        unit.change(check_id, change, make_assessment(rules=nasty), None, baseline)
        unit.audit("change", change.id, {"check": check_id, "news": change.news.value}, at=check.ended_at)
        unit.enqueue(delivery, at=START)
    assert store.queries.verify_rows() == ()
