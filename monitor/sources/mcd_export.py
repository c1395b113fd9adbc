"""The Medicare Coverage Database's bulk exports: a second way to the lists of LCDs and articles.

- Each export is a zip archive that holds another, and that one the CSV tables: ``current_lcd.zip``, in it
  ``current_lcd_csv.zip``, in it ``lcd.csv`` (reported by several projects; none of these files has been seen here).
- Its rows are those of the API's details, with other names and dates written ``2026-04-01 00:00:00``. Contractor and
  note are not in the table, retired documents not in the current export; so a copy is partial: sure of id, version and
  title, and of what is new. All else stays as the API told it.
- Texts are in Windows-1252 or UTF-8, single fields longer than 128 KB.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from monitor.formats.archive import read_member
from monitor.formats.dates import iso_date
from monitor.formats.tables import read_csv
from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.sources.kinds.rows import collapse_duplicates

ORIGIN: Final = "https://downloads.cms.gov/medicare-coverage-database/downloads/exports"
VIEW: Final = "https://www.cms.gov/medicare-coverage-database/view"

FIRM: Final = ("document_display_id", "document_version", "document_type", "title")
"""What this way tells just as the API does."""

_NOTES: Final = {"F": "Future", "R": "Retired"}


class Table(Struct, frozen=True, kw_only=True):
    """One table of the exports. ``name``: of the table, of its ids and of the document's page; ``effective``: the
    columns that may hold the day it takes effect, the first filled one counts.
    """

    name: str
    letter: str
    document_type: str
    effective: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"{ORIGIN}/current_{self.name}.zip"

    @property
    def member(self) -> str:
        return f"*{self.name}_csv.zip/{self.name}.csv"


LCDS: Final = Table(name="lcd", letter="L", document_type="LCD", effective=("rev_eff_date", "orig_det_eff_date"))
ARTICLES: Final = Table(name="article", letter="A", document_type="Article", effective=("article_eff_date",))


def read_export(page: Page, source: Source, table: Table, *, version: int) -> Snapshot:
    """The documents of one export as a partial snapshot, keyed as the API's rows are.

    Raises ``Unreadable`` for a zip archive without the table, a table without ids, and one with too few rows.
    """
    read = read_csv(read_member(page.body, table.member), None)
    needed = (f"{table.name}_id", f"{table.name}_version", "title")
    if missing := [name for name in needed if name not in read.columns]:
        raise Unreadable("columns-missing", f"The table {table.name}.csv of the export lacks {', '.join(missing)}.")
    rows = (dict(zip(read.columns, row, strict=True)) for row in read.rows)
    records, duplicates = collapse_duplicates(_record(row, table) for row in rows)
    if len(records) < source.contract.min_items:
        reason = f"The export holds {len(records):,} documents, at least {source.contract.min_items:,} were due."
        raise Unreadable("too-few", reason)
    return Snapshot(
        extractor=source.extractor,
        extractor_version=version,
        form="zip",
        records=records,
        columns=FIRM,
        duplicates=duplicates,
        partial=True,
    )


def _record(row: Mapping[str, str], table: Table) -> Record:
    number, version = plain(row[f"{table.name}_id"]), plain(row[f"{table.name}_version"])
    shown = f"{table.letter}{number}"
    fields = {
        "document_display_id": shown,
        "document_version": version,
        "document_type": table.document_type,
        "title": plain(row["title"]),
        "note": _NOTES.get(plain(row.get("status", "")).upper(), ""),
        "effective_date": next((day for name in table.effective if (day := _day(row.get(name, "")))), ""),
        "updated_on": _day(row.get("last_updated", "")),
    }
    return Record(
        key=RecordKey(f"{shown} v{version}"),
        label=fields["title"],
        fields=fields,
        url=f"{VIEW}/{table.name}.aspx?{table.name}id={number}&ver={version}",
        document=shown,
    )


def _day(written: str) -> str:
    return iso_date(plain(written)) or ""
