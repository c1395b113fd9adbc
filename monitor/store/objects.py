"""Evidence bytes by their SHA-256, each version of a page packed against a whole version of it (the keyframe)."""

import hashlib
from collections.abc import Iterator

from msgspec import Struct

from monitor.model.errors import StoreError
from monitor.model.ids import Sha256, SourceId
from monitor.store import packing
from monitor.store.connection import Database
from monitor.store.failures import RESTORE

VERSIONS_PER_KEYFRAME = 26
"""One whole version, then 25 differences to it: a version is read from two objects, and a damaged row costs one."""

_WORTH_COMPARING = 16


class Damage(Struct, frozen=True, kw_only=True):
    """One object that is not what it should be."""

    sha256: Sha256
    what: str


class _Packed(Struct, frozen=True):
    codec: str
    data: bytes
    base: Sha256 | None = None


def keep_object(database: Database, body: bytes, *, source_id: SourceId, stream: str) -> Sha256:
    """Stores ``body`` unless it is there already. ``stream`` names the page of the source that it is a version of."""
    sha256 = Sha256(hashlib.sha256(body).hexdigest())
    held = database.row("SELECT size > 0 AND length(packed) = 0 FROM object WHERE sha256 = ?", [sha256])
    if held is None or held[0]:  # not there, or let go since
        packed, is_keyframe = _pack(database, body, source_id, stream)
        database.write(
            "INSERT INTO object (sha256, size, base_sha256, codec, packed) VALUES (?, ?, ?, ?, ?) ON CONFLICT (sha256)"
            " DO UPDATE SET base_sha256 = excluded.base_sha256, codec = excluded.codec, packed = excluded.packed",
            [sha256, len(body), packed.base, packed.codec, packed.data],
        )
        if is_keyframe:
            _set_keyframe(database, source_id, stream, sha256)
    return sha256


def _pack(database: Database, body: bytes, source_id: SourceId, stream: str) -> tuple[_Packed, bool]:
    """The packed body, and whether it is the stream's new keyframe; if not, it is counted among the versions of that
    one.
    """
    if len(body) < packing.SMALLEST:
        return _Packed("plain", body), False
    keyframe = database.write(
        "UPDATE keyframe SET versions = versions + 1 WHERE source_id = ? AND stream = ? AND versions < ?"
        " RETURNING object_sha256",
        [source_id, stream, VERSIONS_PER_KEYFRAME],
    ).fetchone()
    if keyframe is None:
        return _Packed("zstd", packing.pack(body)), True
    base_sha256 = Sha256(keyframe[0])
    base = read_object(database, base_sha256)
    delta = packing.pack_against(base, body)
    if len(delta) > len(body) // _WORTH_COMPARING:
        whole = packing.pack(body)
        if len(whole) <= len(delta):
            # Another page altogether. A short one (an error page, say) is no base for the versions that follow.
            return _Packed("zstd", whole), len(body) >= len(base) // 2
    return _Packed("zstd-delta", delta, base_sha256), False


def _set_keyframe(database: Database, source_id: SourceId, stream: str, sha256: Sha256) -> None:
    database.write(
        "INSERT INTO keyframe (source_id, stream, object_sha256, versions) VALUES (?, ?, ?, 1)"
        " ON CONFLICT (source_id, stream) DO UPDATE SET object_sha256 = excluded.object_sha256, versions = 1",
        [source_id, stream, sha256],
    )


def read_object(database: Database, sha256: Sha256) -> bytes:
    """The plain bytes. Raises StoreError ``corrupt`` that names the object when it is missing or is not what it was,
    ``released`` when retention let its bytes go.
    """
    found = database.row("SELECT base_sha256, codec, packed, size FROM object WHERE sha256 = ?", [sha256])
    if found is None:
        raise _damaged(database, sha256, "is missing")
    base_sha256, codec, packed, size = found
    if size and not packed:
        raise _without_bytes(database, sha256)
    base = None if base_sha256 is None else read_object(database, base_sha256)
    try:
        body = packed if codec == "plain" else packing.unpack(packed, base)
    except packing.Unpackable as fault:
        raise _damaged(database, sha256, f"cannot be unpacked: {fault}") from fault
    if hashlib.sha256(body).hexdigest() != sha256:
        raise _damaged(database, sha256, "is not what its name says")
    return bytes(body)


def _without_bytes(database: Database, sha256: Sha256) -> StoreError:
    sql = "SELECT at, rule FROM release WHERE sha256 = ? ORDER BY run DESC LIMIT 1"
    found = database.row(sql, [sha256])
    if found is None:
        return _damaged(database, sha256, "has no bytes, and no retention is on record")
    what = f"the bytes of {sha256} were released by retention on {found[0][:10]} under the rule “{found[1]}”"
    mend = "Its hash is kept; a backup from before that day still has the bytes"
    return StoreError(code="released", what=what, where=str(database.path), mend=mend)


def damaged_objects(database: Database) -> Iterator[Damage]:
    """Reads every object, and names those that cannot be had back as they were; not those that retention let go."""
    for (sha256,) in database.rows("SELECT sha256 FROM object ORDER BY rowid"):
        try:
            read_object(database, sha256)
        except StoreError as fault:
            if fault.code != "released":
                yield Damage(sha256=sha256, what=fault.what)


def _damaged(database: Database, sha256: Sha256, what: str) -> StoreError:
    return StoreError(code="corrupt", what=f"the object {sha256} {what}", where=str(database.path), mend=RESTORE)
