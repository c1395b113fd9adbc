from pathlib import Path

import pytest

from monitor.store import free_share, network_file_system, unwritable

MOUNTS = r"""27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:30 / {home}/nfs rw,relatime shared:7 master:1 - nfs4 host.invalid:/export rw
41 40 254:1 / {home}/nfs/local rw - xfs /dev/vdb rw
42 27 0:31 / {home}/with\040blank rw - cifs //host.invalid/x rw
43 27 0:32 / {home}/twice rw - ext4 /dev/vdc rw
44 27 0:33 / {home}/twice rw - fuse.sshfs host.invalid: rw
45 27 0:34 / {home}/shared rw - 9p hostshare rw
not a mount at all
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("", None),
        ("nfs", "nfs4"),
        ("nfs/deeper", "nfs4"),
        ("nfs/local", None),
        ("nfsx", None),
        ("with blank", "cifs"),
        ("twice", "fuse.sshfs"),
        ("shared", "9p"),
    ],
)
def test_the_file_system_of_the_nearest_mount_counts(tmp_path: Path, folder: str, kind: str | None) -> None:
    home = tmp_path.resolve()
    (home / folder).mkdir(parents=True, exist_ok=True)
    mounts = MOUNTS.replace("{home}", str(home))
    assert network_file_system(home / folder / "monitor.db", mounts) == kind
    assert network_file_system(home / folder / "not" / "made" / "yet" / "monitor.db", mounts) == kind


def test_what_the_machine_says_can_be_read(tmp_path: Path) -> None:
    assert network_file_system(tmp_path / "monitor.db", "") is None
    assert 0 < free_share(tmp_path / "monitor.db") <= 1


def test_the_folder_or_the_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    database, coming = tmp_path / "monitor.db", tmp_path / "not" / "yet" / "monitor.db"
    database.touch()
    assert unwritable(database) is None
    assert unwritable(coming, lambda path, _: path != tmp_path) == tmp_path
    assert unwritable(database, lambda path, _: path != database) == database
    assert unwritable(coming, lambda path, _: path != coming) is None
