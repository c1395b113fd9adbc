"""The pages of one list as they came: handed to an extractor, told apart, and joined to one snapshot."""

from urllib.parse import urlsplit

from msgspec.structs import replace

from monitor.model.capture import Capture
from monitor.model.snapshot import Page, Snapshot, add_up


def as_page(capture: Capture) -> Page:
    """The part of a capture that an extractor needs."""
    parameters = (capture.header("content-type") or "").split(";")[1:]
    charset = next(
        (p.split("=", 1)[1].strip(" \"'") for p in parameters if p.strip().lower().startswith("charset=")), None
    )
    return Page(body=capture.body, url=capture.final_url, media_type=capture.media_type, charset=charset)


def find_link(page: Page, link_text: str) -> str | None:
    """The address of the first link whose text contains ``link_text`` (case ignored). Raises ``Unreadable``."""
    # Imported here: few sources are found through a link.
    from monitor.formats.html import links
    from monitor.formats.text import decode

    wanted = link_text.casefold()
    found = links(decode(page.body, page.charset), page.url, None)
    return next((link.href for link in found if wanted in link.text.casefold()), None)


def join(parts: list[Snapshot]) -> Snapshot:
    """The pages of one list as one snapshot; an item that slid onto the next page meanwhile is kept once.

    The columns are those of the first page that has any: a week in which nothing happened has none.
    """
    if len(parts) == 1:
        return parts[0]
    records = {record.key: record for part in parts for record in part.records}
    return replace(
        parts[0],
        records=tuple(records.values()),
        passages=tuple(p for part in parts for p in part.passages),
        columns=next((part.columns for part in parts if part.columns), ()),
        duplicates=tuple(d for part in parts for d in part.duplicates),
        next_url=None,
        strips=add_up(strip for part in parts for strip in part.strips),
    )


def first_items(part: Snapshot) -> tuple[object, ...]:
    """What must be the same on the first page before and after the others were read."""
    return part.declared_total, [record.key for record in part.records]


def repeats(pages: list[Capture], parts: list[Snapshot]) -> bool:
    """Whether a page came twice. Of the parts of one document, each at a path of its own, several may well be empty."""
    told = {
        ("" if part.size else urlsplit(page.official_url).path, page.sha256)
        for page, part in zip(pages, parts, strict=True)
    }
    return len(told) < len(pages)
