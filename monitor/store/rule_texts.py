"""The text of the rule files by which changes were judged, so that a faulty edit need not stop the judging."""

import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from monitor.store.connection import Database
from monitor.store.times import to_text

_MAX_BYTES: Final = 64 * 1024 * 1024


class RuleTexts:
    """Fits the rule book's ``Shelf``. Nothing kept is ever altered; keeping needs a writer's store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> str | None:
        """The name of those kept last."""
        name: str | None = self._database.value("SELECT name FROM rule_text ORDER BY number DESC LIMIT 1")
        return name

    def form(self) -> bytes | None:
        """Those kept last as they were read; None for those that an older program kept."""
        form: bytes | None = self._database.value("SELECT form FROM rule_text ORDER BY number DESC LIMIT 1")
        return form

    def keep(self, name: str, version: str, files: Mapping[str, str], form: bytes, *, at: datetime) -> None:
        """Commits by itself. ``form``: the files as they were read, which ``form`` gives back."""
        packed = zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode())
        row = {"name": name, "version": version, "files": packed, "form": form, "kept_at": to_text(at)}
        with self._database.transaction():
            self._database.insert("rule_text", [row])

    def latest(self, most: int) -> Iterator[Mapping[str, str]]:
        """The files (name -> text), newest first, at most ``most`` sets; what cannot be unpacked is passed over."""
        for (packed,) in self._database.rows("SELECT files FROM rule_text ORDER BY number DESC LIMIT ?", [most]):
            try:
                yield json.loads(zlib.decompressobj().decompress(packed, _MAX_BYTES))
            except (zlib.error, ValueError):
                continue
