"""The shapes of page that an entry in sources.yaml alone can watch: one module each, driven by ``Source.reading``.

A kind's module is imported when it is first needed, so that a start pays only for what is watched.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final, Protocol

from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Source


class KindModule(Protocol):
    """What each module here offers. ``VERSION`` goes up whenever ``extract`` would read the same bytes otherwise."""

    VERSION: int

    def extract(self, page: Page, source: Source) -> Snapshot:
        """Raises ``Unreadable``; never anything else, whatever the bytes."""


class _Kinds(Mapping[Kind, KindModule]):
    """Each kind's module, imported when a page of that kind is read for the first time."""

    def __getitem__(self, kind: Kind) -> KindModule:
        module: KindModule = import_module(f"monitor.sources.kinds.{Kind(kind).value}")
        return module

    def __iter__(self) -> Iterator[Kind]:
        return iter(Kind)

    def __len__(self) -> int:
        return len(Kind)


KINDS: Final[Mapping[Kind, KindModule]] = _Kinds()
"""One module a kind, called as the kind is."""
