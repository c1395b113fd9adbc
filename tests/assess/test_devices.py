import pytest

from monitor.model.assessment import Level, Tier, Topic
from monitor.model.difference import Difference, News, Weight
from tests.assess.samples import PIB_ROW, added, device, item, judged, modified, removed

FDA = "fda.ai-devices"
KNOWN = frozenset({"PIB", "QAS", "QIH", "QXO", "JAK", ""})


def test_every_added_autonomous_device_has_a_reason_of_its_own_that_names_92229() -> None:
    rows = [added(device(**{**PIB_ROW, "submission_number": f"K24{n:04d}", "device": f"DEMO {n}"})) for n in range(20)]
    found = judged(FDA, *rows, added(device()), known=KNOWN)
    told = [reason for reason in found.reasons if reason.rule == "product-code:PIB"]
    assert len(told) == 20
    for number, reason in enumerate(told):
        assert f"DEMO {number}" in reason.text
        assert f"K24{number:04d}" in reason.text
        assert "CPT 92229" in reason.text
        assert f"K24{number:04d}" in reason.quote
    assert (found.level, found.tier, found.codes) == (Level.HIGH, Tier.REVIEW, ("92229",))
    assert found.topics == (Topic.CLEARANCE,)


def test_a_list_has_a_class_only_when_every_row_of_the_change_has_it() -> None:
    two_alike = (added(device(**PIB_ROW)), added(device(**{**PIB_ROW, "submission_number": "K240002"})))
    alone, mixed = judged(FDA, *two_alike, known=KNOWN), judged(FDA, *two_alike, added(device()), known=KNOWN)
    assert (alone.ai_class, alone.ai_class_basis) == ("autonomous", "inferred")
    assert (mixed.ai_class, mixed.ai_class_basis) == (None, None)


@pytest.mark.parametrize(
    "difference",
    [
        added(device(**PIB_ROW)),
        removed(device(**PIB_ROW)),
        modified(device(**PIB_ROW), device(**{**PIB_ROW, "company": "DEMO Inc."})),
    ],
)
def test_an_autonomous_row_is_high_added_removed_or_changed(difference: Difference) -> None:
    assert judged(FDA, difference, known=KNOWN).level is Level.HIGH


@pytest.mark.parametrize("code", ["QXO", "QYE", "SBQ", "QNP", "QPN", "QAS", "QFM", "QER", "NFJ", "QIH"])
def test_an_assistive_type_never_counts_as_autonomous(code: str) -> None:
    found = judged(FDA, added(device(product_code=code)), known=KNOWN | {code})
    assert found.level.rank <= Level.MEDIUM.rank
    assert found.ai_class != "autonomous"


def test_a_routine_row_is_low_and_the_reader_is_told_that_listing_is_not_autonomy() -> None:
    found = judged(FDA, added(device()), added(device(submission_number="K252971", product_code="JAK")), known=KNOWN)
    assert (found.level, found.tier) == (Level.LOW, Tier.FYI)
    assert all("not that it runs without a physician" in reason.text for reason in found.reasons)
    assert found.devices == ()


def test_routine_rows_are_one_line_with_their_number() -> None:
    rows = [added(device(submission_number=f"K25{n:04d}")) for n in range(70)]
    found = judged(FDA, *rows, known=KNOWN)
    assert [reason.text.split(",")[0] for reason in found.reasons] == ["70 routine rows"]


def test_a_product_code_never_seen_is_medium_once_for_all_its_devices() -> None:
    rows = [added(device(submission_number=f"K25{n:04d}", product_code="ZZZ")) for n in range(3)]
    found = judged(FDA, *rows, known=KNOWN)
    assert (found.level, found.tier) == (Level.MEDIUM, Tier.REVIEW)
    assert [reason.rule for reason in found.reasons] == ["new-product-code:ZZZ"]


def test_without_a_baseline_no_product_code_is_new() -> None:
    row = added(device(product_code="ZZZ"))
    assert judged(FDA, row).level is Level.LOW
    assert judged(FDA, row, known=frozenset({""})).level is Level.LOW


def test_a_device_known_to_feed_a_watched_code_takes_its_level() -> None:
    found = judged(FDA, added(device(device="Bunkerhill iCAC", product_code="JAK")), known=KNOWN)
    assert (found.level, found.codes) == (Level.HIGH, ("G0680",))


def test_a_de_novo_is_the_first_of_its_type() -> None:
    assert judged(FDA, added(device(submission_number="DEN260001")), known=KNOWN).level is Level.MEDIUM


def test_spelling_alone_is_noise() -> None:
    row = modified(device(), device(company="Aidoc Medical, Ltd."), weight=Weight.EDITORIAL)
    found = judged(FDA, row, news=News.EDITORIAL, known=KNOWN)
    assert (found.level, found.tier) == (Level.NONE, Tier.NOISE)
    assert len(found.reasons) == 1


def test_column_names_may_be_the_publishers_own() -> None:
    fields = {"Device": "DEMO", "Submission Number ": "K260001", "Primary Product Code": " pib "}
    row = device()
    publisher = type(row)(key=row.key, label="DEMO", fields=fields)
    assert judged("state.list", added(publisher)).level is Level.HIGH


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Submission Number: K264410 | Decision: 10/02/2026 | DEMO Inc | Ophthalmic | PIB", Level.HIGH),
        ("Primary Product Code: PIB; Submission Number K264410; Company: DEMO Inc", Level.HIGH),
        ("K264410, DEMO Inc. Product code SZZ (Cardiovascular).", Level.MEDIUM),
        ("Submission Number DEN260019; Company: DEMO Inc; Primary Product Code: QAS", Level.MEDIUM),
        ("Submission Number K264411\nDEMO Inc\nRadiology\nQAS", Level.LOW),
        ("The list of DEMO Inc was published with 12 rows.", Level.NONE),
    ],
)
def test_a_row_written_out_in_any_order_is_judged_as_a_row(text: str, level: Level) -> None:
    assert item("DEMO Reader", text, "fda-list").level is level
