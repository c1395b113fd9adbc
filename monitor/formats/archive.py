"""Zip archives: a directory that is believed in nothing but where to look, and files inflated under a cap.

Names inside an archive are only ever compared with a pattern; none of them becomes a path.
"""

import io
import re
import struct
import zipfile
import zlib
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct

from monitor.model.errors import Unreadable

MAX_FILES: Final = 4_000
MAX_RATIO: Final = 250
"""Unpacked bytes for one packed; the densest real files reach about 40."""

RATIO_FREE_BYTES: Final = 1024 * 1024
MAX_ARCHIVES: Final = 3
"""How deep archives may lie in archives, the outermost counted."""

MAX_MEMBER_BYTES: Final = 160 * 1024 * 1024
"""All that is unpacked on the way to one file."""

_ENCRYPTED: Final = 0x1
_LOCAL_HEADER_BYTES: Final = 30
_INTO: Final = re.compile(r"(?<=\.zip)/", re.IGNORECASE)
_NAMED_MOST: Final = 6


class Archive(Struct, frozen=True, kw_only=True):
    """A zip archive in memory. ``noun`` and ``code`` are what faults call it: ``the workbook`` and ``not-xlsx``."""

    body: bytes
    noun: str
    code: str

    def files(self) -> list[zipfile.ZipInfo]:
        """The directory, folders left out. Raises ``Unreadable``: ``code``, ``too-large``."""
        if self.body.count(b"PK\x01\x02") > MAX_FILES:
            raise self.bomb()
        try:
            with zipfile.ZipFile(io.BytesIO(self.body)) as archive:
                return [info for info in archive.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError) as fault:
            raise self.damaged() from fault

    def unpacked(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """One file's bytes. Raises ``Unreadable``: ``code``, ``encrypted``, ``too-large`` (more than ``most``, or than
        the directory says).
        """
        if info.file_size > most:
            raise self.bomb()
        packed, most = self._packed(info), info.file_size
        if info.compress_type == zipfile.ZIP_STORED:
            data = packed
        elif info.compress_type == zipfile.ZIP_DEFLATED:
            data = self._inflated(packed, most)
        else:
            raise self.damaged()
        if len(data) > most:
            raise self.bomb()
        return data

    def refuse_bomb(self, unpacked_bytes: int) -> None:
        """Raises ``Unreadable`` (``too-large``) when so much cannot honestly come out of the archive."""
        if unpacked_bytes > max(RATIO_FREE_BYTES, MAX_RATIO * len(self.body)):
            raise self.bomb()

    def damaged(self) -> Unreadable:
        return Unreadable(self.code, f"The file is not a sound {self.noun}; it may have been cut short on its way.")

    def bomb(self) -> Unreadable:
        reason = f"The {self.noun} unpacks to far more than a list of this kind can hold; it was not opened."
        return Unreadable("too-large", reason)

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted", f"The {self.noun} is protected by a password and cannot be read.")
        at = info.header_offset
        header = self.body[at : at + _LOCAL_HEADER_BYTES] if at >= 0 else b""
        if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
            raise self.damaged()
        start = at + _LOCAL_HEADER_BYTES + sum(struct.unpack("<HH", header[26:30]))
        packed = self.body[start : start + info.compress_size]
        if len(packed) < info.compress_size:
            raise self.damaged()
        return packed

    def _inflated(self, packed: bytes, most: int) -> bytes:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = unpacker.decompress(packed, most + 1)
        except zlib.error as fault:
            raise self.damaged() from fault
        if len(data) <= most and not unpacker.eof:
            raise self.damaged()
        return data


def steps(member: str) -> tuple[str, ...]:
    """A member's name, archive by archive: ``a.zip/b.csv`` is ``("a.zip", "b.csv")``."""
    return tuple(_INTO.split(member))


def read_member(body: bytes, member: str) -> bytes:
    """The one file that ``member`` names: a name with ``*`` and ``?`` (case and folders aside), where a slash after an
    archive's name goes into it.

    Raises ``Unreadable``: ``not-zip``, ``encrypted``, ``too-large``, ``member-missing``, ``member-ambiguous``.
    """
    left = MAX_MEMBER_BYTES
    for pattern in steps(member)[:MAX_ARCHIVES]:
        archive = Archive(body=body, noun="zip archive", code="not-zip")
        body = archive.unpacked(_chosen(archive.files(), pattern), left)
        archive.refuse_bomb(len(body))
        left -= len(body)
    return body


def _chosen(files: list[zipfile.ZipInfo], pattern: str) -> zipfile.ZipInfo:
    found = [info for info in files if _is_named(info.filename, pattern.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        shown = _shown(found)
        reason = f"The zip archive holds {len(found)} files that “{pattern}” names ({shown}); one was due."
        raise Unreadable("member-ambiguous", reason)
    reason = f"The zip archive holds no file “{pattern}”; it holds {_shown(files) or 'none at all'}."
    raise Unreadable("member-missing", reason)


def _is_named(name: str, pattern: str) -> bool:
    whole = name.replace("\\", "/").lower()
    return fnmatchcase(whole, pattern) or fnmatchcase(whole.rpartition("/")[2], pattern)


def _shown(files: list[zipfile.ZipInfo]) -> str:
    names = [re.sub(r"[^\w .,/()+-]", "?", info.filename)[:60] for info in files[:_NAMED_MOST]]
    return ", ".join(names) + (" and more" if len(files) > _NAMED_MOST else "")
