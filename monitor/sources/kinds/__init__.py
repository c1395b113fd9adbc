"""The shapes of page that an entry in sources.yaml alone can watch: one module each, driven by ``Source.reading``."""

from typing import Final, Protocol

from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Source
from monitor.sources.kinds import feed, json, links, prose, table


class KindModule(Protocol):
    """What each module here offers. ``VERSION`` goes up whenever ``extract`` would read the same bytes otherwise."""

    VERSION: int

    def extract(self, page: Page, source: Source) -> Snapshot:
        """Raises ``Unreadable``; never anything else, whatever the bytes."""


KINDS: Final[dict[Kind, KindModule]] = {
    Kind.TABLE: table,
    Kind.JSON: json,
    Kind.PROSE: prose,
    Kind.LINKS: links,
    Kind.FEED: feed,
}
