"""What a learned rule would have done to the history: hidden is only what it may hide, and what it spares is named."""

from msgspec.structs import replace

from monitor.assess.learned import patterns_for
from monitor.model.assessment import Assessment, Level, Tier
from monitor.model.ids import ChangeId
from monitor.model.tool import Tool
from monitor.pipeline.learning import beside_tools, offers
from monitor.pipeline.rejudge import Rejudged
from tests.assess.samples import added, change, device, judged, shipped_rules

RULES = shipped_rules()
FDA = "fda.ai-devices"
TOOL = Tool(id="triage", vendor="Aidoc Medical , Ltd.", product="BriefCase-Triage", fda_number="K252970")
ROW = device()
OTHER = device(submission_number="K999999", device="DEMO Other", company="DEMO")


def seen(number: int, opinion: Assessment) -> Rejudged:
    found = replace(change(FDA, [added(OTHER)]), id=ChangeId(f"CH-2026-{number:04d}"))
    return Rejudged(change=found, was=opinion, would_be=opinion)


OPINION = judged(FDA, added(OTHER))
FIRST, SECOND = seen(1, OPINION), seen(2, OPINION)


def test_an_offer_tells_what_it_hides_and_what_it_spares_with_the_reason() -> None:
    urgent = seen(3, replace(OPINION, tier=Tier.ACT))
    noise = seen(4, replace(OPINION, tier=Tier.NOISE))
    (offer,) = offers(FIRST, [noise, urgent, SECOND, FIRST], RULES)
    assert [one.change.id for one in offer.hides] == [SECOND.change.id, FIRST.change.id]
    assert [(one.judged.change.id, one.grounds) for one in offer.spares] == [
        (urgent.change.id, ("it is to be acted on",))
    ]


def test_nothing_is_offered_for_what_no_rule_may_hide() -> None:
    for opinion in (replace(OPINION, tier=Tier.ACT), replace(OPINION, level=Level.CRITICAL)):
        assert offers(seen(1, opinion), [SECOND], RULES) == ()


def test_a_change_older_than_the_history_is_offered_a_rule_all_the_same() -> None:
    (offer,) = offers(FIRST, [], RULES)
    assert (offer.hides, offer.pattern) == ((), patterns_for(FIRST.change, OPINION)[-1])


def test_what_touches_a_tool_of_today_is_spared_though_there_was_no_inventory_then() -> None:
    opinion = judged(FDA, added(ROW))
    own = replace(FIRST, change=change(FDA, [added(ROW)]), would_be=opinion)
    assert opinion.tools_known is None
    (today,) = beside_tools([own], [TOOL])
    assert offers(own, [own], RULES) != ()
    assert offers(today, [today], RULES) == ()
