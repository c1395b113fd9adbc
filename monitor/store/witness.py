"""The record held against its audit chain: a row altered, removed or slipped in after the chain was written is named.

An entry says of a check its source, end, verdict and code, of a change its check, kind of news and moment; and it seals
all that lies behind them (``seal``): the ledger row and captures of a check; the differences, assessment and snapshot
of a change; a digest and its period. Deliveries and the bookkeeping have modules of their own. To be asked only when
the chain is sound: a broken one proves nothing.
"""

import json
from collections.abc import Iterator

from monitor.store import retention
from monitor.store.connection import Database
from monitor.store.seal import broken_tables

# The entries are unpacked first: a join on json_extract itself would read all of them once for each row.
_CHECKS_TOLD = """
    WITH told AS MATERIALIZED (
        SELECT json_extract(facts, '$.check') AS check_id, subject, at, json_extract(facts, '$.verdict') AS verdict,
            json_extract(facts, '$.code') AS code
        FROM audit WHERE event = 'check')
"""
_CHANGES_TOLD = """
    WITH told AS MATERIALIZED (
        SELECT subject, at, json_extract(facts, '$.check') AS check_id, json_extract(facts, '$.news') AS news
        FROM audit WHERE event = 'change')
"""
_CHECKS = """
    SELECT 'check ' || l.id || ' of ' || l.source_id || ' (' || l.ended_at || ') is not what the audit chain says'
    FROM ledger l LEFT JOIN told t ON t.check_id = l.id
    WHERE (t.subject, t.at, t.verdict, t.code) IS NOT (l.source_id, l.ended_at, l.verdict, l.code)
"""
_LOST_CHECKS = """
    SELECT 'check ' || check_id || ' of ' || subject || ' (' || at || ') is missing'
    FROM told WHERE check_id NOT IN (SELECT id FROM ledger)
"""
_CHANGES = """
    SELECT 'change ' || c.id || ' is not what the audit chain says'
    FROM change c LEFT JOIN ledger l ON l.id = c.check_id LEFT JOIN told t ON t.subject = c.id
    WHERE (t.at, t.check_id, t.news) IS NOT (l.ended_at, c.check_id, c.news)
"""
_LOST_CHANGES = """
    SELECT 'change ' || subject || ' (' || at || ') is missing'
    FROM told WHERE subject NOT IN (SELECT id FROM change)
"""
_SLIPPED_IN = tuple(
    f"SELECT '{event} ' || id || ' is not in the audit chain' FROM {table}"  # noqa: S608 - names of our own schema
    f" WHERE id NOT IN (SELECT subject FROM audit WHERE event = '{event}')"
    for event, table in (
        ("answer", "answer"),
        ("decision", "decision"),
        ("learned-rule", "learned_rule"),
        ("learned-rule-undone", "learned_rule_end"),
        ("digest", "digest"),
        ("readiness", "readiness"),
    )
)
"""What a person said, or was sent, without an entry that tells of it."""
_SETTINGS = """
    SELECT 'settings ' || number || ' is not in the audit chain' FROM settings
    WHERE number NOT IN (SELECT json_extract(facts, '$.number') FROM audit WHERE event = 'settings')
"""
_QUESTIONS = (
    *_SLIPPED_IN,
    _CHECKS_TOLD + _CHECKS,
    _CHECKS_TOLD + _LOST_CHECKS,
    _CHANGES_TOLD + _CHANGES,
    _CHANGES_TOLD + _LOST_CHANGES,
    _SETTINGS,
)


def unlike_the_chain(database: Database) -> Iterator[str]:
    """A sentence for every check, change and digest whose rows and audit entry disagree, or of which one is missing."""
    named: set[tuple[str, str]] = set()
    for question in _QUESTIONS:
        for (fault,) in database.rows(question):
            words = str(fault).split()
            named.add((words[0], words[1]))
            yield str(fault)
    yield from retention.unsealed(database)
    for event, subject, at, text in database.rows("SELECT event, subject, at, facts FROM audit ORDER BY seq"):
        facts = json.loads(text)
        name = str(facts.get("check")) if event == "check" else subject
        if (event, name) not in named and (tables := broken_tables(database, event, subject, facts)) is not None:
            where = f" (table {', '.join(tables)})" if tables else ""
            yield f"{event} {name} ({at}): what was kept with it{where} is not what the audit chain says"
