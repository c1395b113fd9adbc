"""The whole of FDA's device list and one real answer of the Federal Register, judged row by row."""

import csv
from collections import Counter

import pytest

from monitor.assess.assess import judge_item
from monitor.assess.findings import Finding
from monitor.assess.items import item_from_difference
from monitor.model.assessment import Level
from tests.assess.samples import SHARED, added, record, shipped_rules
from tests.sources.copies import read, shared

DEVICES = SHARED / "fda" / "2026-03_1430.csv"
IMAGING = {
    "QAS",
    "QFM",
    "QIH",
    "QDQ",
    "QBS",
    "QKB",
    "LLZ",
    "LNH",
    "JAK",
    "POK",
    "MYN",
    "OEB",
    "KPS",
    "IYN",
    "IYO",
    "QJU",
}
"""Product codes of triage, processing, scanners and contouring."""


def judge(key: str, fields: dict[str, str], source_id: str) -> Finding:
    judged = item_from_difference(added(record(key, fields)), source_id)
    return judge_item(judged, shipped_rules(), known_product_codes=frozenset())


@pytest.fixture(scope="module")
def devices() -> list[tuple[dict[str, str], Finding]]:
    if not DEVICES.is_file():
        pytest.skip(f"FDA's list not found: {DEVICES}")
    with DEVICES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row, judge(row["Submission Number"], row, "fda.ai-devices")) for row in rows]


def test_every_autonomous_retinal_device_is_high(devices: list[tuple[dict[str, str], Finding]]) -> None:
    retinal = [finding.level for row, finding in devices if row["Primary Product Code"] == "PIB"]
    assert len(retinal) == 7
    assert set(retinal) == {Level.HIGH}


def test_no_routine_imaging_row_is_above_low(devices: list[tuple[dict[str, str], Finding]]) -> None:
    told = [
        (row["Device"], [reason.rule for reason in finding.reasons])
        for row, finding in devices
        if row["Primary Product Code"] in IMAGING and finding.level.rank > Level.LOW.rank
    ]
    unexplained = [one for one in told if not any(r.startswith(("device-family:", "de-novo")) for r in one[1])]
    assert unexplained == [], "only a device that feeds a watched code, or a first of its kind, is worth a look"
    assert len(told) <= 60


def test_most_of_the_list_asks_for_nobodys_time(devices: list[tuple[dict[str, str], Finding]]) -> None:
    counts = Counter(finding.level for _, finding in devices)
    assert counts[Level.CRITICAL] == 0
    assert counts[Level.HIGH] <= 20
    assert counts[Level.MEDIUM] <= 0.08 * len(devices)


def test_no_document_of_a_presidents_signature_is_told() -> None:
    """The 962 documents of that answer are orders and proclamations; none is a payment rule."""
    snapshot = read(shared("cms/federal_register_2020-08-12_documents_search_962.jsonc"), "federal-register")
    told = [
        one.label
        for one in snapshot.records
        if judge(one.key, dict(one.fields), "federal-register").level.rank >= Level.MEDIUM.rank
    ]
    assert (len(snapshot.records), told) == (962, [])


@pytest.mark.parametrize(
    ("title", "kind", "level"),
    [
        (
            "DEMO; CY 2027 Payment Policies Under the Physician Fee Schedule and Other Changes",
            "Proposed Rule",
            "medium",
        ),
        ("DEMO; CY 2027 Payment Policies Under the Physician Fee Schedule; Correction", "Rule", "medium"),
        ("DEMO Program: Hospital Outpatient Prospective Payment and Ambulatory Systems; CY 2027", "Rule", "medium"),
        ("DEMO Hospital Outpatient Prospective Payment; Correction and Correcting Amendment", "Rule", "medium"),
        ("Agency Information Collection Activities: Proposed Collection; Comment Request", "Notice", "none"),
        ("Agency Information Collection; Physician Fee Schedule survey of CY 2027; Comment Request", "Notice", "none"),
        ("Privacy Act of 1974; Matching Program", "Notice", "none"),
        ("Medicare Program; Public Meetings on HCPCS applications", "Notice", "none"),
    ],
)
def test_payment_rules_and_corrections_are_told_and_paperwork_is_not(title: str, kind: str, level: str) -> None:
    fields = {"title": title, "document_number": "2099-00001", "type": kind}
    assert judge("2099-00001", fields, "federal-register").level == level
