"""Documents of CMS and FDA on public inspection: filed with the Office of the Federal Register, not yet published.

- What: every document now on public inspection that names CMS or FDA, or HHS alone, as its agency, keyed by the number
  it will be published under (``2026-13656``), with the day it was filed and the day it is to be published.
- Where: the Federal Register's list of current public inspection documents, which holds those of all agencies (100 in
  a recorded answer of 2020) and is sorted out here. No key.
- How often it moves: every working day at 8:45 for regular filings, at any hour for special ones; the payment rules
  are special filings, days before their publication (recorded: filed 2020-08-04, published 2020-08-17).
- Caveats: a document leaves the list when it is published, under the same number: that is no removal, and where
  ``federal-register`` finds it, it is told as one event of one document. Gone before its publication date, a document
  was withdrawn, and that is news. ``docket_numbers`` was empty in every recorded row. The list has no full-text
  search, so everything these agencies file is read and judged by its title. Titles come in parts (``subject_1`` to
  ``subject_3``) and whole; ``pdf_updated_at``, ``pdf_file_size`` and ``editorial_note`` move while a document waits and
  are not asked for.
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from monitor.formats.json import flat_text, read_json
from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.sources.federal_register import ORIGIN
from monitor.sources.kinds.rows import collapse_duplicates
from monitor.sources.official import OfficialList

VERSION = 1

FIELDS = (
    "document_number",
    "title",
    "type",
    "agency_names",
    "filing_type",
    "filed_at",
    "publication_date",
    "docket_numbers",
    "html_url",
)
COLUMNS = (
    "document_number",
    "title",
    "type",
    "filed_by",
    "filing_type",
    "filed_at",
    "publication_date",
    "docket",
    "stage",
)
"""The columns kept; ``stage`` says where the document stands on its way, as in ``federal_register``."""

_RENAMED = {"agency_names": "filed_by", "docket_numbers": "docket"}
_NEEDED = ("document_number", "title", "type", "agency_names", "publication_date")
_OURS = frozenset({"Centers for Medicare & Medicaid Services", "Food and Drug Administration"})
_PARENT = "Health and Human Services Department"

SOURCE = Source(
    id=SourceId("federal-register.public-inspection"),
    name="Federal Register: CMS and FDA documents on public inspection",
    authority="Federal Register",
    kind=Kind.JSON,
    routes=(
        Route(
            url=f"{ORIGIN}/api/v1/public-inspection-documents/current.json?"
            + urlencode([("fields[]", name) for name in FIELDS])
        ),
    ),
    page_url=f"{ORIGIN}/public-inspection/current",
    every=timedelta(hours=6),
    extractor="federal-register.public-inspection",
    contract=Contract(
        media_types=("application/json",),
        columns=("document_number", "title", "type", "publication_date"),
        max_shrink=1.0,
        allow_empty=True,
        key_pattern=r"([A-Z]\d*-)?\d{2,4}-\d{3,6}",
    ),
    leaves_after="publication_date",
    why="A payment rule can be read here days before it is published, and its comment period is planned from here.",
    noun="document",
)


def extract(page: Page, source: Source) -> Snapshot:
    """The documents of our agencies, keyed by number. Raises ``Unreadable`` for an answer that is not the whole list:
    other fields, another number of documents than it states, or none at all.
    """
    rows = _rows(read_json(page.body))
    columns = tuple(name for name in FIELDS if all(name in row for row in rows))
    if missing := [name for name in _NEEDED if name not in columns]:
        raise Unreadable(code="columns-missing", reason=f"The list came without {', '.join(missing)}.")
    records, duplicates = collapse_duplicates(_record(row) for row in rows if _is_ours(row["agency_names"]))
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form="json",
        records=records,
        columns=tuple(_RENAMED.get(name, name) for name in columns),
        duplicates=duplicates,
    )


def _rows(answer: object) -> list[dict[str, object]]:
    found = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(found, list):
        raise Unreadable(code="no-results", reason="The Federal Register sent no list of public inspection documents.")
    rows = [row for row in found if isinstance(row, dict) and row.get("document_number")]
    if len(rows) != len(found):
        raise Unreadable(code="bad-rows", reason="The public inspection list holds a document without a number.")
    if not rows:
        raise Unreadable(
            code="empty-list", reason="The public inspection list of all agencies came without a document."
        )
    if answer.get("count", len(rows)) != len(rows) or answer.get("next_page_url"):
        raise Unreadable(
            code="partial",
            reason=f"The public inspection list states {answer.get('count')} documents, and {len(rows):,} came.",
        )
    return rows


def _is_ours(names: object) -> bool:
    """CMS or FDA among the agencies, or HHS by itself: its institutes file under their own names beside it."""
    agencies = {str(name) for name in names} if isinstance(names, list) else set()
    return bool(agencies & _OURS) or agencies == {_PARENT}


def _record(row: Mapping[str, object]) -> Record:
    named = {_RENAMED.get(name, name): plain(flat_text(row[name])) for name in FIELDS if name in row}
    filed = named.get("filed_at", "")
    named["filed_at"] = filed[:10]
    named["stage"] = f"on public inspection, filed {filed[:10]}" if filed else "on public inspection"
    url = row.get("html_url")
    return Record(
        key=RecordKey(named["document_number"]),
        label=named["title"],
        fields={name: named[name] for name in COLUMNS if name in named},
        url=url if isinstance(url, str) and url.startswith("https://") else None,
    )


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
