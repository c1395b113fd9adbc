"""The national reports: stamps that move without news, and analyses that keep their number."""

import pytest

from monitor.sources.coverage_api import page_for_people
from tests.sources.copies import by_key, copies, read_copy


def test_a_bumped_stamp_of_an_ncd_is_no_difference() -> None:
    before, after = (by_key(read_copy(copy)) for copy in copies("cms.ncds"))
    assert before["100.3 v1"] == after["100.3 v1"]
    assert before["190.99 v1"] == after["190.99 v1"]
    assert before.keys() - after.keys() == {"90.99 v2"}
    assert after.keys() - before.keys() == {"90.99 v3"}


def test_a_retirement_told_in_the_title_only_is_a_difference() -> None:
    before, after = (by_key(read_copy(copy)) for copy in copies("cms.ncds"))
    assert after["20.99 v4"].fields["title"] == before["20.99 v4"].fields["title"] + " - RETIRED"


def test_an_analysis_keeps_its_key_through_its_versions_and_the_latest_is_believed() -> None:
    before, after = (by_key(read_copy(copy)) for copy in copies("cms.ncas"))
    assert before["DEMO-00001N"].fields["document_status"] == "Open"
    assert after["DEMO-00001N"].fields["document_status"] == "Closed"
    assert after["DEMO-00001N"].fields["document_version"] == "2"
    assert after["CAG-00444R2"].fields["last_updated"] == "2026-07-30"
    assert read_copy(copies("cms.ncas")[1]).duplicates == ()


@pytest.mark.parametrize(
    ("api", "page"),
    [
        ("/data/ncd?ncdid=108&ncdver=1", "view/ncd.aspx?ncdid=108&ncdver=1"),
        ("/data/nca?ncaid=323", "view/ncacal-tracking-sheet.aspx?ncaid=323"),
        ("/data/cal/?calid=9", "view/ncacal-tracking-sheet.aspx?calid=9"),
    ],
)
def test_an_address_of_the_api_becomes_the_page_for_people(api: str, page: str) -> None:
    assert page_for_people(api) == f"https://www.cms.gov/medicare-coverage-database/{page}"


@pytest.mark.parametrize("api", ["", "/data/other?x=1", "javascript:alert(1)", "//evil.invalid/ncd?x", "/data/ncd"])
def test_other_addresses_are_not_shown(api: str) -> None:
    assert not (page_for_people(api) or "").startswith(("javascript", "//"))


def test_an_absolute_address_stands_as_it_is() -> None:
    assert page_for_people("https://www.cms.gov/x") == "https://www.cms.gov/x"
