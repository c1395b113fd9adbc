"""What people decided, in the digest and on cards: in the text and in the HTML, and never more than was said."""

from datetime import timedelta

from msgspec.structs import replace

from monitor.compose.decided import decision_words, in_hand_note
from monitor.compose.digest import render_digest, view_of
from monitor.compose.terminal import render_card
from monitor.compose.view import Limits
from monitor.model.decision import Decision, Outcome
from monitor.model.digest import OpenItem
from monitor.model.ids import ChangeId
from tests.compose import samples

TODAY = samples.MADE.date()
ZONE = "America/New_York"


def said(outcome: Outcome, due: int | None = None, *, reason: str = "", owner: str = "") -> Decision:
    return Decision(
        change_id=ChangeId("CH-2026-0149"),
        outcome=outcome,
        by="A. Reader",
        at=samples.MADE,
        reason=reason,
        owner=owner,
        due=None if due is None else TODAY + timedelta(days=due),
    )


def held(number: int, decision: Decision) -> OpenItem:
    return replace(samples.open_item(samples.older_card(number, f"DEMO {number}", number)), decision=decision)


def test_a_card_that_was_decided_says_by_whom_and_why_in_every_form() -> None:
    shown = replace(samples.lcd_card(), decision=said(Outcome.NO_IMPACT, reason="DEMO not used"))
    mail = render_digest(samples.normal(cards=(shown,)), samples.templates())
    for words in (mail.text, mail.html, render_card(shown, time_zone=ZONE, decisions=(said(Outcome.MONITOR),))):
        assert "Decided" in words
    assert "Decided: No impact (A. Reader, Nov 23, 2026)" in " ".join(mail.text.split())
    assert "No impact (A. Reader" in mail.html
    assert "DECISIONS" in render_card(shown, time_zone=ZONE, decisions=(said(Outcome.MONITOR),))


def test_what_is_in_hand_stands_by_its_day_and_says_when_that_has_passed() -> None:
    late, soon, ever = (said(Outcome.ACTION_NEEDED, due, owner="B. Owner") for due in (-3, 4, None))
    items = (held(1, ever), held(2, soon), held(3, late))
    view = view_of(samples.empty(in_hand=items), Limits(in_hand=2)).in_hand
    assert [item.change_id for item in view.items] == [items[2].change_id, items[1].change_id]
    assert (view.total, view.more) == (3, "and 1 more")
    assert in_hand_note(late, TODAY).endswith("OVERDUE by 3 days")
    assert "OVERDUE" not in in_hand_note(said(Outcome.MONITOR, 0), TODAY)
    mail = render_digest(samples.empty(in_hand=items), samples.templates())
    assert "IN HAND (3)" in mail.text
    assert "In hand (3)" in mail.html
    assert "OVERDUE by 3 days" in mail.html


def test_no_reminder_comes_of_a_date_on_a_change_that_was_settled() -> None:
    shown = samples.lcd_card()
    due = replace(shown.assessment.dates[0], on=TODAY + timedelta(days=8))
    ahead = replace(samples.ahead(shown, "Proposed LCD DEMO-DL1"), date=due)
    for outcome, reminded in ((Outcome.NO_IMPACT, 0), (Outcome.ACTION_NEEDED, 1)):
        decided = replace(shown, decision=said(outcome, reason="DEMO"))
        (row,) = view_of(samples.normal(cards=(decided,), dates_ahead=(ahead,)), Limits()).dates
        assert bool(row.reminder) == reminded


def test_what_waits_is_cut_to_the_oldest_and_the_rest_counted() -> None:
    items = tuple(samples.open_item(samples.older_card(n, f"DEMO {n}", n)) for n in range(1, 30))
    view = view_of(samples.empty(awaiting=items), Limits()).awaiting
    assert (view.total, len(view.items), view.more) == (29, 6, "and 23 more that are newer")
    assert view.items[0].headline == "DEMO 29"
    text = render_digest(samples.empty(awaiting=items), samples.templates()).text
    assert "All that is open: " in text


def test_a_hostile_name_or_reason_stays_on_its_line() -> None:
    shown = decision_words(said(Outcome.MONITOR, reason="x\n\x1b[31mred\u202e", owner="B\nC"), ZONE)
    assert shown.isprintable()
