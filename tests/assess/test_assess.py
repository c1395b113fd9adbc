from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compare.records import compare_records
from monitor.model.assessment import Basis, DateKind, Level, Tier, Topic
from monitor.model.difference import Act, Difference, FieldChange, News, Weight
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Passage, Record, Snapshot
from tests.assess.samples import added, item, judged, lcd, modified, record, removed, shipped_rules

QCT = "Artificial Intelligence Enabled CT Based Quantitative Coronary Topography (AI-QCT)/Plaque Analysis (AI-CPA)"


def passage(text: str) -> Passage:
    return Passage(headings=("Taxonomy",), text=text)


def summary(title: str) -> Record:
    return record(
        "https://example.invalid/a.pdf", {"title": title, "url": "https://example.invalid/a.pdf", "heading": "2026"}
    )


def rule(**fields: str) -> Record:
    base = {"document_number": "2026-99999", "title": "DEMO", "type": "Rule", "abstract": "Rates.", **fields}
    return record(base["document_number"], base)


def test_any_material_change_of_appendix_s_is_critical_and_to_act_on() -> None:
    old, new = passage("The word machine is used."), passage("Other words are used.")
    edit = Difference(
        act=Act.MODIFIED,
        key=RecordKey("§1"),
        label="edit",
        before=old,
        after=new,
        fields=(FieldChange(name="text", old=old.text, new=new.text, weight=Weight.MATERIAL),),
    )
    found = judged("ama.appendix-s", edit, news=News.MODIFIED, floor=Level.MEDIUM)
    assert (found.level, found.tier, found.confidence) == (Level.CRITICAL, Tier.ACT, "High")
    assert found.reasons[0].quote == new.text


def test_many_passages_under_one_floor_are_one_reason() -> None:
    edits = [added(passage(f"Paragraph {n}.")) for n in range(30)]
    found = judged("ama.appendix-s", *edits, news=News.MODIFIED)
    assert sum(reason.rule == "floor:appendix-s-page" for reason in found.reasons) == 1


def test_a_new_summary_of_panel_actions_opens_a_computed_window_of_14_days() -> None:
    found = judged("ama.panel-actions", added(summary("September 2026 Summary of Panel Actions")))
    assert (found.level, found.tier) == (Level.MEDIUM, Tier.REVIEW)
    (window,) = found.dates
    assert (window.kind, window.on, window.basis) == (
        DateKind.RECONSIDERATION_CLOSES,
        date(2026, 12, 7),
        Basis.COMPUTED,
    )
    assert "14 days" in window.ground
    assert found.stage is not None
    assert found.stage.ladder == "cpt"


def test_a_stated_reconsideration_date_is_not_computed_again() -> None:
    text = "Summary of Panel Actions. Requests for reconsideration must be received no later than December 2, 2026"
    found = judged("ama.panel-actions", added(summary(text)))
    assert [(d.on, d.basis) for d in found.dates if d.kind is DateKind.RECONSIDERATION_CLOSES] == [
        (date(2026, 12, 2), Basis.STATED)
    ]


@pytest.mark.parametrize("naming", ["CMAA", "Appendix S (AI taxonomy): accepted"])
def test_panel_actions_that_name_the_frame_are_critical(naming: str) -> None:
    assert judged("ama.panel-actions", added(summary(f"CPT Panel actions: {naming}"))).tier is Tier.ACT


def test_a_removed_row_of_a_watched_policy_keeps_its_level() -> None:
    assert judged("cms.lcds", removed(lcd("L39840", QCT))).level is Level.HIGH


def test_a_policy_is_watched_by_number_even_when_its_title_says_nothing() -> None:
    assert judged("cms.lcds", added(lcd("L34399", "DEMO title"))).level is Level.MEDIUM


def test_an_unrelated_policy_is_noise() -> None:
    found = judged("cms.lcds", added(lcd("L36668", "Urine Drug Testing")))
    assert (found.level, found.tier, found.topics) == (Level.NONE, Tier.NOISE, ())
    assert [(one.kind.value, one.on.isoformat()) for one in found.dates] == [("effective", "2025-02-14")], "a fact"


