import hashlib
import json
from pathlib import Path

import pytest

from monitor.model.digest import Message
from monitor.model.ids import DigestId
from monitor.store import Store
from monitor.store.driver import sqlite3
from tests.store.making import HOUR, START


@pytest.fixture
def chained(store: Store) -> Store:
    for n in range(4):
        with store.unit() as unit:
            for m in range(2):
                unit.audit("check", f"demo.{n}{m}", {"check": n, "verdict": "SAME", "who": "é"}, at=START + n * HOUR)
    return store


def tamper(path: Path, sql: str) -> None:
    """As someone with the file in hand could do it."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(sql)
    for _, statement in triggers:
        connection.execute(statement)
    connection.close()


def test_a_chain_left_alone_has_no_break(chained: Store) -> None:
    assert chained.queries.verify_chain() is None


def test_an_outsider_can_recompute_the_chain(chained: Store) -> None:
    head = "0" * 64
    for seq, at, event, subject, facts in chained.database.rows("SELECT seq, at, event, subject, facts FROM audit"):
        entry = {"seq": seq, "at": at, "event": event, "subject": subject, "facts": json.loads(facts)}
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
        head = hashlib.sha256(("cmaa-monitor-audit-v1" + head + text).encode()).hexdigest()
    assert head == chained.queries.chain_head()
    assert chained.queries.holds_head(head)
    assert not chained.queries.holds_head("0" * 64)


@pytest.mark.parametrize(
    ("sql", "seq", "what"),
    [
        ("UPDATE audit SET facts = replace(facts, 'SAME', 'FAILED') WHERE seq = 3", 3, "was altered"),
        ("UPDATE audit SET at = '2026-11-23T09:00:00.000001Z' WHERE seq = 1", 1, "was altered"),
        ("UPDATE audit SET subject = 'demo.x' WHERE seq = 8", 8, "was altered"),
        ("DELETE FROM audit WHERE seq = 5", 5, "entry 5 is missing"),
        ("DELETE FROM audit WHERE seq = 1", 1, "entry 1 is missing"),
        ("DELETE FROM audit WHERE seq > 6", 7, "entries 7 to 8 are missing at the end"),
        ("UPDATE audit SET prev = printf('%064d', 1) WHERE seq = 4", 4, "does not follow entry 3"),
    ],
)
def test_a_chain_tampered_with_names_the_first_break(
    chained: Store, database: Path, sql: str, seq: int, what: str
) -> None:
    tamper(database, sql)
    broken = chained.queries.verify_chain()
    assert broken is not None
    assert broken.seq == seq
    assert what in broken.what


def test_a_chain_made_anew_lacks_the_head_that_a_digest_printed(chained: Store, database: Path) -> None:
    with chained.unit() as unit:
        period = unit.open_period(
            "weekly",
            period_id="weekly:2026-W48",
            digest_id=DigestId("DG-2026-48"),
            start_at=START,
            end_at=START + 7 * 24 * HOUR,
            first_day=START.date(),
            last_day=START.date(),
        )
        unit.close_period(period.id)
        message = Message(subject="s", preheader="p", text="t", html="h")
        unit.digest(DigestId("DG-2026-48"), period.id, message, made_at=START)
    tamper(database, "DELETE FROM audit")
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'audit'")
    connection.close()
    with chained.unit() as unit:
        unit.audit("check", "a forged one", {}, at=START)
    broken = chained.queries.verify_chain()
    assert broken is not None
    assert "DG-2026-48" in broken.what
