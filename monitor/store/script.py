"""Runs a script of many statements inside the open transaction.

sqlite-utils looks after every single sign whether a statement has ended there, which takes a tenth of a second for our
tables; Python's own ``executescript`` would commit what is open.
"""

from collections.abc import Iterator
from typing import Any

from monitor.store.driver import sqlite3


def run_script(utils: Any, script: str) -> None:
    """``script``: statements that each end at the end of a line. ``utils`` is the sqlite-utils database."""
    for statement in statements(script):
        utils.execute(statement)


def statements(script: str) -> Iterator[str]:
    """The statements of a script, each whole; a trigger holds the statements of its body."""
    held: list[str] = []
    for line in script.splitlines(keepends=True):
        held.append(line)
        if ";" in line and sqlite3.complete_statement("".join(held)):
            yield "".join(held)
            held.clear()
    if "".join(held).strip():
        yield "".join(held)
