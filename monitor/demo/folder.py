"""The folder a demo lives in: made, or taken over from a former demo, never from anything else."""

import shutil
from pathlib import Path
from string import Template

from msgspec import Struct

from monitor.compose.wording import DEMO_RIBBON
from monitor.model.digest import Message
from monitor.model.errors import UsageError
from monitor.model.ids import DigestId
from monitor.store import open_reader
from monitor.store.lock import WriterLock

MARKER = "DEMO.txt"
DATABASE = "monitor.db"
_MARK = f"""{DEMO_RIBBON}

This folder was written by `cmaa-monitor demo`, which replaces it when it is run again. Nothing in it is news.
  sources.yaml   the settings, for the commands that look at the record: --config sources.yaml
  {DATABASE}     the record: every check, copy, change and digest of the eight weeks
  digests/       the weekly digests, as HTML and as text
  events/        what a subscriber was told of at once, one CloudEvents file each
"""
_OURS = (MARKER, "sources.yaml", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")
_OUR_FOLDERS = ("digests", "events")


class Folder(Struct, frozen=True):
    """``path`` is absolute."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "sources.yaml"

    @property
    def database(self) -> Path:
        return self.path / DATABASE

    @property
    def digests(self) -> Path:
        return self.path / "digests"

    @property
    def events(self) -> Path:
        return self.path / "events"

    def write_settings(self, template: str, server: str) -> None:
        """Writes sources.yaml; ``server`` is the base URL of the demo's own web server."""
        self.settings.write_text(Template(template).substitute(server=server), encoding="utf-8")

    def write_digest(self, digest_id: DigestId, message: Message) -> tuple[Path, Path]:
        """Writes both parts; returns the paths of the HTML and of the text."""
        html_path, text_path = (self.digests / f"{digest_id}.{ending}" for ending in ("html", "txt"))
        html_path.write_text(message.html, encoding="utf-8")
        text_path.write_text(f"Subject: {message.subject}\n\n{message.text}", encoding="utf-8")
        return html_path, text_path


def make_folder(path: Path) -> Folder:
    """An empty demo folder at ``path``. A former demo there is replaced, file by file that a demo writes; whatever else
    lies in it stays.

    Raises UsageError for a folder that holds something and is no former demo, or that cannot be written; StoreError for
    a former demo that another process is writing to.
    """
    folder = Folder(path.absolute())
    try:
        if folder.path.exists():
            _must_be_ours(folder)
            _must_be_idle(folder)
            _clear(folder)
        folder.digests.mkdir(parents=True, exist_ok=True)
        (folder.path / MARKER).write_text(_MARK, encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"{fault.filename or path}: {fault.strerror}; choose another folder with --out") from fault
    return folder


def _must_be_ours(folder: Folder) -> None:
    if not folder.path.is_dir():
        raise UsageError(f"{folder.path} is a file; name a folder with --out")
    if not any(folder.path.iterdir()):
        return
    if not (folder.path / MARKER).is_file() or not _is_demo(folder):
        raise UsageError(
            f"{folder.path} exists and was not made by the demo, so it was left as it is; name another with --out"
        )


def _is_demo(folder: Folder) -> bool:
    """Whether the database there, if there is one, is marked as a demo. Raises StoreError when it cannot be read."""
    if not folder.database.exists() or folder.database.stat().st_size == 0:
        return True
    store = open_reader(folder.database)
    try:
        return store.is_demo
    finally:
        store.close()


def _must_be_idle(folder: Folder) -> None:
    """Raises StoreError ``locked``, naming the process, while another one writes to the former demo."""
    lock = WriterLock(folder.database)
    lock.acquire(0.0)
    lock.release()


def _clear(folder: Folder) -> None:
    """Removes what a demo writes. The lock file stays, as it must; the new database is opened under it."""
    for name in _OURS:
        (folder.path / name).unlink(missing_ok=True)
    for name in _OUR_FOLDERS:
        if (folder.path / name).is_dir():
            shutil.rmtree(folder.path / name)