def test_high_is_to_act_on_only_when_a_date_is_near_or_a_stage_moves() -> None:
    far = judged("cms.lcds", added(lcd("L39840", QCT, effective_date="2027-03-01")))
    near = judged("cms.lcds", added(lcd("L39840", QCT, effective_date="2026-12-20")))
    past = judged("cms.lcds", added(lcd("L39840", QCT, effective_date="2026-11-01")))
    assert [found.tier for found in (far, near, past)] == [Tier.REVIEW, Tier.ACT, Tier.REVIEW]


def test_the_end_of_a_notice_period_is_a_move_of_stage() -> None:
    before = lcd("L39840", QCT, note="Future(Notice Ends 11/22/2026)")
    after = lcd("L39840", QCT, note="(Notice Ended 11/22/2026)")
    found = judged("cms.lcds", modified(before, after), news=News.MODIFIED)
    assert found.stage is not None
    assert (found.stage.before, found.stage.after) == ("final in notice (future)", "effective")
    assert found.tier is Tier.ACT


def test_a_mere_stamp_is_told_as_information_only() -> None:
    before, after = lcd("L39840", QCT), lcd("L39840", QCT, updated_on="2026-11-20")
    found = judged("cms.lcds", modified(before, after), news=News.MODIFIED)
    assert (found.level, found.tier) == (Level.LOW, Tier.FYI)


def renamed(title: str, **moved: str) -> tuple[Level, Tier, str]:
    """The judgement of a row whose contractor has another name, and of what else ``moved``."""
    wide = "(MAC - Part A)"
    before = lcd("L33333", title, contractor_name_type=f"National Government Services, Inc. {wide}")
    after = lcd("L33333", title, contractor_name_type=f"Wellpoint Federal {wide}", **moved)
    tables = (
        Snapshot(extractor="x", extractor_version=1, form="json", records=(replace(row, document="L33333"),))
        for row in (before, after)
    )
    (found,) = compare_records(*tables, aliases=shipped_rules().aliases)
    opinion = judged("cms.lcds", found, news=News.RENAMED)
    return opinion.level, opinion.tier, opinion.reasons[0].text


def test_a_contractors_new_name_is_told_as_information_whatever_the_document() -> None:
    assert renamed("Vitamin D Assay Testing")[:2] == (Level.LOW, Tier.FYI)
    level, tier, why = renamed(QCT)
    assert (level, tier) == (Level.LOW, Tier.FYI)
    assert "only the contractor's name changed" in why


def test_a_relevant_document_that_got_a_new_version_with_the_name_is_to_be_looked_at() -> None:
    bump = {"document_version": "10", "effective_date": "2026-04-01"}
    assert renamed("Vitamin D Assay Testing", **bump)[:2] == (Level.LOW, Tier.FYI)
    assert renamed(QCT, **bump)[:2] == (Level.MEDIUM, Tier.REVIEW)


def test_a_version_that_gave_way_to_the_next_is_no_withdrawn_coverage() -> None:
    found = judged("cms.lcds", removed(lcd("L39840", QCT)), news=News.LIFECYCLE)
    assert (found.level, found.tier) == (Level.LOW, Tier.FYI)


def test_dates_of_a_row_are_stated_with_the_field_as_ground() -> None:
    row = lcd("L39840", QCT, effective_date="2026-12-20", note="Future(Notice Ends 12/19/2026)", retirement_date="N/A")
    found = judged("cms.lcds", added(row))
    assert [(d.kind, d.on) for d in found.dates] == [
        (DateKind.NOTICE_ENDS, date(2026, 12, 19)),
        (DateKind.EFFECTIVE, date(2026, 12, 20)),
    ]
    assert {d.basis for d in found.dates} == {Basis.STATED}
    assert "2026-12-20" in found.dates[1].ground


def test_a_proposed_policy_stands_at_the_foot_of_its_ladder() -> None:
    found = judged("cms.proposed-lcds", added(lcd("DL39840", QCT, note="In Comment")))
    assert found.stage is not None
    assert (found.stage.before, found.stage.after) == (None, "proposed LCD in comment")
    assert found.tier is Tier.REVIEW


