"""A contract held against one copy, clause by clause, as ``sources test`` shows it."""

from collections.abc import Iterator
from datetime import date

from monitor.compare.contents import complaints
from monitor.model.snapshot import Snapshot
from monitor.model.source import Contract

_CLAUSES = (
    ("title", frozenset({"wrong-title"})),
    ("columns", frozenset({"columns-missing", "columns-changed"})),
    ("ids", frozenset({"duplicate-keys", "bad-keys"})),
    ("amount", frozenset({"empty", "too-few", "partial"})),
    ("sentinels", frozenset({"sentinels-missing"})),
    ("beside the copy we hold", frozenset({"shrunk", "halved", "window-slid", "too-short"})),
    ("characters", frozenset({"garbled"})),
    ("dates", frozenset({"bad-dates"})),
)


def clause_lines(
    snapshot: Snapshot, baseline: Snapshot | None, contract: Contract, *, sliding: bool, today: date
) -> Iterator[str]:
    """One line for each clause: what it asks for, and that it holds, or in what it fails."""
    asked = {
        "title": f"“{contract.title}”" if contract.title else "any",
        "columns": ", ".join(contract.columns) or "any, as before",
        "ids": f"of the form {contract.key_pattern}, none twice" if contract.key_pattern else "none twice",
        "amount": f"at least {contract.min_items:,} items, no page missing",
        "sentinels": ", ".join(contract.sentinels) or "none",
        "beside the copy we hold": f"at most {contract.max_shrink:.0%} gone" if baseline else "no copy held yet",
        "characters": "read in the right character set",
        "dates": f"at most {contract.dates_ahead.days:,} days ahead",
    }
    found = list(complaints(snapshot, baseline, contract, sliding=sliding, today=today))
    for name, codes in _CLAUSES:
        failed = [reason for code, reason in found if code in codes]
        yield f"{name} ({asked[name]}): {'FAILS: ' + '; '.join(failed) if failed else 'holds'}"
