"""The SQLite library in use: ``pysqlite3`` when it is installed, as sqlite-utils chooses too, else the standard one.

Both must be the same library, for an error raised through one is not an error of the other. ``pysqlite3`` matters
because the libraries of many distributions (3.7.0 to 3.51.2) can corrupt a database in WAL mode when two connections
write or checkpoint at the same instant (fixed in SQLite 3.51.3, 3.50.7 and 3.44.6).
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
elif find_spec("pysqlite3"):
    from pysqlite3 import dbapi2 as sqlite3
else:
    import sqlite3

__all__ = ["sqlite3", "wal_is_safe"]

_FIXED_BRANCHES = {(3, 44): 6, (3, 50): 7, (3, 51): 3}


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite has the WAL-reset fix, so that a stray second connection cannot damage the file."""
    branch = version[:2]
    if branch in _FIXED_BRANCHES:
        return version[2] >= _FIXED_BRANCHES[branch]
    return branch > (3, 51)
