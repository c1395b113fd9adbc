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


def rewritten(old: str, new: str, *others: tuple[Act, str]) -> Assessment:
    """A passage gone and one come in one section, and others beside them."""
    passages = [(Act.REMOVED, old), (Act.ADDED, new), *others]
    section = ("CPT 92229", "Deadlines")
    steps = [passage_step(act, text, f"§{number}", section) for number, (act, text) in enumerate(passages)]
    return judged("ama.calendar", *steps)


def passage_step(act: Act, text: str, key: str, headings: tuple[str, ...]) -> Difference:
    passage = Passage(headings=headings, text=text)
    before, after = (passage, None) if act is Act.REMOVED else (None, passage)
    return Difference(act=act, key=RecordKey(key), label="DEMO", before=before, after=after)


OLD = "Comments on the autonomous analysis of retinal images are due by January 5, 2027."


def test_a_date_that_left_with_one_passage_and_came_with_another_has_moved() -> None:
    found = rewritten(OLD, "Comments on the autonomous analysis of retinal images are now due by January 19, 2027.")
    assert moved(found) == ["The date moved (comment closes): from 2027-01-05 to 2027-01-19, 14 days later."]
    assert found.level.rank >= Level.HIGH.rank


def test_a_passage_about_another_thing_is_not_the_one_before_moved() -> None:
    other = "Comments on the autonomous analysis of heart sounds are due by January 19, 2027."
    assert moved(rewritten(OLD, other)) == []


def test_of_two_passages_alike_none_is_said_to_have_moved() -> None:
    new = OLD.replace("January 5", "January 19")
    assert moved(rewritten(OLD, new, (Act.ADDED, OLD.replace("January 5", "February 2")))) == []


def test_a_passage_of_another_section_is_not_the_one_before_moved() -> None:
    gone = passage_step(Act.REMOVED, OLD, "§1", ("CPT 92229", "Panel of February"))
    come = passage_step(Act.ADDED, OLD.replace("January 5", "May 5"), "§2", ("CPT 92229", "Panel of May"))
    assert moved(judged("ama.calendar", gone, come)) == []


def test_a_day_without_a_year_moves_under_its_heading() -> None:
    old = "Requests to reconsider CPT 92229 are due March 5."
    found = judged("ama.calendar", reworded(old, old.replace("March 5", "March 19"), ("February 2027 Panel meeting",)))
    assert moved(found) == ["The date moved (reconsideration closes): from 2027-03-05 to 2027-03-19, 14 days later."]
