"""Which members of an entry decide how a page is read: when one of them is edited, the stored copy is read anew."""

import hashlib
from functools import lru_cache

from msgspec.structs import fields

from monitor.model.ids import Sha256
from monitor.model.source import Kind, Reading, Source

_PLAIN = Reading()


def read_as(source: Source) -> Sha256:
    """A hash of the entry's kind, extractor and reading; of the latter only what is not at its default, so that a new
    member changes no hash.
    """
    return _read_as(source.kind, source.extractor, source.reading)


@lru_cache(maxsize=4096)
def _read_as(kind: Kind, extractor: str, reading: Reading) -> Sha256:
    names = sorted(one.name for one in fields(Reading))
    said = [(name, value) for name in names if (value := getattr(reading, name)) != getattr(_PLAIN, name)]
    return Sha256(hashlib.sha256(repr((kind.value, extractor, said)).encode("utf-8", "replace")).hexdigest())
