"""Which coverage documents are read in full: the watch list's, by number, and those whose title is on the subject.

The lists name some 3,500 documents; the text, the codes and the history of each would be ten requests. Each followed
document is up to two sources: its text (``cms_details``) and, for LCDs and articles, its codes (``cms_codes``); a
proposed LCD has its tracking sheet besides.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.model.source import Contract, Follow, Kind, Reading, Source
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.licences import LICENSED

TITLES: Final = (
    r"\bAI\b|\bAI-|artificial intelligence|machine learning|deep learning|\balgorithm|\bsoftware\b|computer[- ]aided"
    r"|computer[- ]assisted (?:detection|diagnosis|analysis)|fractional flow reserve|plaque"
)
"""Words of titles (case ignored) that make a coverage document worth its full text."""

DOCUMENT_NUMBER: Final = re.compile(r"\b(?:L|A)\d{5,6}\b")
_WEEKLY: Final = timedelta(days=7)
_PAGES: Final = Reading(next_page="next")
"""Says that a document comes in several pages, so that it is always fetched whole."""

_TEXT: Final = Contract(media_types=("application/json",), max_shrink=0.5)
_CODES: Final = Contract(media_types=("application/json",), max_shrink=0.5, allow_empty=True)


class _Detail(Struct, frozen=True, kw_only=True):
    """Where a list's documents are read in full, with names as in ``Follow.url``: their text, their codes and, of
    proposed ones, their tracking sheet.
    """

    text: str
    codes: str | None = None
    sheet: str | None = None


_LCD: Final = "lcdid={url?lcdid}&ver={document_version}"
_PROPOSED: Final = "lcdid={number}&ver={document_version}"
_ARTICLE: Final = "articleid={url?articleid}&ver={document_version}"

DETAILS: Final[Mapping[str, _Detail]] = {
    "cms.lcds": _Detail(text=f"/v1/data/lcd/?{_LCD}", codes=f"/v1/data/lcd/hcpc-code?{_LCD}"),
    "cms.articles": _Detail(text=f"/v1/data/article/?{_ARTICLE}", codes=f"/v1/data/article/hcpc-code?{_ARTICLE}"),
    "cms.ncds": _Detail(text="/v1/data/ncd/?ncdid={url?ncdid}&ncdver={document_version}"),
    "cms.proposed-lcds": _Detail(
        text=f"/v1/data/lcd/?{_PROPOSED}",
        codes=f"/v1/data/lcd/hcpc-code?{_PROPOSED}",
        sheet=f"/v1/data/lcd/tracking-sheet?{_PROPOSED}",
    ),
}
"""List -> its documents' addresses; what belongs to national analyses stands in ``cms_ncas``."""


def with_details(source: Source, *, numbers: Collection[str], terms: Collection[str], licensed: bool) -> Source:
    """``source`` with the documents behind it that are read in full, unless the settings name some themselves.

    ``numbers``: watched documents (``L39840``, ``A59716``); ``terms``: the operator's own words, looked for in titles.
    Without the licence nothing behind it is followed.
    """
    detail = DETAILS.get(source.id)
    if detail is None or source.follow or (source.id in LICENSED and not licensed):
        return source
    return replace(source, follow=tuple(_follows(detail, numbers, terms)))


def _follows(detail: _Detail, numbers: Collection[str], terms: Collection[str]) -> Iterator[Follow]:
    where = (("document|label", _chosen(numbers, terms)),)
    text = Follow(
        kind=Kind.JSON,
        extractor="cms.document-text",
        where=where,
        url=ORIGIN + detail.text,
        name="{document}: {label}",
        every=_WEEKLY,
        noun="passage",
        reading=_PAGES,
        contract=_TEXT,
    )
    yield text
    if detail.codes:
        yield replace(
            text,
            extractor="cms.document-codes",
            where=(*where, ("label", "^(?!Response to Comments)")),
            url=ORIGIN + detail.codes,
            name="{document} code list",
            part="codes",
            noun="code",
            contract=_CODES,
        )
    if detail.sheet:
        yield replace(
            text,
            url=ORIGIN + detail.sheet,
            name="Tracking sheet of {document}: {label}",
            part="tracking-sheet",
            every=None,
            reading=Reading(),
        )


def _chosen(numbers: Collection[str], terms: Collection[str]) -> str:
    """A pattern for the numbers as a whole, and for the words anywhere in a title."""
    whole = [f"^D?{re.escape(number)}$" for number in sorted(numbers)]  # DL39840 would become L39840
    return "(?i)" + "|".join((TITLES, *map(re.escape, terms), *whole))
