"""What a rule learned from “not relevant” covers, and what it never touches."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.assess.learned import covers, grounds_of, misfits, never_hidden, patterns_for, version_with, with_learned
from monitor.model.assessment import Assessment, Level, Reason, Tier
from monitor.model.difference import Change, Difference, News
from monitor.model.ids import ChangeId
from monitor.model.learned import LearnedRule, Pattern
from monitor.model.snapshot import Passage
from monitor.model.tool import MatchBy, ToolMatch
from tests.assess.samples import (
    PIB_ROW,
    SEEN,
    added,
    change,
    device,
    judged,
    shipped_rules,
)

RULES = shipped_rules()
FDA = "fda.ai-devices"
OTHER = device(submission_number="K999999", device="DEMO Other")


def news(*differences: Difference, source: str = FDA, kind: News = News.ADDED) -> tuple[Change, Assessment]:
    return change(source, differences, news=kind), judged(source, *differences, news=kind)


def rule(pattern: Pattern, number: int = 1) -> LearnedRule:
    return LearnedRule(
        id=f"LR-2026-{number:04d}",
        pattern=pattern,
        change_id=ChangeId("CH-2026-0001"),
        by="A. Reader",
        reason="DEMO of no use",
        at=SEEN,
    )


ROUTINE, ROUTINE_OPINION = news(added(device()))
(WIDE,) = patterns_for(ROUTINE, ROUTINE_OPINION)


def test_news_like_it_becomes_noise_that_says_by_whose_rule_and_what_it_would_have_been() -> None:
    seen, opinion = news(added(OTHER))
    lowered = with_learned(opinion, seen, [rule(WIDE)], RULES)
    assert (lowered.tier, lowered.level) == (Tier.NOISE, Level.NONE)
    first, *others = lowered.reasons
    assert (first.rule, first.quote) == ("learned:LR-2026-0001", "DEMO of no use")
    assert "A. Reader" in first.text
    assert "without it: low, FYI" in first.text
    assert tuple(others) == opinion.reasons


def test_the_version_of_the_rules_tells_what_was_learned() -> None:
    seen, opinion = news(added(device(**PIB_ROW)))
    versions = {
        with_learned(opinion, seen, learned, RULES).rules_version
        for learned in ([], [rule(WIDE)], [rule(WIDE, 2)], [rule(WIDE), rule(WIDE, 2)])
    }
    assert len(versions) == 4
    assert version_with("x", []) == "x"


@pytest.mark.parametrize(
    ("differences", "source", "kind", "why"),
    [
        ([added(device(**PIB_ROW))], FDA, News.ADDED, "level is high"),
        ([added(device()), added(device(**PIB_ROW))], FDA, News.ADDED, "level is high"),
        ([added(OTHER)], FDA, News.REVERTED, "another kind"),
        ([added(OTHER)], "fda.other", News.ADDED, "it is of fda.other"),
    ],
)
def test_whatever_else_speaks_for_a_change_keeps_it_told(
    differences: Sequence[Difference], source: str, kind: News, why: str
) -> None:
    seen, opinion = news(*differences, source=source, kind=kind)
    assert any(why in clause for clause in misfits(WIDE, opinion, seen, RULES))
    assert with_learned(opinion, seen, [rule(WIDE)], RULES).tier is opinion.tier


def test_another_ground_of_the_same_level_keeps_it_told() -> None:
    seen, opinion = news(added(OTHER))
    more = replace(opinion, reasons=(*opinion.reasons, Reason(rule="term:x", text="t", quote="", level=Level.LOW)))
    assert misfits(WIDE, more, seen, RULES) == ("it has other grounds: term:x",)


def test_reasons_that_were_only_counted_make_no_rule_and_are_covered_by_none() -> None:
    cut = replace(ROUTINE_OPINION, reasons=(*ROUTINE_OPINION.reasons, _reason("more")))
    assert patterns_for(ROUTINE, cut) == ()
    assert not covers(WIDE, cut, ROUTINE)


def test_a_floor_alone_makes_no_rule_for_a_whole_source_but_one_for_the_place_in_a_page() -> None:
    page = added(Passage(headings=("DEMO page", "Contact"), text="Write to us."))
    seen = change("demo.page", [page])
    opinion = Assessment(
        level=Level.MEDIUM, tier=Tier.REVIEW, rules_version="1", reasons=(_reason("source-floor", Level.MEDIUM),)
    )
    (placed,) = patterns_for(seen, opinion)
    assert placed.items == ("DEMO page > Contact",)
    elsewhere = change("demo.page", [added(Passage(headings=("DEMO page", "Rules"), text="Write to us."))])
    assert covers(placed, opinion, seen)
    assert not covers(placed, opinion, elsewhere)


def test_words_narrow_a_rule_to_titles_that_hold_them() -> None:
    (narrow,) = patterns_for(ROUTINE, ROUTINE_OPINION, words="k252970")
    seen, opinion = news(added(OTHER))
    assert covers(narrow, ROUTINE_OPINION, ROUTINE)
    assert not covers(narrow, opinion, seen)
    assert covers(WIDE, opinion, seen)


def _reason(name: str, level: Level = Level.LOW) -> Reason:
    return Reason(rule=name, text="DEMO", quote="", level=level)


TOOL = ToolMatch(
    tool_id="t", product="DEMO", ai_class=None, sites=(), owner="", by=MatchBy.NAME, confidence="Low", ground="name"
)


@given(
    level=st.sampled_from(Level),
    tier=st.sampled_from(Tier),
    codes=st.lists(st.sampled_from(["92229", "75577", "DEMO1"]), max_size=2),
    touched=st.booleans(),
    grounds=st.sets(st.sampled_from(["term:a", "floor:b", "document:L39840", "routine-device"]), max_size=3),
)
def test_no_rule_ever_hides_what_is_grave_watched_or_our_own(
    level: Level, tier: Tier, codes: list[str], touched: bool, grounds: set[str]
) -> None:
    reasons = tuple(_reason(one, Level.MEDIUM) for one in sorted(grounds))
    opinion = Assessment(
        level=level, tier=tier, rules_version="1", reasons=reasons, codes=tuple(codes), tools=(TOOL,) if touched else ()
    )
    all_of_it = Pattern(
        source_id=ROUTINE.source_id, news=ROUTINE.news, most=Level.CRITICAL, grounds=tuple(grounds_of(opinion))
    )
    after = with_learned(opinion, ROUTINE, [rule(all_of_it)], RULES)
    grave = level is Level.CRITICAL or tier is Tier.ACT
    watched = touched or {"92229", "75577"} & set(codes) or "document:L39840" in grounds
    if grave or watched:
        assert (after.tier, after.level, after.reasons) == (tier, level, reasons)
        assert never_hidden(opinion, RULES)
