"""National coverage analyses (NCAs) and coding analyses for laboratory services (CALs): how an NCD comes about.

- What: open and closed analyses with status and whether comments are open, keyed by their number (``CAG-00444R2``).
- Where: the Coverage API report ``national-coverage-ncacal`` (there is no ``national-coverage-nca``); no token
  needed.
- How often it moves: a few times a month; each step (tracking sheet, proposed memo, decision memo) is a new
  version.
- Caveats: of each open analysis the tracking sheet is watched as well, with its dates (request, comment periods,
  memos due and posted); the names and telephone numbers of staff on it are not kept. So are, weekly, what was
  considered before and the NCDs, assessments and meetings related to it (shapes from the specification, not seen
  answered). The version is a field, not part
  of the key: one analysis keeps its number through all its steps. Here ``last_updated`` tells of a step taken, so it
  is compared. ``public_comment`` is "1" while comments are open.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from monitor.model.ids import SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Follow, Kind, Reading, Route, Source
from monitor.sources.cms_national import snapshot_of
from monitor.sources.coverage_api import ORIGIN, read_report
from monitor.sources.official import OfficialList

VERSION = 2

COLUMNS = (
    "document_id",
    "document_display_id",
    "document_version",
    "document_type",
    "title",
    "document_status",
    "public_comment",
    "last_updated",
)
"""The columns compared; the report also has last_updated_sort and url."""

SHEET_DATES = (
    "formal_request_date",
    "public_comment_start_date",
    "public_comment_end_date",
    "proposed_decision_memo_due_date",
    "proposed_decision_memo_date",
    "proposed_public_comment_start_date",
    "proposed_public_comment_end_date",
    "expected_completion_date",
    "decision_memo_date",
    "benefit_category_determination_date",
)
"""Where an analysis stands, as its tracking sheet tells it."""

SHEET_FIELDS = (
    "document_display_id",
    "document_status",
    "title",
    "issue",
    "benefit_category",
    "public_comment_period_comment",
    "proposed_public_comment_period_comment",
    *SHEET_DATES,
    "action_taken",
)


def _sheet(kind: str, parameter: str) -> Follow:
    """The tracking sheet of each open analysis of one kind (``NCA``, ``CAL``)."""
    return Follow(
        kind=Kind.JSON,
        extractor=Kind.JSON.value,
        where=(("document_type", f"^{kind}$"), ("document_status", "(?i)open")),
        url=f"{ORIGIN}/v1/data/{kind.lower()}/tracking-sheet?{parameter}={{document_id}}",
        name="Tracking sheet of {key}: {label}",
        part="tracking-sheet",
        noun="tracking sheet",
        reading=Reading(
            rows="data", key=("document_display_id",), label="title", fields=SHEET_FIELDS, dates=SHEET_DATES
        ),
        contract=Contract(media_types=("application/json",), columns=("document_display_id", "title")),
    )


def _papers(kind: str, parameter: str, path: str, part: str, name: str) -> Follow:
    """What belongs to each open analysis of one kind besides its tracking sheet; there may well be nothing."""
    return Follow(
        kind=Kind.JSON,
        extractor="cms.document-text",
        where=(("document_type", f"^{kind}$"), ("document_status", "(?i)open")),
        url=f"{ORIGIN}/v1/data/{kind.lower()}/{path}?{parameter}={{document_id}}",
        name=f"{name} of {{key}}: {{label}}",
        part=part,
        every=timedelta(days=7),
        noun="entry",
        reading=Reading(next_page="next"),
        contract=Contract(media_types=("application/json",), allow_empty=True, max_shrink=0.5),
    )


def _all_of(kind: str, parameter: str) -> tuple[Follow, ...]:
    return (
        _sheet(kind, parameter),
        # The specification names this one parameter alike for both kinds.
        _papers(kind, "ncaid", "history", "history", "Earlier considerations"),
        _papers(kind, parameter, "related-ncd", "related", "Related documents"),
    )


SOURCE = Source(
    id=SourceId("cms.ncas"),
    name="Medicare national coverage analyses",
    authority="CMS",
    kind=Kind.JSON,
    routes=(Route(url=f"{ORIGIN}/v1/reports/national-coverage-ncacal/"),),
    page_url="https://www.cms.gov/medicare-coverage-database/search.aspx",
    every=timedelta(days=1),
    extractor="cms.ncas",
    contract=Contract(
        media_types=("application/json",),
        columns=COLUMNS,
        min_items=1,
        key_pattern=r"[A-Z]{2,4}-\d{3,6}[A-Z0-9]*",
    ),
    follow=(*_all_of("NCA", "ncaid"), *_all_of("CAL", "calid")),
    why="An open analysis is a national coverage decision in the making, with a comment period.",
    noun="analysis",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The analyses of the report, keyed ``CAG-00444R2``; of two versions of one analysis only the later is kept."""
    report = read_report(page)
    return snapshot_of(
        report,
        extractor=source.extractor,
        version=VERSION,
        columns=COLUMNS,
        rows=_latest(report.rows),
        key="{document_display_id}",
    )


def _latest(rows: Iterable[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    """The rows without those of which a later version stands beside them."""
    newest: dict[str, Mapping[str, str]] = {}
    for row in sorted(rows, key=_version):
        newest[row.get("document_display_id", "")] = row
    return newest.values()


def _version(row: Mapping[str, str]) -> int:
    digits = row.get("document_version", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
