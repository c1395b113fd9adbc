from datetime import UTC, datetime

import pytest

from monitor.assess.links import as_decided, proposals, with_links
from monitor.model.difference import Difference
from monitor.model.ids import SourceId
from monitor.model.link import Link, LinkDecision, LinkState
from tests.assess.samples import PIB_ROW, added, change, device, judged, lcd, shipped_rules

FDA = "fda.ai-devices"
EYE = ("fda:K240058", "cpt:92229")


def links(difference: Difference, source: str = FDA, said: LinkDecision | None = None) -> tuple[Link, ...]:
    decisions = {} if said is None else {(said.left, said.right): said}
    opinion = judged(source, difference)
    return with_links(opinion, change(source, [difference]), shipped_rules(), decisions).links


def saying(state: LinkState) -> LinkDecision:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return LinkDecision(left=EYE[0], right=EYE[1], state=state, by="Lead", reason="the label", at=at)


def test_an_autonomous_product_code_leads_to_its_code_with_high_confidence() -> None:
    (link, *more) = links(added(device(**PIB_ROW)))
    assert (link.left, link.right, link.confidence, link.state) == (*EYE, "High", LinkState.PROPOSED)
    assert link.ground.startswith("product code PIB")
    assert {(one.left, one.right) for one in more} == {("cpt:92229", "fr:2022-01147")}


def test_a_device_known_by_its_name_leads_there_with_low_confidence_and_on_to_the_documents() -> None:
    found = links(added(device(device="Cleerly LABS", company="Cleerly", product_code="LLZ")))
    by_end = {link.right: link for link in found}
    assert by_end["cpt:75577"].confidence == "Low"
    assert by_end["lcd:L39840"].left == "cpt:75577"
    assert by_end["article:A59716"].confidence == "Medium"


def test_a_watched_document_leads_back_to_its_codes() -> None:
    (link,) = links(added(lcd("L39840", "DEMO plaque")), "cms.lcds")
    assert (link.left, link.right) == ("cpt:75577", "lcd:L39840")


def test_a_routine_row_leads_nowhere() -> None:
    assert links(added(device())) == ()


@pytest.mark.parametrize("state", [LinkState.CONFIRMED, LinkState.REFUSED])
def test_what_a_person_decided_is_remembered(state: LinkState) -> None:
    found = {(one.left, one.right): one for one in links(added(device(**PIB_ROW)), said=saying(state))}
    if state is LinkState.REFUSED:
        assert EYE not in found
    else:
        assert (found[EYE].state, found[EYE].by) == (LinkState.CONFIRMED, "Lead")


def test_each_link_of_a_list_is_proposed_once_and_a_refused_one_stays_listed() -> None:
    found = proposals([device(**PIB_ROW), device(**PIB_ROW), device()], SourceId(FDA), shipped_rules())
    assert len(found) == len({(one.left, one.right) for one in found})
    settled = {(o.left, o.right): o for o in as_decided(found, {EYE: saying(LinkState.REFUSED)})}
    assert settled[EYE].state is LinkState.REFUSED
