import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.own_tools import tools_touched, with_tools
from monitor.model.assessment import Assessment, Level, Tier
from monitor.model.difference import Difference, News, Weight
from monitor.model.snapshot import Passage
from monitor.model.tool import MatchBy, Tool, ToolMatch
from tests.assess.samples import PIB_ROW, added, change, device, judged, lcd, modified, removed

FDA = "fda.ai-devices"
AEYE = Tool(
    id="aeye-ds", vendor="AEYE Health", product="AEYE-DS", fda_number="K240058", ai_class="autonomous",
    class_basis="labelling", sites=("Main", "East"), owner="Eye clinic", codes=("92229",),
)  # fmt: skip
NEWEST_LIST = Path(__file__).resolve().parents[2] / "../shared/data/fda/2026-03_1430.csv"


def opinion(
    *differences: Difference, tools: tuple[Tool, ...] | None, source: str = FDA, news: News = News.ADDED
) -> Assessment:
    return with_tools(judged(source, *differences, news=news), change(source, differences, news=news), tools)


def matches(difference: Difference, *tools: Tool, source: str = FDA) -> tuple[ToolMatch, ...]:
    return opinion(difference, tools=tools, source=source).tools


def named(**changed: str) -> Tool:
    return Tool(**{"id": "triage", "vendor": "Aidoc Medical Ltd", "product": "BriefCase Triage", **changed})  # type: ignore[arg-type]


def test_a_row_is_a_tool_by_its_number_whatever_its_name() -> None:
    (match,) = matches(added(device(**{**PIB_ROW, "device": "Renamed", "company": "Sold"})), AEYE)
    assert (match.tool_id, match.by, match.confidence) == ("aeye-ds", MatchBy.NUMBER, "High")
    assert (match.sites, match.owner, match.key) == (("Main", "East"), "Eye clinic", "K240058")


def test_a_supplement_belongs_to_its_approval_with_less_confidence() -> None:
    row = device(submission_number="P140011/S009")
    (match,) = matches(added(row), named(fda_number="P140011/S008", vendor="DEMO Other", product="Other"))
    assert (match.by, match.confidence) == (MatchBy.NUMBER, "Medium")


@pytest.mark.parametrize(
    ("tool", "confidence", "ground"),
    [
        (named(), "High", "name and company are the same"),
        (named(vendor="AIDOC MEDICAL, Inc."), "High", "name and company are the same"),
        (named(product="BriefCase-Triage v2.1"), "Medium", "but for the version"),
        (named(fda_number="K251111"), "Medium", "the row is K252970, the tool K251111"),
        (named(product="BriefCase-Triager", vendor="Aidoc Medicals"), "Medium", "alike"),
    ],
)
def test_names_and_companies_match_with_the_confidence_they_earn(tool: Tool, confidence: str, ground: str) -> None:
    (match,) = matches(added(device()), tool)
    assert (match.by, match.confidence) == (MatchBy.NAME, confidence)
    assert ground in match.ground


@pytest.mark.parametrize(
    "tool",
    [named(vendor="Viz.ai"), named(product="Lung Nodule"), named(vendor="")],
)
def test_half_a_likeness_is_no_match(tool: Tool) -> None:
    assert matches(added(device()), tool) == ()


def test_names_that_differ_in_a_digit_are_at_most_thought_of() -> None:
    (match,) = matches(
        added(device(device="INSIGHT CXR 3 Viewer", company="DEMO")),
        named(product="INSIGHT CXR 2 Viewer", vendor="DEMO"),
    )
    assert match.confidence == "Low"


def test_a_text_that_names_a_listed_code_touches_the_tool() -> None:
    (match,) = matches(added(lcd("DL40001", "Remote imaging of retinal disease, CPT 92229")), AEYE, source="cms.lcds")
    assert (match.by, match.confidence) == (MatchBy.CODE, "High")
    assert match.ground == "the tool lists code 92229, which the text names"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Coverage of AEYE-DS by AEYE Health is under review.", "Medium"),
        ("Coverage of AEYE-DS is under review.", "Low"),
    ],
)
def test_a_text_that_names_the_product_is_surer_with_its_vendor(text: str, confidence: str) -> None:
    (match,) = matches(added(Passage(headings=(), text=text)), AEYE, source="payer.policy")
    assert (match.by, match.confidence) == (MatchBy.NAME, confidence)


