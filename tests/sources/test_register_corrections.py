"""Which document a correction corrects, where the document does not say it itself."""

import pytest

from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record
from monitor.sources.register_corrections import corrected_number, link_corrections


def document(number: str, title: str, day: str, docket: str = "", kind: str = "Rule") -> Record:
    fields = {"document_number": number, "title": title, "type": kind, "publication_date": day, "docket": docket}
    return Record(key=RecordKey(number), label=title, fields=fields)


PROPOSED = document("2025-13271", "Medicare; Fees for 2026", "2025-07-16", "CMS-1832-P", "Proposed Rule")
FINAL = document("2025-19787", "Medicare; Fees for 2026", "2025-11-05", "CMS-1832-F; CMS-1832-F2")
OTHER = document("2025-20907", "Medicare; Hospital payment for 2026", "2025-11-25", "CMS-1834-FC")


def linked(*records: Record) -> dict[str, str]:
    return {r.key: r.fields["corrects"] for r in link_corrections(records) if "corrects" in r.fields}


@pytest.mark.parametrize("ending", ["; Correction", "; Corrections", "; Correcting Amendment", " (Correction)"])
def test_a_correction_belongs_to_the_earlier_document_of_its_rule_and_kind(ending: str) -> None:
    correction = document("2026-04797", f"Medicare; Fees for 2026{ending}", "2026-03-12", "CMS-1832-F2")
    assert linked(OTHER, FINAL, PROPOSED, correction) == {"2026-04797": "2025-19787"}


def test_a_correction_of_the_proposed_rule_is_not_linked_to_the_final_one() -> None:
    correction = document("2025-15492", "Medicare; Fees; Correction", "2025-08-14", "CMS-1832-CN", "Proposed Rule")
    assert linked(FINAL, PROPOSED, correction) == {"2025-15492": "2025-13271"}


def test_without_a_docket_the_title_tells() -> None:
    rule = document("2026-00001", "Program of Loans", "2026-01-02")
    assert linked(rule, OTHER, document("2026-00900", "Program of Loans; Correction", "2026-02-02")) == {
        "2026-00900": "2026-00001"
    }


def test_a_correction_of_what_is_not_on_the_list_is_linked_to_nothing() -> None:
    later = document("2027-00001", "Medicare; Fees for 2026", "2027-01-01", "CMS-1832-F3")
    correction = document("2026-04797", "Medicare; Fees for 2026; Correction", "2026-03-12", "CMS-1832-F2")
    assert linked(OTHER, later, correction) == {}


def test_a_document_about_correction_is_no_correction() -> None:
    about = document("2026-11111", "Correction of Deficiencies in Devices", "2026-03-12", "CMS-1832-N")
    assert linked(FINAL, about) == {}


@pytest.mark.parametrize(
    ("number", "written", "found"),
    [
        ("C1-2023-14768", "", "2023-14768"),
        ("R1-2017-02032", "https://www.federalregister.gov/api/v1/documents/2017-02032", "2017-02032"),
        ("2026-1", "https://www.federalregister.gov/api/v1/documents/2025-19787.json?x=1", "2025-19787"),
        ("2026-04797", "", None),
        ("2026-04797", "2025-19787 and others", None),
    ],
)
def test_what_the_number_or_the_answer_names_is_taken(number: str, written: str, found: str | None) -> None:
    assert corrected_number(number, written) == found
