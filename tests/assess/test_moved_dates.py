"""A moved deadline is news of its own."""

from monitor.model.assessment import Assessment, Level
from monitor.model.difference import Act, Difference, FieldChange, Weight
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Passage
from tests.assess.samples import judged, lcd, modified

QCT = "DEMO Non-Invasive Fractional Flow Reserve (FFR) for Heart Disease"


def reworded(old: str, new: str, headings: tuple[str, ...] = ("CPT", "Appendix S")) -> Difference:
    return Difference(
        act=Act.MODIFIED,
        key=RecordKey("§1a2b3c"),
        label="DEMO",
        before=Passage(headings=headings, text=old),
        after=Passage(headings=headings, text=new),
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


def test_of_several_days_the_one_that_is_another_now_has_moved() -> None:
    old = "CPT 92229: meetings are held May 1, 2027 and June 1, 2027."
    found = judged("ama.calendar", reworded(old, old.replace("June 1", "July 1")))
    assert moved(found) == ["The date moved (meeting): from 2027-06-01 to 2027-07-01, 30 days later."]


def test_where_several_days_are_others_none_is_said_to_have_moved() -> None:
    old = "CPT 92229: meetings are held May 1, 2027 and June 1, 2027."
    new = old.replace("June 1", "July 1").replace("May 1", "May 3")
    assert moved(judged("ama.calendar", reworded(old, new))) == []


def test_a_moved_date_of_a_source_that_matters_as_a_whole_is_high_whatever_the_words() -> None:
    old = "The revision takes effect January 5, 2027."
    step = reworded(old, old.replace("January 5", "March 5"), headings=("DEMO calendar",))
    assert judged("ama.process", step, floor=Level.MEDIUM).level is Level.HIGH
    assert moved(judged("ama.process", step)) == []
