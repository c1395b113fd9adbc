"""The threads of a poll on one core."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def on_one_core() -> Iterator[None]:
    """Keeps the calling thread, and those it starts, on the core it is on, where the system can do so.

    Python runs one thread at a time. Spread over idle cores, each hand-over wakes one that sleeps, and a poll hands
    over some twenty times a page; on one core it takes a tenth to a fifth less of the
    processor (docs/decisions/0017).
    """
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    here = _core()
    if here not in before:
        yield
        return
    with suppress(OSError):  # not ours to say: the poll goes on as it would have
        os.sched_setaffinity(0, {here})
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, before)


def _core() -> int | None:
    """The core this thread is on; None where the system does not tell (proc(5), ``stat``, field 39)."""
    try:
        told = Path("/proc/thread-self/stat").read_text(encoding="ascii", errors="replace")
        return int(told.rpartition(")")[2].split()[36])
    except (OSError, ValueError, IndexError):
        return None
