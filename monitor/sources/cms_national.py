"""How the rows of the two national reports (NCDs, and the analyses that lead to them) are read."""

from collections.abc import Iterable, Mapping

from monitor.formats.text import plain
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record, Snapshot
from monitor.sources.coverage_api import Report, date_or_blank, page_for_people
from monitor.sources.kinds.rows import collapse_duplicates

DATES = frozenset({"last_updated"})
_IDENTITY = ("document_display_id", "document_version", "title")


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
    report.require(_IDENTITY)
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
        key=RecordKey(key.format_map(fields)),
        label=fields["title"],
        fields=fields,
        url=page_for_people(row.get("url", "")),
        document=fields["document_display_id"],
    )


def _value(name: str, published: str) -> str:
    return date_or_blank(published) if name in DATES else plain(published)
