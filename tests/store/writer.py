"""Opens the database as another process does, and writes until it is killed. Without pytest: children start fast."""

import os
import sys
from pathlib import Path

from monitor.compare.canonical import item_sha256
from monitor.model.delivery import Sent
from monitor.store import Store, open_writer
from tests.store.making import START, make_check, write_change

__all__ = ["CHECKOUT", "make_check", "open_again", "write_for_ever"]

CHECKOUT = Path(__file__).resolve().parents[2]


def open_again(path: Path, *, demo: bool = False, create: bool = True, journal: str | None = None) -> Store:
    return open_writer(
        path, now=START, item_sha256=item_sha256, lock_wait_s=0.0, demo=demo, create=create, journal=journal
    )


def write_for_ever(database: Path, journal: str) -> None:
    """Changes, and their telling, as fast as it can."""
    store = open_again(database, journal=journal)
    owner = str(os.getpid())
    store.outbox.requeue_expired(START, owner=owner)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    number = store.queries.counts().changes
    while True:
        number += 1
        with store.unit() as unit:
            write_change(unit, number, number)
        for due in store.outbox.lease(START.replace(year=2030), owner=owner, limit=5, lease_s=60.0):
            attempt = store.outbox.start_attempt(due.id, START)
            store.outbox.finish_attempt(due.id, attempt, Sent(code=200), now=START, next_at=None)
