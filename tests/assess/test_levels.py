"""What the words of an item come to. Every case is written for this test; none is one of the labelled items."""

import pytest

from monitor.assess.assess import assess_item
from monitor.assess.items import QUOTE_CHARS
from monitor.assess.rules import parse_rules
from monitor.model.assessment import Level, Topic
from tests.assess.samples import TODAY, added, item, judged, record, reference_files, shipped_rules

CRITICAL = [
    ("The Panel will take up CMAA", "New codes for CMAA under CPT are on the agenda."),
    ("Clinically Meaningful Algorithmic Analysis", "A framework for AI."),
    ("CPT Appendix S", "The revised Appendix S, the AI taxonomy, takes effect January 1, 2027."),
    ("Medicare and software", "CMS proposes a class for software as a medical service under OPPS."),
    ("Payment", "CMS would pay SaMS items with status indicator O1."),
    ("Application", "The CPT code change application has new questions on AI software, to be effective soon."),
]
HIGH = [
    ("Contractor prices the retinal code", "A payment of $50 for CPT 92229 was announced."),
    ("G0680", "A new HCPCS code."),
    ("Senate bill", "S. 1399 would pay for algorithm-based healthcare services."),
    ("Comment sought", "How should the physician fee schedule price software as a service?"),
    ("LCD", "Artificial Intelligence Enabled CT Based Quantitative Coronary Topography (AI-QCT)"),
    ("New code set", "The AMA released the CPT code set with new codes for AI-assisted services."),
]
MEDIUM = [
    ("Policy", "Category III codes are investigational under this policy of the payer."),
    ("Contractor news", "The new codes are not yet priced by Medicare."),
    ("Code release", "CPT codes 0867T\u20130900T were released."),
    ("Society", "The Panel's request for reconsideration: within 14 days, says the AMA."),
    ("Non-Invasive Fractional Flow Reserve (FFR)", ""),
    ("Order", "FDA reclassification of medical image analyzers."),
    ("Appendix S explained", "CPT Appendix S has three classes."),
]
NOT_RELEVANT = [
    ("Exam prep", "Become a Certified Medical Administrative Assistant (CMAA) and learn CPT coding with the AMA."),
    ("Samsung", "Samsung ultrasound payment under OPPS; SAMSUNG is a brand."),
    ("MAAA", "Multianalyte Assays with Algorithmic Analyses (MAAA) codes of the AMA CPT code set."),
    ("LCD", "Autonomic Function Tests. Medicare coverage."),
    ("LCD", "Lumbar Artificial Disc Replacement"),
    ("LCD", "Artificial Hearts and Percutaneous Devices"),
    ("LCD", "Automatic External Defibrillators"),
    ("LCD", "Computerized Corneal Topography"),
    ("LCD", "Vitamin D; includes fraction(s), if performed"),
    ("CAD", "CAD-RADS reporting of coronary artery disease with AI."),
    ("LCD", "MolDX: predictive classifier assays, CPT codes for an algorithm of genomic classifier results."),
    ("WISeR", "Medicare's WISeR model uses AI and algorithms for prior authorization requirements."),
    ("Insurers", "Payers use autonomous AI systems for insurance coverage determinations; Medicare watches."),
    ("Dental AI", "Dental AI software for CDT codes and Medicare dental claims."),
    ("Process page", "Services must be clinically meaningful, says the CPT Editorial Panel."),
    ("Slides", "New CPT codes for digitizing glass slides in digital pathology."),
    (
        "2011",
        "The AMA asks about codes for algorithmic analysis, once called in vitro diagnostic multivariate index assays.",
    ),
    ("Newsletter", ""),
]


@pytest.mark.parametrize(("title", "text"), CRITICAL)
def test_a_change_of_the_frame_itself_is_critical(title: str, text: str) -> None:
    assert item(title, text).level is Level.CRITICAL


@pytest.mark.parametrize(("title", "text"), HIGH)
def test_a_step_for_a_named_algorithm_only_service_is_high(title: str, text: str) -> None:
    assert item(title, text).level is Level.HIGH


@pytest.mark.parametrize(("title", "text"), MEDIUM)
def test_neighbouring_codes_policies_and_deadlines_are_medium(title: str, text: str) -> None:
    assert item(title, text).level is Level.MEDIUM


@pytest.mark.parametrize(("title", "text"), NOT_RELEVANT)
def test_a_confusable_is_low_at_most(title: str, text: str) -> None:
    assert item(title, text).level.rank <= Level.LOW.rank


@pytest.mark.parametrize(("title", "text"), CRITICAL + HIGH + MEDIUM)
def test_every_reason_quotes_the_item_itself(title: str, text: str) -> None:
    whole = f"{title}\n{text}"
    for reason in item(title, text).reasons:
        assert reason.quote
        assert reason.quote in whole
        assert len(reason.quote) <= QUOTE_CHARS


