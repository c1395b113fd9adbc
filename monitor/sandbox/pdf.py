"""Opens a PDF in a child process: PDFium is C++ that reads hostile bytes, and not safe to share between threads."""

import signal
import threading
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from monitor.model.errors import Unreadable
from monitor.sandbox.confined import Answer, Limits, ask

MAX_PAGES: Final = 2_500
MAX_CHARACTERS: Final = 10_000_000
MAX_CHILDREN: Final = 2
"""Children that may run at the same time; each may take the memory of ``Limits``."""

_CHILD: Final = str(Path(__file__).with_name("child.py"))
_END: Final = b"%%EOF"
_TAIL_BYTES: Final = 4_096
_NO_PDFIUM: Final = 4
_PROBE: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 70 90]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
_PROBED: Final = b'"pages":[[700,900,'


class PdfOpener(Struct, frozen=True):
    """Starts a child for each document, a few at a time; nothing runs before the first document comes."""

    limits: Limits = field(default_factory=Limits)
    _free: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MAX_CHILDREN))

    def ailment(self) -> str | None:
        """Why no document can be opened on this machine, as a sentence; None when one can."""
        try:
            answer = self.open(_PROBE)
        except Unreadable as fault:
            return fault.reason
        return None if _PROBED in answer else "A plain PDF document was read wrongly."

    def open(self, body: bytes) -> bytes:
        """The document's text with positions, as JSON in the shape ``monitor/sandbox/child.py`` tells.

        Raises ``Unreadable``: ``truncated``, ``pdf-stopped`` (time, memory or length), ``pdf-crashed``, ``sandbox`` (no
        child could be started here).
        """
        if _END not in body[-_TAIL_BYTES:]:
            raise Unreadable("truncated", "The PDF document has no end; it was cut short on its way.")
        limits = self.limits
        numbers = (limits.memory_bytes, limits.cpu_s, MAX_PAGES, MAX_CHARACTERS)
        try:
            with self._free:
                answer = ask([_CHILD, *map(str, numbers)], body, limits)
        except OSError as fault:
            raise _not_here(fault.strerror or "no child process") from fault
        return _checked(answer, limits)


def _not_here(why: str) -> Unreadable:
    return Unreadable("sandbox", f"The PDF document could not be opened on this machine ({why}); run doctor.")


def _checked(answer: Answer, limits: Limits) -> bytes:
    if answer.status == 0 and answer.said and not answer.stopped:
        return answer.said
    if answer.status == _NO_PDFIUM:
        raise _not_here("pypdfium2 is not installed for this system")
    if answer.stopped or -answer.status in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL):
        what = f"takes more than {limits.cpu_s} seconds to read, or unpacks to far more than any real one"
        raise Unreadable("pdf-stopped", f"The PDF document {what}; reading it was stopped.")
    # PDFium ends itself when it gets no more memory, by one of the signals that a plain fault would raise too.
    what = f"needs more than {limits.memory_bytes >> 20} MB of memory to read, or is damaged so that its reader failed"
    raise Unreadable("pdf-crashed", f"The PDF document {what}; reading it was given up.")
