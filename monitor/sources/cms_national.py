"""How the rows of the national reports (NCDs, the analyses and meetings that lead to them, what is new) are read."""

from collections.abc import Iterable, Mapping
from string import Formatter

from monitor.formats.text import plain
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot
from monitor.sources.coverage_api import Report, date_or_blank, page_for_people
from monitor.sources.kinds.rows import collapse_duplicates

DATES = frozenset({"last_updated", "medcac_date_sort"})
SEARCH_PAGE = "https://www.cms.gov/medicare-coverage-database/search.aspx"
_PLACES = Formatter()


def snapshot_of(
    report: Report,
    *,
    extractor: str,
    version: int,
    columns: tuple[str, ...],
    rows: Iterable[Mapping[str, str]],
    key: str,
) -> Snapshot:
    """``rows`` as records with the fields ``columns``; ``key`` is a pattern of field names in braces."""
    report.require(("title", *(name for _, name, _, _ in _PLACES.parse(key) if name)))
    records, duplicates = collapse_duplicates(_record(row, columns, key) for row in rows)
    return Snapshot(
        extractor=extractor,
        extractor_version=version,
        form=report.form,
        records=records,
        columns=tuple(column for column in columns if column in report.columns),
        duplicates=duplicates,
        next_url=report.next_url,
    )


def _record(row: Mapping[str, str], columns: tuple[str, ...], key: str) -> Record:
    fields = {name: _value(name, row[name]) for name in columns if name in row}
    return Record(
        key=RecordKey(key.format_map({name: plain(value) for name, value in row.items()})),
        label=fields["title"],
        fields=fields,
        url=page_for_people(row.get("url", "")),
        document=fields.get("document_display_id") if "{document_version}" in key else None,
    )


def _value(name: str, published: str) -> str:
    return date_or_blank(published) if name in DATES else plain(published)
