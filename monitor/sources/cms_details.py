"""Text of one coverage document of the Coverage API: its parts as passages, its dates, groups and revision history.

- What: an LCD, article or NCD, each behind its list. Of an LCD or article the texts of its code groups and the revision
  history follow as further pages of the same document. Of a proposed LCD its tracking sheet too; of a national analysis
  what was considered before, and the NCDs, assessments and meetings that belong to it (its own tracking sheet is read
  field by field, see ``cms_ncas``).
- Where: ``/v1/data/...``, paths and members as in the OpenAPI document of API version 1.5. LCDs and articles lie behind
  the licence (see ``licences``); NCDs and analyses are reported to need no token.
- How often it moves: with each version of the document; the data are refreshed on Thursdays.
- Caveats: texts are HTML, escaped once or twice, in Word's style. Stamps, ids, names and telephone numbers of staff and
  the AMA's own statement are left out. An unknown id answers 200 with no row; that is no document without text. No
  answer with a real document's whole text was at hand when this was written. That a proposed LCD (``DL39840``) answers
  to its bare number, as its tracking sheet is described to, could not be tried; nor what stands in ``history``.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct, field

from monitor.formats.html import prose
from monitor.formats.text import plain, unescape_fully
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Passage, Snapshot
from monitor.model.source import Source
from monitor.sources.coverage_api import date_or_blank, read_report
from monitor.sources.official import Reader

VERSION: Final = 1


class Shape(Struct, frozen=True, kw_only=True):
    """How one page of a document is read. ``id``: the query's name of the document's id and the member that repeats it
    ("" where the rows are of other documents); ``texts`` and ``dates``: member -> heading or words; ``line``: a heading
    and the members that make one passage below it; ``then``: the path of the page after it.
    """

    id: tuple[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    line: tuple[str, tuple[str, ...]] | None = None
    dates: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    required: bool = False
    then: str | None = None


_LCD: Final = ("lcdid", "lcd_id")
_ARTICLE: Final = ("articleid", "article_id")
_HISTORY: Final = {"rev_hist_exp": "Revision history"}

_BEFORE: Final = ("Considered before", ("document_display_id", "title"))
_RELATED: Final = (
    ("ncd", ("Related NCD", ("section", "title", "document_version")), "ta"),
    ("ta", ("Related technology assessment", ("title",)), "medcac"),
    ("medcac", ("Related MEDCAC meeting", ("medcac_date", "title")), None),
)
"""What belongs to a national analysis: the end of the path, its passage, and the end of the path after it."""

PAGES: Final[dict[str, Shape]] = {
    "/v1/data/lcd/": Shape(
        id=_LCD,
        required=True,
        texts={
            "title": "Title",
            "issue": "Issue",
            "issue_change": "Change of the issue",
            "cms_cov_policy": "National coverage policy",
            "indication": "Indications and limitations of coverage",
            "summary_of_evidence": "Summary of evidence",
            "analysis_of_evidence": "Analysis of evidence",
            "coding_guidelines": "Coding guidelines",
            "doc_reqs": "Documentation requirements",
            "util_guide": "Utilization guidelines",
            "diagnoses_support": "Diagnoses that support medical necessity",
            "diagnoses_dont_support": "Diagnoses that do not support medical necessity",
            "add_icd10_info": "Further information on diagnoses",
            "associated_info": "Associated information",
            "appendices": "Appendices",
            "source_info": "Sources of information",
            "bibliography": "Bibliography",
            "synopsis_changes": "Synopsis of changes",
        },
        dates={
            "orig_det_eff_date": "Original effective date",
            "rev_eff_date": "Effective date of this version",
            "comment_start_dt": "Comments open",
            "comment_end_dt": "Comments close",
            "notice_start_dt": "Notice period begins",
            "notice_end_dt": "Notice period ends",
            "date_retired": "Retired",
        },
        then="/v1/data/lcd/hcpc-code-group",
    ),
    "/v1/data/lcd/hcpc-code-group": Shape(
        id=_LCD,
        texts={"paragraph": "Procedure codes"},
        group="hcpc_code_group",
        then="/v1/data/lcd/revision-history",
    ),
    "/v1/data/lcd/revision-history": Shape(id=_LCD, texts=_HISTORY, group="rev_hist_date"),
    "/v1/data/article/": Shape(
        id=_ARTICLE,
        required=True,
        texts={
            "title": "Title",
            "cms_cov_policy": "National coverage policy",
            "description": "Article text",
            "icd9_covered_para": "Covered diagnoses",
            "icd9_noncovered_para": "Diagnoses not covered",
            "revenue_para": "Revenue codes",
            "add_icd10_info": "Further information on diagnoses",
            "other_comments": "Other comments",
        },
        dates={"article_eff_date": "Effective date of this version", "date_retired": "Retired"},
        then="/v1/data/article/hcpc-code-group",
    ),
    "/v1/data/article/hcpc-code-group": Shape(
        id=_ARTICLE,
        texts={"paragraph": "Procedure codes"},
        group="hcpc_code_group",
        then="/v1/data/article/icd10-covered-group",
    ),
    "/v1/data/article/icd10-covered-group": Shape(
        id=_ARTICLE,
        texts={"paragraph": "Covered diagnoses", "icd10_covered_ast": "Covered diagnoses, marked codes"},
        group="icd10_covered_group",
        then="/v1/data/article/icd10-noncovered-group",
    ),
    "/v1/data/article/icd10-noncovered-group": Shape(
        id=_ARTICLE,
        texts={"paragraph": "Diagnoses not covered"},
        group="icd10_noncovered_group",
        then="/v1/data/article/revision-history",
    ),
    "/v1/data/article/revision-history": Shape(id=_ARTICLE, texts=_HISTORY, group="rev_hist_date"),
    "/v1/data/ncd/": Shape(
        id=("ncdid", "document_id"),
        required=True,
        texts={
            "title": "Title",
            "benefit_category": "Benefit category",
            "item_service_description": "Item or service",
            "indications_limitations": "Indications and limitations of coverage",
            "reasons_for_denial": "Reasons for denial",
            "cross_reference": "Cross reference",
            "transmittal_number": "Transmittal",
            "revision_history": "Revision history",
            "other_text": "Other text",
        },
        dates={
            "effective_date": "Effective date of this version",
            "effective_end_date": "Effective until",
            "implementation_date": "Implementation date",
        },
    ),
    "/v1/data/lcd/tracking-sheet": Shape(
        id=_LCD,
        required=True,
        texts={
            "title": "Title",
            "issue": "Issue",
            "issue_change": "Change of the issue",
            "source_lcd_title": "LCD it comes from",
            "r_title": "Response to comments",
        },
        dates={
            "mcd_publish_date": "Published",
            "comment_start_dt": "Comments open",
            "comment_end_dt": "Comments close",
            "notice_start_dt": "Notice period begins",
            "notice_end_dt": "Notice period ends",
            "rev_eff_date": "Effective date of this version",
            "latest_final_effective_date": "Effective date of the final LCD",
        },
    ),
    "/v1/data/nca/history": Shape(id=("ncaid", ""), line=_BEFORE),
    "/v1/data/cal/history": Shape(id=("ncaid", ""), line=_BEFORE),
} | {
    f"/v1/data/{kind}/related-{what}": Shape(
        id=(f"{kind}id", ""), line=line, then=f"/v1/data/{kind}/related-{after}" if after else None
    )
    for kind in ("nca", "cal")
    for what, line, after in _RELATED
}
"""Path of the API -> how its answer is read."""


def extract(page: Page, source: Source) -> Snapshot:
    """The passages of one page of a document, each under the name of its part; ``next_url`` leads to its next page.

    Raises ``Unreadable`` for the answers that are no list of rows, and for those without the document asked for.
    """
    path = urlsplit(page.url).path
    shape = PAGES.get(path)
    if shape is None:
        raise Unreadable(code="unknown-page", reason=f"{path} is no part of a coverage document known here.")
    report = read_report(page, may_be_empty=True)
    check_document(report.rows, page.url, shape.id, required=shape.required)
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form="json",
        passages=tuple(passage for row in report.rows for passage in _passages(row, shape)),
        title=plain(report.rows[0].get("title", "")) if shape.required else None,
        next_url=report.next_url or page_after(page.url, shape.then),
    )


def page_after(url: str, path: str | None) -> str | None:
    """The page of the same document and version at another path of the API."""
    if path is None:
        return None
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "next_token"]
    return urlunsplit(parts._replace(path=path, query=urlencode(query)))


def check_document(rows: tuple[Mapping[str, str], ...], url: str, names: tuple[str, str], *, required: bool) -> None:
    """Raises ``Unreadable`` when a row is of another document than the address asks for, or a needed one is missing."""
    asked = parse_qs(urlsplit(url).query).get(names[0], [""])[0]
    if required and not rows:
        raise Unreadable(code="no-document", reason=f"The Coverage API knows no document {asked} (it sent no row).")
    others = {row.get(names[1], "") for row in rows} - {asked, ""}
    if others and asked:
        raise Unreadable(code="other-document", reason=f"Asked for {asked}, the API answered with {min(others)[:40]}.")


def _passages(row: Mapping[str, str], shape: Shape) -> Iterator[Passage]:
    group = plain(row.get(shape.group, "")) if shape.group else ""
    for name, words in shape.dates.items():
        if day := date_or_blank(row.get(name, "")):
            yield Passage(headings=("Dates",), text=f"{words}: {day}")
    if shape.line is not None:
        heading, members = shape.line
        if said := ": ".join(filter(None, (plain(row.get(name, "")) for name in members))):
            yield Passage(headings=(heading,), text=said)
    for name, heading in shape.texts.items():
        headings = (heading, _group_name(shape, group)) if group else (heading,)
        yield from _blocks(row.get(name, ""), headings)


def _group_name(shape: Shape, group: str) -> str:
    return f"Revision of {date_or_blank(group)}" if shape.group == "rev_hist_date" else f"Group {group}"


def _blocks(published: str, headings: tuple[str, ...]) -> Iterator[Passage]:
    """A text's blocks; its own headings come below ours."""
    text = unescape_fully(published).strip()
    if not text:
        return
    if "<" not in text:
        yield Passage(headings=headings, text=plain(text))
        return
    for block in prose(f"<main><div>{text}</div></main>", None):
        yield Passage(headings=(*headings, *block.headings), text=block.text)


READER = Reader(version=VERSION, extract=extract)
