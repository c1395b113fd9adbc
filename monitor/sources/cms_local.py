"""How the rows of the three local reports (final LCDs, proposed LCDs, articles) are read: one shape, 12 fields.

A document may stand twice under one display id, as the current and the future version (12 ids of August 2025 did),
so the key is display id and version. ``updated_on_sort`` and ``url`` are left out of the compared fields: the first
is a stamp, the second repeats the version. Contractor names hold line breaks that one export writes CRLF and
another LF.
"""

from collections.abc import Callable, Mapping

from monitor.formats.text import plain
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, FieldRoles
from monitor.sources.coverage_api import JSON_OR_CSV, date_or_blank, page_for_people, read_report
from monitor.sources.kinds.rows import collapse_duplicates

COLUMNS = (
    "document_display_id",
    "document_version",
    "document_type",
    "title",
    "contractor_name_type",
    "note",
    "effective_date",
    "retirement_date",
    "updated_on",
)
"""The columns compared, in the order shown; the reports also have document_id, updated_on_sort and url."""

DATES = frozenset({"effective_date", "retirement_date", "updated_on"})

ROLES = FieldRoles(
    calendar=frozenset({"note"}),
    holder="contractor_name_type",
    versions=frozenset({"document_version", "effective_date"}),
    stamps=frozenset({"updated_on"}),
)
"""``note`` counts down to the effective date ("Future(Notice Ends ...)", "(Notice Ended ...)", nothing)."""


def local_contract(*, ids: str, min_items: int, max_shrink: float = 0.10) -> Contract:
    """What a healthy local report looks like; ``ids`` is the pattern of its display ids.

    A document's next version is a new key that takes the place of the old one, and so no loss: when a contractor was
    renamed in 2026, 300 of some 2,200 articles were revised at once.
    """
    return Contract(
        media_types=JSON_OR_CSV,
        columns=COLUMNS,
        min_items=min_items,
        max_shrink=max_shrink,
        key_pattern=rf"{ids} v\d+",
    )


def read_local(
    page: Page, *, extractor: str, version: int, keep: Callable[[str], bool], may_be_empty: bool = False
) -> Snapshot:
    """The rows whose ``document_type`` (case folded) is one to ``keep``, as records."""
    report = read_report(page, may_be_empty=may_be_empty)
    if report.rows:
        report.require(("document_display_id", "document_version", "document_type", "title"))
    kept = (row for row in report.rows if keep(row["document_type"].strip().casefold()))
    records, duplicates = collapse_duplicates(_record(row) for row in kept)
    return Snapshot(
        extractor=extractor,
        extractor_version=version,
        form=report.form,
        records=records,
        columns=tuple(column for column in COLUMNS if column in report.columns),
        duplicates=duplicates,
        next_url=report.next_url,
    )


def _record(row: Mapping[str, str]) -> Record:
    fields = {name: _value(name, row[name]) for name in COLUMNS if name in row}
    key = f"{fields['document_display_id']} v{fields['document_version']}"
    return Record(
        key=RecordKey(key),
        label=fields["title"],
        fields=fields,
        url=page_for_people(row.get("url", "")),
        document=fields["document_display_id"],
    )


def _value(name: str, published: str) -> str:
    return date_or_blank(published) if name in DATES else plain(published)
