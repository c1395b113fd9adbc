"""An extractor that may ask for a PDF document to be opened: extractors are pure, and PDFium must run in a sandbox."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from monitor.model.errors import Unopened
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Source
from monitor.pipeline.ports import Extractor


class Opening(Struct, frozen=True):
    """Fits ``ports.Extractor``. ``open_pdf`` gives a document's layout as JSON; it raises ``Unreadable``."""

    inner: Extractor
    open_pdf: Callable[[bytes], bytes]

    @property
    def version(self) -> int:
        return self.inner.version

    def extract(self, page: Page, source: Source) -> Snapshot:
        """What ``inner`` reads; only a document that it asks for is opened.

        Raises ``Unreadable``, also for a PDF document that cannot be opened.
        """
        try:
            return self.inner.extract(page, source)
        except Unopened:
            return self.inner.extract(replace(page, layout=self.open_pdf(page.body)), source)
