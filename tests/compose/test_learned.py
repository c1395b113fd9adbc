"""What a learned rule filtered out, in the digest: counted, listed first, and named with the rule."""

from datetime import UTC, datetime

from msgspec.structs import replace

from monitor.compose.digest import render_digest
from monitor.compose.learned import pattern_lines, rule_lines
from monitor.compose.terminal import render_card
from monitor.model.assessment import Level
from monitor.model.difference import News
from monitor.model.digest import Card
from monitor.model.ids import ChangeId, SourceId
from monitor.model.learned import Ending, LearnedRule, Pattern
from tests.compose import samples

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
ZONE = "America/New_York"
BY = "learned:LR-2026-0001"
REASON = replace(samples.reason("filtered out by LR-2026-0001", "DEMO of no use", Level.NONE), rule=BY)
RULE = LearnedRule(
    id="LR-2026-0001",
    pattern=Pattern(
        source_id=SourceId("demo.list"),
        news=News.ADDED,
        most=Level.LOW,
        grounds=("routine-device",),
        items=("K1", "K2"),
        words="scanner",
    ),
    change_id=ChangeId("CH-2026-0001"),
    by="A. Reader",
    reason="DEMO of no use",
    at=AT,
)


def hidden(number: int) -> Card:
    shown = samples.noise_card(number)
    before = samples.reason("DEMO routine", "quote", Level.LOW)
    return replace(shown, assessment=replace(shown.assessment, reasons=(REASON, before)))


def test_the_digest_lists_first_what_a_person_taught_it_to_filter_out() -> None:
    cards = (*(samples.noise_card(number) for number in range(20, 40)), hidden(41))
    mail = render_digest(samples.empty(filtered_out=21, filtered_cards=cards), samples.templates())
    below = mail.text[mail.text.index("FILTERED OUT (21)") :]
    assert below.index("(by LR-2026-0001)") < below.index("and 11 more")
    assert "filtered out by LR-2026-0001" in mail.html
    assert "21 edits were filtered out as routine or by what you taught" in " ".join(mail.text.split())
    plain = render_digest(samples.empty(filtered_out=20, filtered_cards=cards[:20]), samples.templates())
    assert "taught" not in plain.text


def test_a_card_tells_the_learned_rule_before_what_spoke_for_the_change() -> None:
    why = render_card(hidden(41), time_zone=ZONE).split("WHY IT MATTERS")[1]
    assert why.index("learned:LR-2026-0001") < why.index("DEMO routine")


def test_a_rule_tells_all_its_conditions_and_who_ended_it() -> None:
    ended = replace(RULE, ending=Ending(by="B. Lead", reason="DEMO we need it", at=AT))
    told = "\n".join(rule_lines(ended, ZONE))
    for words in ("demo.list", "“added”", "low at most", "routine-device", "K1, K2", "“scanner”", "UNDONE", "B. Lead"):
        assert words in told or words.replace(", ", " and ") in told, words
    assert "IN FORCE: by A. Reader, Nov 20, 2026, from CH-2026-0001" in "\n".join(rule_lines(RULE, ZONE))
    assert len(list(pattern_lines(replace(RULE.pattern, items=(), words="")))) == 2
