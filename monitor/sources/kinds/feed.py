"""Any RSS or Atom feed: its entries as records. A feed shows a window of its newest entries; gone is not removed."""

from typing import TYPE_CHECKING, Final

from monitor.formats.sniff import Form, sniff
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.sources.kinds.rows import collapse_duplicates

if TYPE_CHECKING:
    from monitor.formats.feed import Entry

VERSION: Final = 1

COLUMNS: Final = ("title", "link", "published", "summary")


def extract(page: Page, source: Source) -> Snapshot:  # noqa: ARG001 - the shape of every kind; feeds need no settings
    """One record an entry, keyed by the publisher's id for it, else by its link.

    Raises ``Unreadable`` for a web page where the feed was due, and for a feed that is cut short or not sound.
    """
    if sniff(page.body, page.media_type) not in (Form.FEED, Form.XML, Form.HTML):
        raise Unreadable("not-feed", "The address answered with something else than the news feed that was due.")
    # Imported here: few sources are feeds.
    from monitor.formats.feed import read_feed

    feed = read_feed(page.body)
    records, duplicates = collapse_duplicates(_record(entry) for entry in feed.entries if entry.id)
    return Snapshot(
        extractor="feed",
        extractor_version=VERSION,
        form="feed",
        records=records,
        title=feed.title or None,
        columns=COLUMNS,
        duplicates=duplicates,
    )


def _record(entry: "Entry") -> Record:
    fields = dict(zip(COLUMNS, (entry.title, entry.link, entry.published, entry.summary), strict=True))
    return Record(key=RecordKey(entry.id), label=entry.title or entry.id, fields=fields, url=entry.link or None)
