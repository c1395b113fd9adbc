"""A mail as it waits in the outbox: everything but what belongs to the attempt (sender, date, transport)."""

import json

from msgspec import Struct
from msgspec.structs import asdict


class Letter(Struct, frozen=True, kw_only=True):
    """``thread``: the ids of the deliveries this one follows, oldest first, for mail programs that show threads.
    ``domain``: that of its Message-ID, the sender's when it was written; "" in letters of older versions.
    """

    subject: str
    text: str
    html: str
    thread: tuple[str, ...] = ()
    domain: str = ""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    @classmethod
    def from_bytes(cls, payload: bytes) -> "Letter":
        """The letter that ``to_bytes`` wrote. Raises ValueError for anything else."""
        held = json.loads(payload)
        if not isinstance(held, dict) or not {"subject", "text", "html"} <= held.keys():
            raise ValueError("the payload is no letter")
        texts = {name: str(held[name]) for name in ("subject", "text", "html")}
        return cls(**texts, thread=tuple(map(str, held.get("thread", ()))), domain=str(held.get("domain", "")))
