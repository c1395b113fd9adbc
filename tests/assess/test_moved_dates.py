"""A moved deadline is news of its own."""

from monitor.model.assessment import Assessment, Level
from monitor.model.difference import Act, Difference, FieldChange, Weight
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Passage
from tests.assess.samples import judged, lcd, modified

QCT = "DEMO Non-Invasive Fractional Flow Reserve (FFR) for Heart Disease"


def reworded(old: str, new: str) -> Difference:
    return Difference(
        act=Act.MODIFIED,
        key=RecordKey("§1a2b3c"),
        label="DEMO",
        before=Passage(headings=("CPT", "Appendix S"), text=old),
        after=Passage(headings=("CPT", "Appendix S"), text=new),
        fields=(FieldChange(name="text", old=old, new=new, weight=Weight.MATERIAL),),
    )


def moved(found: Assessment) -> list[str]:
    return [reason.text for reason in found.reasons if reason.rule.startswith("moved-date:")]


def test_a_moved_effective_date_of_a_relevant_document_is_high_and_says_how_far() -> None:
    before, after = (lcd("L38278", QCT, effective_date=day) for day in ("2027-01-05", "2027-02-04"))
    found = judged("cms.lcds", modified(before, after))
    assert found.level is Level.HIGH
    assert moved(found) == ["The date moved (effective): from 2027-01-05 to 2027-02-04, 30 days later."]


def test_a_date_that_was_past_has_not_moved() -> None:
    before, after = (lcd("L38278", QCT, effective_date=day) for day in ("2025-01-05", "2027-02-04"))
    assert moved(judged("cms.lcds", modified(before, after))) == []


def test_a_moved_date_of_no_relevance_stays_noise() -> None:
    before, after = (lcd("L30000", "DEMO Vitamin D", effective_date=day) for day in ("2027-01-05", "2027-02-04"))
    assert judged("cms.lcds", modified(before, after)).level.rank < Level.MEDIUM.rank


def test_a_moved_deadline_in_prose_is_told_with_the_words_it_stands_in() -> None:
    old = "Comments on CPT 92228 and fundus photography are due by January 5, 2027."
    found = judged("ama.calendar", reworded(old, old.replace("January 5", "January 2")))
    assert moved(found) == ["The date moved (comment closes): from 2027-01-05 to 2027-01-02, 3 days earlier."]
    assert "January 2, 2027" in found.reasons[0].quote


def test_of_several_days_none_is_said_to_have_moved() -> None:
    old = "CPT 92229: meetings are held May 1, 2027 and June 1, 2027."
    assert moved(judged("ama.calendar", reworded(old, old.replace("June 1", "July 1")))) == []
