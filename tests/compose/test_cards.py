from datetime import date

from msgspec.structs import replace

from monitor.compose.card_dates import basis
from monitor.compose.cards import affects, brief_sentence, in_order, show_card, show_line, stage_words
from monitor.compose.desk import Desk, Edition
from monitor.model.assessment import Basis, DateKind, LegalDate, Level, Reason, Stage, Tier
from monitor.model.digest import Card
from tests.compose import samples

EDITION = Edition(time_zone="America/New_York", today=date(2026, 11, 23), desk=Desk(base=None))


def with_reasons(*reasons: Reason) -> Card:
    card = samples.list_card()
    return replace(card, assessment=replace(card.assessment, reasons=reasons))


def why(card: Card) -> list[tuple[str, str]]:
    return [(w.text, w.quote) for w in show_card(card, 1, EDITION).why]


def test_a_second_reason_for_one_item_waits_for_the_other_items() -> None:
    card = with_reasons(
        samples.reason("first", "x", Level.HIGH, "K1"),
        samples.reason("second", "x", Level.HIGH, "K1"),
        samples.reason("third", "y", Level.MEDIUM, "K2"),
    )
    assert [text for text, _ in why(card)] == ["First.", "Third."]


def test_the_same_words_are_said_once() -> None:
    card = with_reasons(*(samples.reason("same words", "q", Level.HIGH, f"K{n}") for n in range(5)))
    assert [text for text, _ in why(card)] == ["Same words."]
    assert show_card(card, 1, EDITION).more_reasons == "and 4 more"


def test_a_quotation_that_stands_above_is_not_repeated() -> None:
    assert why(samples.panel_card())[0] == ("First public Panel action that names CMAA.", "")
    other = replace(
        samples.panel_card().assessment, reasons=(samples.reason("said elsewhere", "Words of another page"),)
    )
    assert why(replace(samples.panel_card(), assessment=other)) == [("Said elsewhere.", "Words of another page")]


def test_the_brief_takes_the_first_sentence_only() -> None:
    text = "RetinaDemo (K1, Demo Co., Ltd.): measures calcium by algorithm. Being listed does not mean it runs alone."
    said = brief_sentence(with_reasons(samples.reason(text, "q")), EDITION)
    assert said == "RetinaDemo (K1, Demo Co., Ltd.): measures calcium by algorithm. First seen Nov 18, 2026."


def test_without_reason_or_date_the_brief_says_when_it_was_seen() -> None:
    assert brief_sentence(samples.fyi_card(), EDITION) == "First seen Nov 18, 2026."


def test_a_date_is_never_bare() -> None:
    day = date(2026, 12, 2)
    legal = LegalDate(kind=DateKind.COMMENT_CLOSES, on=day, basis=Basis.STATED, ground="by Dec 2")
    assert basis(legal) == 'stated on page: "by Dec 2"'
    assert basis(replace(legal, basis=Basis.COMPUTED, ground="14 days after posting")) == (
        "computed: 14 days after posting"
    )
    assert basis(replace(legal, basis=Basis.ENTERED, ground="Reviewer A")) == "entered by Reviewer A"
    assert all(basis(replace(legal, basis=b, ground="")) for b in Basis)


def test_a_stage_that_did_not_move_is_named_once() -> None:
    def stage(before: str | None, after: str) -> str:
        return stage_words(
            samples.opinion(Tier.REVIEW, stage=Stage(ladder="fda", before=before, after=after)),
        )

    assert stage("listing changed", "listing changed") == "LISTING CHANGED"
    assert stage(None, "listed") == "(new) -> LISTED"
    assert stage("on_agenda", "action_posted") == "On agenda -> ACTION POSTED"
    assert stage_words(samples.opinion(Tier.FYI)) == ""


def test_that_nothing_watched_is_named_is_said() -> None:
    assert affects(samples.opinion(Tier.FYI)) == "no watched code or device is named"


def test_what_must_be_acted_on_leads_then_the_gravest_then_the_soonest() -> None:
    cards = (samples.fyi_card(), samples.list_card(), samples.lcd_card(), samples.panel_card())
    assert [c.change.id[-3:] for c in in_order(cards)] == ["147", "149", "150", "146"]


def test_a_late_find_says_so_in_one_line_too() -> None:
    card = samples.lcd_card()
    late = show_line(replace(card, change=replace(card.change, found_late=True)), 7, EDITION)
    assert "; found late" in late.note
    assert "comments close Jan 4, 2027 (stated)" in late.note


def test_dates_of_single_rows_name_the_row_and_the_rest_is_counted() -> None:
    dates = tuple(
        LegalDate(kind=DateKind.EFFECTIVE, on=date(2027, 1, n + 1), basis=Basis.STATED, ground="", key=f"L{n}")
        for n in range(9)
    )
    view = show_card(samples.card(samples.change(1, "x"), samples.opinion(Tier.ACT, dates=dates)), 1, EDITION)
    assert view.dates[0].what == "takes effect for L0"
    assert view.more_dates == "and 4 more"
