"""Invented notices of the kinds the Federal Register holds: payment rules and corrections count, paperwork not."""

import pytest

from monitor.model.assessment import Level
from tests.assess.samples import added, judged, record

PFS = "Medicare and Medicaid Programs; CY 2028 Payment Policies Under the Physician Fee Schedule and Other Changes"
OPPS = "Medicare Program: Hospital Outpatient Prospective Payment and Ambulatory Surgical Center Payment Systems"


def level(kind: str, title: str, abstract: str) -> Level:
    fields = {"document_number": "DEMO-2027-00001", "type": kind, "title": f"DEMO {title}", "abstract": abstract}
    return judged("federal-register", added(record("DEMO-2027-00001", fields))).level


@pytest.mark.parametrize(
    ("kind", "title", "abstract"),
    [
        ("Proposed Rule", PFS, "This rule proposes changes of payment for Part B."),
        ("Rule", PFS, "This rule makes changes of payment for Part B final."),
        ("Rule", f"{PFS}; Correction", "This document corrects errors of the final rule."),
        ("Rule", "Medicare Program; Revisions to Payment Policies Under the Physician Fee Schedule", "Final rule."),
        ("Proposed Rule", OPPS, "This rule proposes rates of hospital outpatient departments for CY 2028."),
        ("Rule", f"{OPPS}; Correcting Amendment", "This document corrects errors of the addenda."),
    ],
)
def test_a_payment_rule_or_its_correction_is_at_least_medium(kind: str, title: str, abstract: str) -> None:
    assert level(kind, title, abstract).rank >= Level.MEDIUM.rank


@pytest.mark.parametrize(
    ("kind", "title", "abstract"),
    [
        ("Notice", "Agency Information Collection Activities: Submission for OMB Review; Comment Request", "Burden."),
        (
            "Notice",
            "Agency Information Collection Activities; Physician Fee Schedule Survey of Practice Costs",
            "Forms.",
        ),
        ("Notice", "Medicare Program; Application Form for Hospital Outpatient Departments; Comment Request", "Paper."),
        (
            "Notice",
            "Medicare Program; Town Hall Meeting on the Hospital Outpatient Prospective Payment System",
            "Talk.",
        ),
        ("Notice", "Privacy Act; Matching Program for Physician Fee Schedule Claims", "A computer matching program."),
        ("Presidential Document", "National Health Center Week, 2027", "A proclamation."),
    ],
)
def test_paperwork_is_below_medium(kind: str, title: str, abstract: str) -> None:
    assert level(kind, title, abstract).rank < Level.MEDIUM.rank
