"""What openFDA holds on one submission of FDA's list of AI-enabled devices: who applied, how and when it was decided.

- What: one record, the submission's own: of 510(k) submissions, of PMAs and their supplements. Of a De Novo request,
  for which openFDA has no endpoint, whatever stands among the 510(k)s (reported, no answer seen).
- Where: ``/device/510k.json`` and ``/device/pma.json`` of openFDA, searched by number. No key.
- How often it moves: hardly; a decision summary may be added weeks after the decision. The data are refreshed weekly.
- Caveats: finding nothing is answered with 404. A search for a PMA number finds its supplements too, in any order: the
  oldest decisions are asked for, and only the record without (or with just this) supplement number is taken. The
  contact's name and the applicant's street are left out. Predicates are not in openFDA; they stand in the summary,
  whose address is made by FDA's rule for file names, not told by openFDA.
"""

import re
from collections.abc import Mapping
from typing import Final

from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Source
from monitor.sources.official import Reader
from monitor.sources.openfda import Row, asked, read_results, text_of

VERSION: Final = 1
NAME: Final = "fda.submission"

_SUMMARIES: Final = "https://www.accessdata.fda.gov/cdrh_docs"
_TYPE: Final = {
    "product_code": "product_code",
    "device_type": "openfda.device_name",
    "device_class": "openfda.device_class",
    "regulation": "openfda.regulation_number",
}
_OF_510K: Final[Mapping[str, str]] = {
    "applicant": "applicant",
    "decision": "decision_description",
    "decision_date": "decision_date",
    "date_received": "date_received",
    "submission_type": "clearance_type",
    "panel": "advisory_committee_description",
    **_TYPE,
    "statement_or_summary": "statement_or_summary",
}
_OF_PMA: Final[Mapping[str, str]] = {
    "applicant": "applicant",
    "decision": "decision_code",
    "decision_date": "decision_date",
    "date_received": "date_received",
    "submission_type": "supplement_type",
    "reason": "supplement_reason",
    "panel": "advisory_committee_description",
    **_TYPE,
}
"""Our name of each fact, and where it stands in a result; in the order in which people are told."""


def extract(page: Page, source: Source) -> Snapshot:
    """The record of the one submission that the page's address searched for; none when openFDA has none.

    Raises ``Unreadable`` (``not-asked``) for an answer about other submissions only.
    """
    wanted, results = asked(page), read_results(page)
    found = [row for row in results if _number(row) == _wanted(wanted)]
    if results and not found and not _is_pma(wanted):
        raise Unreadable("not-asked", "openFDA's answer is about other submissions than the one that was asked for.")
    records = tuple(_record(row, _is_pma(wanted)) for row in found[:1])
    return Snapshot(
        extractor=source.extractor,
        extractor_version=VERSION,
        form="json",
        records=records,
        columns=tuple(records[0].fields) if records else (),
    )


def _is_pma(row: Mapping[str, object]) -> bool:
    return "pma_number" in row


def _wanted(wanted: Mapping[str, str]) -> str:
    """``K240058``, ``P980025`` or ``P140011/S008``, from what was searched for."""
    number, supplement = wanted.get("pma_number", wanted.get("k_number", "")), wanted.get("supplement_number", "")
    return f"{number}/{supplement}" if supplement else number


def _number(row: Row) -> str:
    names = ("pma_number", "supplement_number") if _is_pma(row) else ("k_number",)
    return "/".join(part for part in (text_of(row, name).upper() for name in names) if part)


def _record(row: Row, is_pma: bool) -> Record:
    number = _number(row)
    names = _OF_PMA if is_pma else _OF_510K
    fields = {name: text_of(row, path) for name, path in names.items()}
    if fields["regulation"]:
        fields["regulation"] = f"21 CFR {fields['regulation']}"
    if summary := _summary(number, fields.get("statement_or_summary", "")):
        fields["summary"] = summary
    label = text_of(row, "trade_name") or text_of(row, "device_name") or number
    return Record(key=RecordKey(number), label=label, fields=fields)


def _summary(number: str, filed: str) -> str | None:
    """Where the summary lies: ``pdf`` and the year without a leading zero; up to 2001 ``pdf`` alone."""
    match = re.fullmatch(r"K(\d\d)\d{4}", number)
    if match is None or filed.casefold() != "summary":
        return None
    year = int(match[1])
    return f"{_SUMMARIES}/pdf{year if 1 < year < 76 else ''}/{number}.pdf"


READER: Final = Reader(version=VERSION, extract=extract)
