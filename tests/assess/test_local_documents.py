"""All 3,133 local coverage documents of one harvest: the AI-relevant ones are found, and hardly any other."""

import csv

import pytest

from monitor.assess.assess import judge_item
from monitor.assess.items import item_from_difference
from monitor.model.assessment import Level
from tests.assess.samples import SHARED, added, lcd, shipped_rules

HARVEST = SHARED / "cms" / "2025-08-17_local_documents_3133.csv"
RELEVANT = (
    "L39840 L39851 L39863 L39881 L39883 L39913 A59716 A59721 A59733 A59769 A59771 A59813 A59928 A59929 "
    "A59930 A59935 A59936 A59937 L38278 L38771 L39075 L38839 L38613 L38615 A58406 A58359 A58473 A58814 "
    "A58095 A58097 A60200 L38694 L38769 L38700 L38709 L38667 L34399 L33467 L33567 L35490 A56902 A59090 "
)
SUBJECTS = (
    "artificial intelligence",
    "fractional flow",
    "cerebral perfusion",
    "fundus",
    "category iii",
    "algorithm definition",
)


@pytest.fixture(scope="module")
def levels() -> dict[str, tuple[Level, str]]:
    if not HARVEST.is_file():
        pytest.skip(f"harvest not found: {HARVEST}")
    found = {}
    with HARVEST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number, title = row["document_display_id"], " ".join(row["title"].split())
            source_id = "cms.lcds" if row["document_type"] == "LCD" else "cms.articles"
            judged = item_from_difference(added(lcd(number, title, note=row["note"])), source_id)
            found[number] = (judge_item(judged, shipped_rules(), known_product_codes=frozenset()).level, title)
    return found


def test_every_ai_relevant_document_is_at_least_medium(levels: dict[str, tuple[Level, str]]) -> None:
    assert [number for number in RELEVANT.split() if levels[number][0].rank < Level.MEDIUM.rank] == []


def test_the_coverage_policies_of_ai_plaque_analysis_are_high(levels: dict[str, tuple[Level, str]]) -> None:
    assert {levels[number][0] for number in RELEVANT.split()[:12]} == {Level.HIGH}


def test_hardly_any_other_document_is_told(levels: dict[str, tuple[Level, str]]) -> None:
    told = {number: title for number, (level, title) in levels.items() if level.rank >= Level.MEDIUM.rank}
    others = [title for title in told.values() if not any(subject in title.lower() for subject in SUBJECTS)]
    assert len(others) <= 15, others
    assert len(told) <= 90
