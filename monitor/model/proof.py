"""What proves the record to somebody else."""

from msgspec import Struct


class ChainEntry(Struct, frozen=True, kw_only=True):
    """One entry of the audit chain; ``hashed``: the very bytes of which ``hash`` is the SHA-256."""

    seq: int
    event: str
    subject: str
    hash: str
    hashed: bytes