def test_reasons_come_highest_first() -> None:
    ranks = [reason.level.rank for reason in item(*CRITICAL[4]).reasons]
    assert ranks == sorted(ranks, reverse=True)


def test_a_quote_of_a_long_page_is_cut_at_words() -> None:
    page = "Nothing of note here " * 400 + "CPT 92229 is priced " + "and on it goes " * 400
    quote = item("Page", page).reasons[0].quote
    assert "92229" in quote
    assert len(quote) <= QUOTE_CHARS
    assert f" {quote} " in page.replace("\n", " ")


def test_the_class_is_stated_when_the_words_are_there_and_inferred_when_not() -> None:
    stated, inferred = item("Code", "CPT 92229, autonomous analysis"), item("Code", "CPT 92229 priced")
    assert (stated.ai_class, stated.ai_class_basis) == ("autonomous", "stated")
    assert (inferred.ai_class, inferred.ai_class_basis) == ("autonomous", "inferred")


def test_all_three_classes_together_are_told_as_all() -> None:
    assert item("Appendix S", "CPT classes: assistive, augmentative, autonomous").ai_class == "all"


def test_a_secondary_source_lowers_the_confidence_and_says_so() -> None:
    blog, official = item("Code", "92229 priced", "blog"), item("Code", "92229 priced", "cms.lcds")
    assert (blog.confidence, official.confidence) == ("Medium", "High")
    assert any("secondary" in ground for ground in blog.confidence_grounds)


def test_a_users_own_term_makes_an_item_medium() -> None:
    rules = parse_rules(reference_files(), watch_terms=["RetinaDemo+ 2"])
    found = assess_item("News", "A study of RetinaDemo+\u00a02 ended.", "trade", rules, today=TODAY)
    assert found.level is Level.MEDIUM
    assert "RetinaDemo+ 2" in found.reasons[0].text


def test_topics_follow_from_what_was_found() -> None:
    assert Topic.PAYMENT in item(*CRITICAL[3]).topics


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00\ud800", "\u0130" * 50, "(((" * 500, "comment by " * 4000, "0623T-" * 4000, "0000T-0199T " * 9000],
)
def test_hostile_text_is_judged_like_any_other(text: str) -> None:
    assert item("x", text).level in set(Level)


def test_a_quote_of_a_row_is_the_field_in_which_the_words_stand() -> None:
    told = {"abstract": "DEMO: would pay for algorithm-only services.", "stage": "new"}
    row = record("DEMO-1", {"title": "DEMO: Payment", "action": "Proposed rule.", **told})
    found = judged("federal-register", added(row))
    quotes = {reason.quote for reason in found.reasons if reason.rule == "term:algorithm-only"}
    assert quotes == {"abstract: DEMO: would pay for algorithm-only services."}


def test_a_text_without_a_watched_word_does_not_claim_signs_as_grounds() -> None:
    found = assess_item("Parking", "The garage is closed.", "", shipped_rules(), today=TODAY)
    assert found.level is Level.NONE
    assert not any("sign" in ground for ground in found.confidence_grounds)


@pytest.mark.parametrize(
    ("code", "text", "level"),
    [
        ("1047T", "Software grades the wound photograph; no clinician reviews its report.", Level.HIGH),
        ("G0711", "The algorithm's conclusion goes to the practice without physician interpretation.", Level.HIGH),
        ("0644U", "Fully by software, without a pathologist, from the scanned slide.", Level.HIGH),
        ("1047T", "Software measures the wound photograph for the physician, who reports.", Level.MEDIUM),
        ("1047T", "A nurse measures the wound with a ruler.", Level.LOW),
    ],
)
def test_a_code_on_no_watch_list_takes_the_level_of_what_does_the_work(code: str, text: str, level: Level) -> None:
    found = item(f"DEMO New Category III code {code}", f"{code}. {text}", "ama").level
    assert found is level


def test_a_response_to_comments_is_medium_though_it_names_the_policy_it_explains() -> None:
    assert item("DEMO Response to Comments: AI-QCT (DL39840)", "Article A59928.", "cms-mcd").level is Level.MEDIUM


def test_a_guard_beside_other_words_holds_only_where_they_stand() -> None:
    paid = "Medicare covers AI analysis of the echo, which is part of the sonographer's job."
    assert item("DEMO", paid).level is Level.MEDIUM
    assert item("DEMO", "CMAA wanted: a job at the front desk").level is Level.NONE


def test_on_the_page_of_appendix_s_itself_no_reason_says_that_it_only_explains_it() -> None:
    text = "The AI taxonomy names autonomous services, which Medicare may pay and cover."
    elsewhere, here = item("Scope", text), item("Scope", text, "ama.appendix-s")
    assert any("explains Appendix S" in reason.text for reason in elsewhere.reasons)
    assert not any("explains Appendix S" in reason.text for reason in here.reasons)
    assert here.level is Level.CRITICAL