def test_a_number_in_running_text_is_found() -> None:
    (match,) = matches(added(Passage(headings=(), text="as cleared under K240058.")), AEYE, source="payer.policy")
    assert match.by is MatchBy.NUMBER


def test_an_autonomous_tool_that_is_touched_is_at_least_to_be_reviewed() -> None:
    row = device(submission_number="K251234")
    tool = named(fda_number="K251234", ai_class="autonomous")
    plain, found = opinion(added(row), tools=()), opinion(added(row), tools=(tool,))
    assert plain.tier is Tier.FYI
    assert found.tier is Tier.REVIEW
    assert found.level is Level.MEDIUM
    assert found.reasons[0].rule == "own-autonomous-tool:triage"


def test_a_likeness_alone_raises_nothing() -> None:
    passage = added(Passage(headings=(), text="AEYE-DS is a name on a poster."))
    plain, found = (
        opinion(passage, tools=(), source="payer.policy"),
        opinion(passage, tools=(AEYE,), source="payer.policy"),
    )
    assert [match.confidence for match in found.tools] == ["Low"]
    assert (found.tier, found.level, found.reasons) == (plain.tier, plain.level, plain.reasons)


@pytest.mark.parametrize(
    ("ai_class", "tier"), [("autonomous", Tier.ACT), ("assistive", Tier.REVIEW), (None, Tier.REVIEW)]
)
def test_a_tool_that_is_no_longer_listed_is_told(ai_class: str | None, tier: Tier) -> None:
    tool = Tool(id="x", vendor="V", product="X", fda_number="K252970", ai_class=ai_class)
    found = opinion(removed(device()), tools=(tool,), news=News.REMOVED)
    assert (found.tier, found.level) == (tier, Level.HIGH)
    assert found.reasons[0].text == "Your tool X is no longer on the list (FDA number K252970)."


def test_a_corrected_spelling_of_an_own_row_stays_noise_and_is_named() -> None:
    row = device(**PIB_ROW)
    edit = modified(row, device(**{**PIB_ROW, "company": "AEYE Health, Inc."}), weight=Weight.EDITORIAL)
    found = opinion(edit, tools=(AEYE,), news=News.EDITORIAL)
    assert found.tier is Tier.NOISE
    assert [match.tool_id for match in found.tools] == ["aeye-ds"]


def test_without_an_inventory_nothing_is_said_of_tools() -> None:
    assert opinion(added(device()), tools=None).tools_known is None
    assert opinion(added(device()), tools=()).tools_known == 0


@given(
    st.permutations([AEYE, named(), named(id="other", fda_number="K251111"), Tool(id="z", vendor="Z", product="Zed")])
)
def test_the_order_of_the_inventory_does_not_matter(tools: list[Tool]) -> None:
    differences = (added(device()), added(device(**PIB_ROW)))
    found = tools_touched(judged(FDA, *differences), change(FDA, differences), tools)
    assert [match.tool_id for match in found] == ["aeye-ds", "triage", "other"]


def test_every_real_row_finds_itself_and_no_unrelated_tool() -> None:
    if not NEWEST_LIST.exists():
        pytest.skip(f"no version of FDA's list at hand: {NEWEST_LIST}")
    rows = list(csv.reader(io.StringIO(NEWEST_LIST.read_text(encoding="utf-8-sig"))))[1:]
    fields = ("date", "submission_number", "device", "company", "panel", "product_code")
    devices = [device(**{name: " ".join(cell.split()) for name, cell in zip(fields, row, strict=True)}) for row in rows]
    wanted = devices[::70]
    by_number = tuple(
        Tool(id=f"n{n}", vendor="DEMO", product="DEMO", fda_number=one.key) for n, one in enumerate(wanted)
    )
    by_name = tuple(
        Tool(id=f"m{n}", vendor=one.fields["company"], product=one.fields["device"]) for n, one in enumerate(wanted)
    )
    for n, one in enumerate(wanted):
        found = {match.tool_id: match for match in matches(added(one), *by_number, *by_name)}
        assert found[f"n{n}"].by is MatchBy.NUMBER
        assert found[f"m{n}"].confidence == "High"
        strangers = [match for tool_id, match in found.items() if tool_id not in {f"n{n}", f"m{n}"}]
        same = {m.tool_id for m in strangers if m.confidence != "Low"}
        assert all(
            by_name[int(tool_id[1:])].vendor[:4].lower() == one.fields["company"][:4].lower() for tool_id in same
        )
