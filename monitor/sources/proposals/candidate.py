"""One way in which a page might be read, before it was tried."""

from msgspec import Struct, field

from monitor.model.source import Kind, Reading


class Candidate(Struct, frozen=True, kw_only=True):
    """``what``: what would be watched, in words that follow on "It would watch"."""

    kind: Kind
    what: str
    reading: Reading = field(default_factory=Reading)
