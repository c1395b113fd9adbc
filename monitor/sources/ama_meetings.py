"""What the documents of a CPT Editorial Panel meeting have in common: the meeting they are of, and its tabs.

Tabs are numbered anew for each meeting, so a tab's id is the meeting and the number: ``May 2026 Tab 67``. The shapes
read here rest on descriptions and on documents of 2012 to 2021; no present one was seen. What does not fit is refused.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from monitor.formats.html import Block, page_title, prose
from monitor.formats.sniff import is_pdf
from monitor.formats.text import decode
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record

_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_MEETING: Final = re.compile(rf"\b({_MONTHS})\b[^.;A-Za-z]{{0,20}}?\b(20\d\d)\b", re.IGNORECASE)
_OF_MEETING: Final = re.compile(r"\b(?:panel|meeting|agenda|summary)\b", re.IGNORECASE)
_OF_SOMETHING_ELSE: Final = re.compile(
    r"\b(?:posted|posting|deadline|effective|reconsider|updated|revised)", re.IGNORECASE
)
_IN_NAME: Final = re.compile(rf"({_MONTHS})[-_ ]?(20\d\d)", re.IGNORECASE)
_ONE_TAB: Final = r"\d{1,3}[A-Za-z]?"
_TAB: Final = re.compile(rf"(?:tab\s*)?#?\s*({_ONE_TAB}(?:\s*[-,&/]\s*{_ONE_TAB})*)\.?", re.IGNORECASE)
_CONTINUED: Final = re.compile(r"\(?\bcont(?:inued|['’]?d|\.)?\)?\s*$", re.IGNORECASE)  # noqa: RUF001 - as it is set


def read_preamble(page: Page) -> tuple[Block, ...]:
    """The text at the head of the document, down to its table or first tab. Raises ``Unreadable`` as its reader."""
    blocks = _first_blocks(page)
    return tuple(_until_table(blocks))


def _first_blocks(page: Page) -> Sequence[Block]:
    if not is_pdf(page.body):
        text = decode(page.body, page.charset)
        return (Block(headings=(), text=page_title(text) or ""), *prose(text, None))
    from monitor.formats.pdf import read_layout
    from monitor.formats.pdf_prose import read_prose

    layout = read_layout(page.layout)
    return read_prose(replace(layout, sheets=layout.sheets[:1])).blocks


def _until_table(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if re.match(r"tab\b", block.text, re.IGNORECASE):
            return
        yield block


def meeting_of(preamble: Sequence[Block], url: str) -> str:
    """``May 2026``: as the document's head says, else as its file name does.

    A meeting over the end of a month goes by the later one, as the AMA names it. Raises ``Unreadable``: ``no-meeting``.
    """
    told = [block.text for block in preamble if not _OF_SOMETHING_ELSE.search(block.text)]
    said = [text for text in told if _OF_MEETING.search(text)]
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    for text, pattern in (*((text, _MEETING) for text in (*said, *told)), (name, _IN_NAME)):
        found = pattern.search(text)
        if found:
            return f"{found[1].capitalize()} {found[2]}"
    raise Unreadable(
        "no-meeting",
        "The document does not say of which Panel meeting it is, and tabs mean nothing without their meeting.",
    )


def tab_of(cell: str) -> str | None:
    """The tab's number as written (``67``, ``12A``, ``12-14``); None for a cell that is no tab."""
    found = _TAB.fullmatch(_CONTINUED.sub("", cell).strip())
    return re.sub(r"\s+", "", found[1]).upper() if found else None


def goes_on(cell: str) -> bool:
    """Whether the cell says that it only continues the tab of the row before."""
    return _CONTINUED.search(cell) is not None


def tab_record(meeting: str, tab: str, fields: dict[str, str], url: str, copies: int) -> Record:
    """One tab. ``copies``: how many rows of the same tab stand before it; a tab may hold several requests."""
    key = f"{meeting} Tab {tab}" + (f" ({copies + 1})" if copies else "")
    label = f"Tab {tab}: {fields['title']}" if fields["title"] else f"Tab {tab}"
    return Record(key=RecordKey(key), label=label, fields={"meeting": meeting, "tab": tab, **fields}, url=url)
