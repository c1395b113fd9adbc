"""Which document of the Federal Register a correction corrects.

A correction by the Office of the Federal Register is numbered after the document it corrects (``C1-2019-19930``,
``R1-2017-02032``) and names it in ``correction_of``, an address of the API (both seen in recorded answers). One by the
agency has an ordinary number, an empty ``correction_of`` and a title that ends in "; Correction" or the like; there the
agency's own number of the rule (``CMS-1832``), the kind of rule and the title must tell.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from monitor.model.snapshot import Record

_ITS_NUMBER = re.compile(r"[A-Z]\d*-(\d{2,4}-\d{3,6})")
_NAMED = re.compile(r"/documents/([A-Z0-9-]{4,20})(?:\.json)?(?:\?|$)")
_SUFFIX = re.compile(r"[;:,(-]?\s*correct(?:ions?|ing amendments?)\W*$", re.IGNORECASE)
_RULE_NUMBER = re.compile(r"\b(CMS|FDA|HHS)-(\d{4}-[A-Z]-\d{4}|\d{4})\b")


def corrected_number(number: str, correction_of: str) -> str | None:
    """The number that the document's own number or ``correction_of`` names; None when neither names one."""
    named = _NAMED.search(correction_of) or _ITS_NUMBER.fullmatch(number)
    return named[1] if named else None


def link_corrections(records: Sequence[Record]) -> tuple[Record, ...]:
    """The records, each agency's own correction with the number it ``corrects`` where one of the others fits."""
    return tuple(_linked(record, records) for record in records)


def rule_numbers(record: Record) -> frozenset[str]:
    """The agency's own numbers of the rule without what marks its steps: ``CMS-1832-F2`` and ``CMS-1832-P`` are one."""
    return frozenset(match[0] for match in _RULE_NUMBER.finditer(record.fields.get("docket", "").upper()))


def is_correction(record: Record) -> bool:
    """Whether the document corrects another, by what it names or by how its title ends."""
    return bool(record.fields.get("corrects")) or _SUFFIX.search(record.label) is not None


def _linked(record: Record, records: Sequence[Record]) -> Record:
    if record.fields.get("corrects") or not is_correction(record):
        return record
    fitting = [other for other in records if _fits(record, other)]
    if not fitting:
        return record
    found = max(fitting, key=lambda other: (_stem(other) == _stem(record), _day(other.fields)))
    return replace(record, fields={**record.fields, "corrects": str(found.key)})


def _fits(correction: Record, other: Record) -> bool:
    """Whether ``other`` is an earlier document of the same kind about the same rule."""
    if is_correction(other) or _day(other.fields) > _day(correction.fields):
        return False
    if other.fields.get("type") != correction.fields.get("type"):
        return False
    same_rule = bool(rule_numbers(other) & rule_numbers(correction))
    return same_rule or _stem(other) == _stem(correction)


def _stem(record: Record) -> str:
    return _SUFFIX.sub("", record.label).strip().casefold()


def _day(fields: Mapping[str, str]) -> str:
    return fields.get("publication_date", "")
