"""FDA's definitions of the product codes under which AI devices are listed: name, class, regulation, definition.

- What: one record a product code, for the device types of ``data/reference/product_codes.yaml`` and the watch list.
- Where: ``/device/classification.json`` of openFDA, one search for all of them. No key.
- How often it moves: a new code now and then; class, regulation number or definition when FDA issues an order on the
  type. The data are refreshed weekly.
- Caveats: of a newer code regulation and definition may come months after the code. Codes added to the watch list in
  ``sources.yaml`` are asked for too, unless the entry has an address of its own, and are told as added when they are
  first found. The lists of registration numbers in each answer are left out.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources.kinds.rows import collapse_duplicates, refuse_contradictions
from monitor.sources.official import OfficialList
from monitor.sources.openfda import NOTHING_FOUND, ORIGIN, Row, read_results, text_of

VERSION: Final = 1
NAME: Final = "fda.product-codes"

_CODES: Final = (
    "PIB PJA QXO QYE SBQ SAT QUO QPF QZS SAK SAX QWO QVD QPN QZF SEZ SHL SHE NDC"
    " QFM QAS QIH QDQ QBS POK QNP QKB QJU MYN LLZ OEB QER NFJ"
    " JAK LNH LNI IYN IYO ITX KPS OWB IZL MUJ OLO QHE DQK PBF"
)
CODES: Final = tuple(_CODES.split())
"""The codes of the reference file, in its order; a test holds the two together."""

_PAGE: Final = "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpcd/classification.cfm"
_FIELDS: Final[Mapping[str, str]] = {
    "product_code": "product_code",
    "device_name": "device_name",
    "device_class": "device_class",
    "regulation": "regulation_number",
    "specialty": "medical_specialty_description",
    "review_panel": "review_panel",
    "definition": "definition",
    "implant": "implant_flag",
    "gmp_exempt": "gmp_exempt_flag",
    "third_party": "third_party_flag",
    "unclassified_reason": "unclassified_reason",
}


def query_url(codes: Collection[str]) -> str:
    """One search for all ``codes``; between two of them a plus means "or"."""
    return f"{ORIGIN}/device/classification.json?search={'+'.join(f'product_code:{code}' for code in codes)}&limit=1000"


SOURCE = Source(
    id=SourceId(NAME),
    name="FDA definitions of the product codes of AI devices",
    authority="FDA",
    kind=Kind.JSON,
    routes=(Route(url=query_url(CODES)),),
    page_url=_PAGE,
    every=timedelta(days=7),
    extractor=NAME,
    contract=Contract(
        final_url=r"/device/classification",
        media_types=("application/json",),
        columns=("product_code", "device_name", "device_class", "regulation"),
        sentinels=("PIB", "LLZ"),
        min_items=20,
        key_pattern=r"[A-Z]{3}",
        nothing_found=NOTHING_FOUND,
    ),
    reading=Reading(key=("product_code",)),
    why="Class and regulation of a device type say what its maker must show FDA, and whether it decides on its own.",
    noun="product code",
)


def with_watched(source: Source, codes: Collection[str]) -> Source:
    """``source`` asking for the watch list's ``codes`` too, unless the settings name an address of their own."""
    added = [code for code in codes if code not in CODES]
    if not added or source.routes != SOURCE.routes:
        return source
    return replace(source, routes=(Route(url=query_url((*CODES, *added))),))


def extract(page: Page, source: Source) -> Snapshot:
    """The definitions, keyed by product code. Raises ``Unreadable`` for a row without one."""
    results = read_results(page)
    records, duplicates = collapse_duplicates(_record(row) for row in results)
    refuse_contradictions(duplicates)
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form="json",
        records=records,
        columns=tuple(name for name, path in _FIELDS.items() if any(path in row for row in results)),
        duplicates=duplicates,
    )


def _record(row: Row) -> Record:
    fields = {name: text_of(row, path) for name, path in _FIELDS.items()}
    code = fields["product_code"].upper()
    if not code:
        raise Unreadable("key-missing", "A row of openFDA's classification has no product code.")
    if fields["regulation"]:
        fields["regulation"] = f"21 CFR {fields['regulation']}"
    return Record(key=RecordKey(code), label=fields["device_name"] or code, fields=fields, url=f"{_PAGE}?id={code}")


LIST = OfficialList(source=SOURCE, version=VERSION, extract=extract)
