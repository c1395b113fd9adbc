"""What a relevant item is about: the four questions and the subscribers of single topics hang on it."""

import pytest

from monitor.assess.assess import assess_item
from monitor.assess.rules import parse_rules
from monitor.model.assessment import Topic
from monitor.model.errors import ConfigError
from tests.assess.samples import TODAY, reference_files, shipped_rules


def topics(title: str, text: str = "", source_id: str = "") -> set[Topic]:
    return set(assess_item(title, text, source_id, shipped_rules(), today=TODAY).topics)


@pytest.mark.parametrize("source_id", ["cms.lcds", "cms.proposed-lcds", "cms.articles", "cms.ncas", "cms.lcds/L39840"])
def test_a_coverage_document_on_a_watched_code_is_about_coverage(source_id: str) -> None:
    assert {Topic.CODING, Topic.COVERAGE} <= topics("DEMO: analysis of retinal images (CPT 92229)", "", source_id)


@pytest.mark.parametrize(
    "text",
    [
        "The report must identify the software and its version.",
        "It has to be retained in the medical record.",
        "A signed interpretation is needed.",
    ],
)
def test_what_must_be_written_down_moves_the_question_of_documentation(text: str) -> None:
    assert Topic.DOCUMENTATION in topics("DEMO: autonomous AI, CPT 92229", text)


@pytest.mark.parametrize(
    "text",
    [
        "Only the hospital may bill for it.",
        "The service is billed by the facility.",
        "Entities without a CLIA certificate may perform it.",
        "Vendors are not eligible to bill.",
        "It has no professional component.",
    ],
)
def test_who_may_bill_moves_the_question_of_the_billing_entity(text: str) -> None:
    assert Topic.BILLING_ENTITY in topics("DEMO: autonomous AI, CPT 92229", text)


def test_a_payers_page_and_a_payers_policy_move_the_question_of_other_payers() -> None:
    assert Topic.PAYER_POLICY in topics("DEMO: CPT 92229", "", "payer.acme")
    assert Topic.PAYER_POLICY in topics("DEMO: a commercial insurer pays for CPT 92229")
    assert Topic.PAYER_POLICY not in topics("DEMO: CPT 92229", "", "payers-of-old")


def test_an_item_below_medium_is_about_nothing_but_what_its_rules_say() -> None:
    assert topics("The signed report stays in the medical record.") == set()


def test_a_topic_that_is_none_is_a_fault_with_its_line() -> None:
    files = reference_files()
    files["terms.yaml"] = files["terms.yaml"].replace("- topic: documentation", "- topic: documents", 1)
    line = next(n for n, each in enumerate(files["terms.yaml"].splitlines(), 1) if "topic: documents" in each)
    with pytest.raises(ConfigError) as raised:
        parse_rules(files)
    assert [(p.file, p.line) for p in raised.value.problems] == [("terms.yaml", line)]
