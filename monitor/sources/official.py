"""What every official list hands to the registry: where it is, which version reads it, and the reading itself."""

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Source


class Extract(Protocol):
    """Reads one body of one source. Raises ``Unreadable``; never anything else, whatever the bytes."""

    def __call__(self, page: Page, source: Source) -> Snapshot: ...


class Reader(Struct, frozen=True, kw_only=True):
    """One way of reading and its version."""

    version: int
    extract: Extract


class Topic(Protocol):
    """What is watched for, as far as reading a long document needs to know it."""

    @property
    def version(self) -> int:
        """Another number whenever ``speaks`` would answer otherwise."""

    def speaks(self, text: str) -> bool:
        """Whether a heading or paragraph is about what is watched."""


class OfficialList(Struct, frozen=True, kw_only=True):
    """One official list. ``source`` holds the defaults that ``sources.yaml`` may override; ``version`` goes up whenever
    ``extract`` would read the same bytes otherwise than before.
    """

    source: Source
    version: int
    extract: Extract


def signed(snapshot: Snapshot, name: str, version: int) -> Snapshot:
    """The same snapshot, signed by the official list that used a kind to read it."""
    return replace(snapshot, extractor=name, extractor_version=version)


def built_on(own: int, kind: int) -> int:
    """The version of a list that is read by a kind: it moves when either moves (``own`` 2 on kind 3: 2003)."""
    return own * 1000 + kind
