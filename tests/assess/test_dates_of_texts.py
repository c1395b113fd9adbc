"""Dates of one text as an opinion carries them: with basis, ground and time of day."""

from datetime import date

import pytest

from monitor.assess.dates import dates_of
from monitor.assess.items import item_from_text
from monitor.assess.release_rules import RULE, effective_of_release
from monitor.assess.told_dates import dates_of_text
from monitor.model.assessment import Basis, DateKind, LegalDate
from tests.assess.samples import TODAY, shipped_rules


def dated(text: str) -> tuple[LegalDate, ...]:
    return dates_of(item_from_text("", text, "federal-register.demo"), shipped_rules().dates)


@pytest.mark.parametrize(
    "written",
    [
        "5 <b>p.m.</b> EDT on September 8, 2027",
        "<em>5</em> p.m. EDT on <strong>September</strong> 8, 2027",
        "5&nbsp;p.m. EDT on September&nbsp;8, 2027",
        '5 <span class="time">p.m.</span> EDT<br/>on September 8, 2027',
    ],
)
def test_a_time_of_day_inside_mark_up_is_kept_without_it(written: str) -> None:
    (legal,) = dated(f"Comments must be received by {written}.")
    assert (legal.kind, legal.on, legal.clock) == (DateKind.COMMENT_CLOSES, date(2027, 9, 8), "5 p.m. EDT")


def test_signs_that_are_no_mark_up_are_read_as_they_stand() -> None:
    (legal,) = dated("Where a<7 and b> 3 (AT&T), comments are due by 5 p.m. on September 8, 2027.")
    assert legal.clock == "5 p.m."


def test_of_two_statements_of_one_day_the_one_with_the_time_of_day_counts() -> None:
    (legal,) = dated("Comments are due January 11, 2027. Comments close at 5 p.m. EST on January 11, 2027.")
    assert legal.clock == "5 p.m. EST"


@pytest.mark.parametrize(
    ("heading", "written", "on"),
    [
        ("February 2027 Panel meeting", "March 19", date(2027, 3, 19)),
        ("Panel > January 2027 meeting", "December 18", date(2026, 12, 18)),
        ("Panel meeting, October 1-3, 2026", "February 1", date(2027, 2, 1)),
    ],
)
def test_a_day_without_a_year_takes_it_from_a_heading_with_a_month_and_says_so(
    heading: str, written: str, on: date
) -> None:
    found = dated(f"{heading}\nRequests for reconsideration are accepted until {written} at midnight CT.")
    legal = next(one for one in found if one.kind is DateKind.RECONSIDERATION_CLOSES)
    assert (legal.on, legal.basis, legal.clock) == (on, Basis.COMPUTED, "midnight CT")
    assert heading in legal.ground
    assert f"until {written}" in legal.ground


@pytest.mark.parametrize(
    "text",
    [
        "CY 2027 final rule\nComments are due by September 14.",
        "Comments are due by September 14, as the notice of February 2027 says.",
        "February 2027 Panel meeting\nComments are due by September 14.",
        "February 2027 Panel meeting\nComments are due by February 30.",
    ],
)
def test_a_day_whose_year_would_be_a_guess_is_none(text: str) -> None:
    assert dated(text) == ()


@pytest.mark.parametrize(
    ("released", "effective"),
    [
        ("January 1, 2027", date(2027, 7, 1)),
        ("July 1, 2027", date(2028, 1, 1)),
        ("December 29, 2026", date(2027, 7, 1)),
    ],
)
def test_category_iii_codes_are_in_effect_six_months_after_their_release_by_a_rule_that_is_named(
    released: str, effective: date
) -> None:
    text = f"Category III codes 0999T and 0998T will be released on {released}."
    found = dates_of_text(item_from_text("", text, "ama.early-release"), shipped_rules().dates, TODAY)
    (legal,) = (one for one in found if one.kind is DateKind.EFFECTIVE)
    assert (legal.on, legal.basis) == (effective, Basis.COMPUTED)
    assert legal.ground.startswith(RULE)
    assert released in legal.ground


@pytest.mark.parametrize(
    ("source_id", "text"),
    [
        ("ama.early-release", "Category III code 0999T is released January 1, 2027 and effective April 1, 2027."),
        ("ama.early-release", "Category III code 0999T is released March 12, 2027."),
        ("ama.early-release", "Category I code 99999 is released July 1, 2027."),
        ("ama.early-release", "Category III code 0999T and PLA code 0999U are released July 1, 2027."),
        ("payer.demo", "Category III code 0999T is released July 1, 2027."),
    ],
)
def test_no_rule_is_applied_where_the_text_says_otherwise_or_of_other_codes(source_id: str, text: str) -> None:
    found = dates_of_text(item_from_text("", text, source_id), shipped_rules().dates, TODAY)
    assert [one for one in found if one.kind is DateKind.EFFECTIVE and one.basis is Basis.COMPUTED] == []


@pytest.mark.parametrize("released", [date(9999, 7, 1), date.max, date.min])
def test_a_release_at_the_end_of_the_calendar_is_no_fault_of_the_program(released: date) -> None:
    never = LegalDate(kind=DateKind.RELEASE, on=released, basis=Basis.STATED, ground="Release date")
    item = item_from_text("", "Category III code 0999T", "ama.early-release")
    found = effective_of_release(item, [never])
    assert found is None or found.on > released
