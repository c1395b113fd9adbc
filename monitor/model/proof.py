"""What proves the record to somebody else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEntry:
    """One entry of the audit chain; ``hashed``: the very bytes of which ``hash`` is the SHA-256."""

    seq: int
    event: str
    subject: str
    hash: str
    hashed: bytes
