from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.assess.routing import misfits, who_is_told
from monitor.model.assessment import Assessment, Level, Tier, Topic
from monitor.model.delivery import Interest, Subscriber
from monitor.model.ids import SourceId

LCDS = SourceId("cms.lcds")


def assessment(tier: Tier) -> Assessment:
    return Assessment(level=Level.LOW, tier=tier, rules_version="1")


def subscriber(name: str, tiers: tuple[Tier, ...] = (Tier.ACT,), sources: tuple[str, ...] = ()) -> Subscriber:
    return Subscriber(id=name, channel="file", address=name, interests=(Interest(tiers=tiers, sources=sources),))


def told(tier: Tier, *subscribers: Subscriber) -> list[str]:
    return [one.id for one in who_is_told(assessment(tier), LCDS, subscribers)]


@given(st.sets(st.sampled_from(list(Tier))))
def test_nobody_is_told_of_noise(tiers: set[Tier]) -> None:
    assert told(Tier.NOISE, subscriber("a", tuple(tiers))) == []


def test_a_subscriber_listed_twice_is_told_once() -> None:
    assert told(Tier.ACT, subscriber("a"), subscriber("b"), subscriber("a", sources=("cms.lcds",))) == ["a", "b"]


def test_a_source_is_followed_by_its_name_or_its_first_part() -> None:
    names = ("cms.lcds", "cms", "cms.*", "cms.lcd", "fda.*", "*")
    assert told(Tier.ACT, *(subscriber(name, sources=(name,)) for name in names)) == ["cms.lcds", "cms", "cms.*", "*"]


def test_only_the_asked_for_tiers_are_told() -> None:
    assert told(Tier.REVIEW, subscriber("a"), subscriber("b", (Tier.ACT, Tier.REVIEW))) == ["b"]


def test_who_names_a_list_is_told_of_the_documents_behind_it() -> None:
    document = SourceId("payer.policies/0228")
    names = ("payer.policies", "payer", "payer.policies/*", "payer.policies/0229", "payer.pol")
    found = who_is_told(assessment(Tier.ACT), document, [subscriber(name, sources=(name,)) for name in names])
    assert [one.id for one in found] == ["payer.policies", "payer", "payer.policies/*"]


def test_each_filter_that_is_set_must_fit_and_any_interest_suffices() -> None:
    opinion = replace(assessment(Tier.REVIEW), topics=(Topic.CODING,), codes=("92229",))
    wants = {
        "topic": Interest(tiers=(Tier.REVIEW,), topics=(Topic.CODING, Topic.PAYMENT)),
        "other-topic": Interest(tiers=(Tier.REVIEW,), topics=(Topic.PAYMENT,)),
        "code": Interest(tiers=(Tier.REVIEW,), codes=("92229", "0764T")),
        "other-code": Interest(tiers=(Tier.REVIEW,), codes=("0764T",)),
        "code-not-topic": Interest(tiers=(Tier.REVIEW,), codes=("92229",), topics=(Topic.PAYMENT,)),
    }
    told = who_is_told(opinion, LCDS, [subscribed(name, interest) for name, interest in wants.items()])
    assert [one.id for one in told] == ["topic", "code"]
    both = subscribed("both", wants["other-code"], wants["topic"])
    assert who_is_told(opinion, LCDS, [both]) == (both,)


def test_what_keeps_a_change_from_someone_is_said_ground_by_ground() -> None:
    interest = Interest(sources=("fda",), topics=(Topic.PAYMENT,), codes=("0764T",))
    grounds = misfits(assessment(Tier.FYI), LCDS, interest)
    assert len(grounds) == 4
    assert "its tier is FYI and ACT is told at once" in grounds


def subscribed(name: str, *interests: Interest) -> Subscriber:
    return Subscriber(id=name, channel="file", address=name, interests=interests)
