"""All the SQL of the program: one SQLite file holds ledger, evidence, baselines, changes, outbox, periods and audit.

``opening.open_writer`` and ``opening.open_reader`` give a ``Store``; nothing else opens the file. A row that depends on
another is written in the same transaction, evidence bytes included, so a crash leaves all of a check or nothing of it.
"""

from monitor.store.lock import is_wanted
from monitor.store.opening import holds_database, library_report, open_reader, open_writer, sole_service
from monitor.store.place import free_share, network_file_system, unwritable
from monitor.store.store import Store

__all__ = [
    "Store",
    "free_share",
    "holds_database",
    "is_wanted",
    "library_report",
    "network_file_system",
    "open_reader",
    "open_writer",
    "sole_service",
    "unwritable",
]
