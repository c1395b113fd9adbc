"""Where the database lies: how much room there is, on what kind of file system, and whether this user may write."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage

_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")

_OVER_A_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "beegfs", "ceph", "coda", "davfs", "gfs2", "glusterfs"),
        *("lustre", "ocfs2", "9p", "virtiofs", "prl_fs", "vboxsf", "fuse.vmhgfs-fuse", "fuse.sshfs", "fuse.rclone"),
        *("fuse.ceph", "fuse.davfs", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.s3fs"),
    }
)
"""Kinds by which a folder of another machine, or of a virtual machine's host, is reached. Their locks cannot be relied
on, and SQLite without locks is a damaged file some day (https://www.sqlite.org/howtocorrupt.html, section 2.1).
"""


def free_share(database: Path) -> float:
    """The share of the database's disk that is free, from 0 to 1."""
    usage = disk_usage(_home(database))
    return usage.free / usage.total if usage.total else 1.0


def network_file_system(database: Path, mounts: str | None = None) -> str | None:
    """The kind of file system, such as ``nfs4``, when the database's folder is reached over a network; None when it is
    not, or nobody can say. ``mounts``: the text of Linux's ``/proc/self/mountinfo`` (proc(5)), read when not given.
    """
    try:
        listed = _MOUNTS.read_text(errors="replace") if mounts is None else mounts
    except OSError:
        return None
    home, best, kind = _home(database).resolve(), Path(), ""
    for line in listed.splitlines():
        about, _, how = line.partition(" - ")
        fields = about.split(" ")
        if len(fields) < 5 or not how:
            continue
        point = Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        if home.is_relative_to(point) and len(point.parts) >= len(best.parts):  # the last one mounted there counts
            best, kind = point, how.split(" ")[0]
    return kind if kind in _OVER_A_NETWORK else None


def unwritable(database: Path, may: Callable[[Path, int], bool] = os.access) -> Path | None:
    """The folder, or the file, that this user may not write to and would have to; None when all is well. ``may``:
    access(2).
    """
    home = _home(database)
    if not may(home, os.W_OK | os.X_OK):
        return home
    return database if database.exists() and not may(database, os.W_OK) else None


def _home(database: Path) -> Path:
    return next(folder for folder in database.absolute().parents if folder.exists())
