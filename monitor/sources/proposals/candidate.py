"""One way in which a page might be read, before it was tried."""

from dataclasses import dataclass, field

from monitor.model.source import Kind, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """``what``: what would be watched, in words that follow on "It would watch"."""

    kind: Kind
    what: str
    reading: Reading = field(default_factory=Reading)
