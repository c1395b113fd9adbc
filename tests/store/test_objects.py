import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.errors import StoreError
from monitor.model.ids import Sha256, SourceId
from monitor.store import Store, packing
from monitor.store.objects import keep_object
from tests.store.making import SOURCE, make_check


def rows(count: int, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)  # noqa: S311 - sample data
    return [b"<tr><td>K%06d</td><td>%d</td></tr>\n" % (n, chance.getrandbits(64)) for n in range(count)]


def keep(store: Store, body: bytes, stream: str = "page 0", source: SourceId = SOURCE) -> Sha256:
    with store.unit() as unit:
        unit.check(make_check(source=source))
        return keep_object(store.database, body, source_id=source, stream=stream)


def codec_of(store: Store, sha256: Sha256) -> str:
    return str(store.database.value("SELECT codec FROM object WHERE sha256 = ?", [sha256]))


@settings(max_examples=50)
@given(st.binary(min_size=64, max_size=2000), st.binary(max_size=2000))
def test_what_is_packed_against_a_base_comes_back(base: bytes, body: bytes) -> None:
    assert packing.unpack(packing.pack_against(base, body), base) == body
    assert packing.unpack(packing.pack(body)) == body


def test_a_wrong_base_is_an_error_and_not_wrong_bytes() -> None:
    lines = rows(2000)
    base, body = b"".join(lines), b"".join([*lines[:900], b"<tr>edited</tr>", *lines[901:]])
    packed = packing.pack_against(base, body)
    assert len(packed) < 200
    with pytest.raises(packing.Unpackable):
        packing.unpack(packed, base.replace(b"K000500", b"K999999"))
    with pytest.raises(packing.Unpackable):
        packing.unpack(packed[:-3], base)
    with pytest.raises(packing.Unpackable):
        packing.unpack(b"no zstd at all")


def test_a_year_of_weekly_versions_takes_a_hundredth_of_its_bytes(store: Store) -> None:
    chance = random.Random(7)  # noqa: S311 - sample data
    lines = rows(5000)
    kept = {}
    for _ in range(52):
        for _ in range(chance.randint(2, 12)):
            lines[chance.randrange(len(lines))] = b"<tr><td>edit %d</td></tr>\n" % chance.getrandbits(40)
        body = b"".join(lines)
        kept[keep(store, body)] = body
    counts = store.queries.counts()
    assert counts.plain_bytes == sum(map(len, kept.values()))
    assert counts.plain_bytes / counts.packed_bytes > 20  # random digits: a keyframe alone shrinks by 2.5 at most
    deltas = store.database.rows("SELECT length(packed) FROM object WHERE codec = 'zstd-delta'")
    assert len(deltas) == 50
    assert max(size for (size,) in deltas) < 20_000
    assert store.queries.verify_objects() == ()
    newest = next(reversed(kept))
    assert store.queries.object_bytes(newest) == kept[newest]


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    body = b"".join(rows(50))
    assert keep(store, body) == keep(store, body, "page 7", SourceId("demo.other"))
    assert store.queries.counts().objects == 1


def test_small_bodies_are_kept_whole_and_are_no_base(store: Store) -> None:
    assert [codec_of(store, keep(store, b"x" * size)) for size in (0, 63)] == ["plain", "plain"]
    assert store.database.rows("SELECT * FROM keyframe") == []
    assert store.queries.object_bytes(keep(store, b"")) == b""


def test_a_short_block_page_does_not_become_the_base(store: Store) -> None:
    lines = rows(2000)
    assert codec_of(store, keep(store, b"".join(lines))) == "zstd"
    apology = b"<title>FDA Apology</title>" + bytes(range(256))
    assert codec_of(store, keep(store, apology)) == "zstd"
    assert codec_of(store, keep(store, b"".join([*lines, b"<tr>one more</tr>"]))) == "zstd-delta"


def test_a_page_made_anew_becomes_the_base(store: Store) -> None:
    lines = rows(2000, seed=2)
    keep(store, b"".join(rows(2000)))
    new = keep(store, b"".join(lines))
    assert codec_of(store, new) == "zstd"
    keep(store, b"".join([*lines, b"<tr>one more</tr>"]))
    assert store.database.value("SELECT base_sha256 FROM object WHERE base_sha256 IS NOT NULL") == new


def test_each_page_of_a_source_has_its_own_base(store: Store) -> None:
    one, two = rows(500), rows(500, seed=2)
    keep(store, b"".join(one)), keep(store, b"".join(two), "page 1")
    assert codec_of(store, keep(store, b"".join(one[1:]))) == "zstd-delta"
    assert codec_of(store, keep(store, b"".join(two[1:]), "page 1")) == "zstd-delta"


@pytest.mark.parametrize("damage", ["packed = x'00'", "packed = zeroblob(length(packed))", "codec = 'plain'"])
def test_a_damaged_object_is_named_at_reading(store: Store, damage: str) -> None:
    lines = rows(100)
    whole, other = keep(store, b"".join(lines)), keep(store, b"quite another page" * 9, "page 1")
    delta = keep(store, b"".join(lines[1:]))
    with store.database.transaction():
        guard = store.database.value("SELECT sql FROM sqlite_schema WHERE name = 'object_refuses_update'")
        store.database.write("DROP TRIGGER object_refuses_update")
        store.database.write(f"UPDATE object SET {damage} WHERE sha256 = ?", [whole])  # noqa: S608 - ours
        store.database.write(guard)
    with pytest.raises(StoreError, match=whole) as caught:
        store.queries.object_bytes(whole)
    assert caught.value.code == "corrupt"
    assert {found.sha256 for found in store.queries.verify_objects()} == {whole, delta}
    assert hashlib.sha256(store.queries.object_bytes(other)).hexdigest() == other