@pytest.mark.parametrize("kind", ["Rule", "Proposed Rule"])
def test_a_yearly_payment_rule_is_medium_without_an_ai_word(kind: str) -> None:
    title = "Medicare Program; CY 2027 Payment Policies Under the Physician Fee Schedule; Correction"
    found = judged("federal-register", added(rule(title=title, type=kind, effective_on="2027-01-01")))
    assert (found.level, found.tier) == (Level.MEDIUM, Tier.REVIEW)
    assert Topic.PAYMENT in found.topics
    assert found.dates[0].on == date(2027, 1, 1)
    assert found.stage is not None
    assert found.stage.after == "correction"


def test_a_paperwork_notice_on_the_same_subject_is_noise() -> None:
    title = "Agency Information Collection Activities; Payment Policies Under the Physician Fee Schedule"
    assert judged("federal-register", added(rule(title=title, type="Notice"))).tier is Tier.NOISE


def test_a_payment_rule_that_names_software_as_a_medical_service_is_critical() -> None:
    found = judged(
        "federal-register", added(rule(abstract="We would pay software as a medical service (SaMS) under OPPS."))
    )
    assert found.tier is Tier.ACT


def test_a_comment_date_in_prose_is_stated_and_quoted() -> None:
    found = item("Comment on CPT 92229", "Comments must be received by January 4, 2027, at CMS.", "federal-register")
    (closes,) = found.dates
    assert (closes.kind, closes.on, closes.basis) == (DateKind.COMMENT_CLOSES, date(2027, 1, 4), Basis.STATED)
    assert "January 4, 2027" in closes.ground


@pytest.mark.parametrize("written", ["February 30, 2027", "13/45/2027", "0000-00-00"])
def test_an_impossible_date_is_left_out(written: str) -> None:
    assert item("CPT 92229", f"Comments are due {written}.").dates == ()


def test_only_the_authorities_themselves_are_called_official() -> None:
    asked = added(record("P1", {"title": "Autonomous retinal image analysis, CPT 92229"}))
    assert "official source (CMS)" in judged("cms.lcds", asked).confidence_grounds
    assert judged("acme.policies", asked).confidence_grounds[0] == "ACME's own page"


def test_the_floor_of_a_source_lifts_any_material_change() -> None:
    found = judged("acme.page", added(passage("Nothing of note.")), floor=Level.MEDIUM)
    assert (found.level, found.confidence) == (Level.MEDIUM, "Medium")
    assert found.reasons[0].rule == "source-floor"


def test_a_word_that_was_taken_out_still_counts() -> None:
    before, after = (
        record("1", {"title": "Policy", "text": "CPT 92229 is covered"}),
        record("1", {"title": "Policy", "text": "-"}),
    )
    assert judged("payer.policies", modified(before, after), news=News.MODIFIED).level is Level.HIGH


def test_a_change_without_material_differences_is_noise_whatever_its_words() -> None:
    before, after = record("1", {"title": "CMAA CPT"}), record("1", {"title": "CMAA  CPT"})
    found = judged("ama.pages", modified(before, after, weight=Weight.EDITORIAL), news=News.MODIFIED, floor=Level.HIGH)
    assert found.tier is Tier.NOISE


@given(
    st.text(max_size=80),
    st.text(max_size=200),
    st.sampled_from(["ama.appendix-s", "ama.panel-actions", "federal-register"]),
)
def test_whatever_the_text_every_quote_is_copied_from_it(title: str, text: str, source_id: str) -> None:
    for reason in item(title, text + " \u00adCMAA\u200b CPT", source_id).reasons:
        assert reason.quote in f"{title}\n{text} \u00adCMAA\u200b CPT"


def test_the_same_change_is_judged_the_same_each_time() -> None:
    row = added(lcd("L39840", QCT))
    assert judged("cms.lcds", row) == judged("cms.lcds", row)


def test_a_text_of_no_weight_keeps_the_dates_it_states() -> None:
    text = "Comments on the burden of the form are due by January 22, 2027."
    found = item("Agency Information Collection Activities: Comment Request", text, "federal-register")
    assert found.level.rank < Level.MEDIUM.rank
    assert [(one.kind.value, one.on.isoformat()) for one in found.dates] == [("comment closes", "2027-01-22")]
