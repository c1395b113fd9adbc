"""Pages of www.cms.gov: what is taken from them, whatever their layout, and what rolls on them."""

import re
from pathlib import Path

import pytest

from monitor.compare.canonical import content_sha256
from monitor.model.errors import Unreadable
from monitor.sources import SOURCES
from tests.sources.copies import by_key, copies, read, read_copy

PAGES = (
    "cms.coverage-process",
    "cms.transmittals",
    "cms.hcpcs-quarterly",
    "cms.hcpcs-decisions",
    "cms.opps",
    "cms.pfs",
)


def text_of(copy: Path) -> str:
    return copy.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_menus_banners_and_the_last_modified_line_are_no_content(name: str) -> None:
    text = text_of(copies(name)[0])
    other = text.replace("07/01/2026 01:02 PM", "11/23/2026 09:00 AM").replace(
        "<main>", '<div class="site-alert"><a href="/files/document/alert.pdf">Alert</a></div>\n<main>'
    )
    assert other != text
    assert content_sha256(read(other.encode(), name, "text/html")) == content_sha256(read_copy(copies(name)[0]))


def test_a_transmittal_is_known_by_its_number_wherever_it_stands_in_the_row() -> None:
    text = text_of(copies("cms.transmittals")[1])
    in_link_only = text.replace(">R99904CP<", ">Transmittal 99904<")
    assert in_link_only != text
    found = by_key(read(in_link_only.encode(), "cms.transmittals", "text/html"))
    assert found["R99904CP"].label == "DEMO new HCPCS codes for software services"
    assert found["R99904CP"].fields["Implementation Date"] == "2026-10-05"


def test_a_table_of_something_else_is_not_the_list_of_transmittals() -> None:
    page = b"<html><head><title>Transmittals</title></head><body><table><tr><th>A</th></tr><tr><td>x</td></tr></table>"
    with pytest.raises(Unreadable, match="no transmittal number"):
        read(page, "cms.transmittals", "text/html")


def test_a_new_file_is_one_more_record_and_the_licence_page_before_a_file_is_kept_in_its_address() -> None:
    before, after = (by_key(read_copy(copy)) for copy in copies("cms.hcpcs-quarterly"))
    (new,) = after.keys() - before.keys()
    assert new.endswith("demo-october-2026-hcpcs.zip")
    assert any("/license/ama?file=" in key for key in after)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_moved_within_the_site_is_still_taken_for_itself_and_the_home_page_is_not(name: str) -> None:
    source = next(entry.source for known, entry in SOURCES.items() if str(known) == name)
    place = source.routes[0].url.rsplit("/", 1)[-1]
    pattern = source.contract.final_url or ""
    assert re.search(pattern, f"https://www.cms.gov/another/folder/{place}?page=0")
    assert not re.search(pattern, "https://www.cms.gov/")
    assert not re.search(pattern, f"https://www.cms.gov/error?from={place}x")
