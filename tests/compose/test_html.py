"""The HTML part as a mail program and a screen reader meet it."""

import re
from itertools import pairwise

import pytest
from lxml import etree, html

from monitor.compose.digest import render_digest
from tests.compose import samples

WEEKS = {
    "normal": samples.normal(),
    "empty": samples.empty(),
    "gap": samples.gap(),
    "baseline": samples.baseline(link_base=None),
}
PAGES = {name: render_digest(digest, samples.templates()).html for name, digest in WEEKS.items()}

all_pages = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())

LIGHT = {"page": "#fdfdfc", "gap": "#fbefec", "ribbon": "#fbf1d3"}
DARK = {"page": "#1b2026", "gap": "#33201d", "ribbon": "#3a2f12"}
PAIRS = [
    *[(ink, LIGHT[back]) for ink in ("#24292f", "#57606a", "#1f4e79", "#1b2733") for back in ("page", "gap")],
    ("#5c4300", LIGHT["ribbon"]),
    ("#fdfdfc", "#1f4e79"),
    *[(ink, DARK[back]) for ink in ("#dfe4ea", "#aab4bf", "#8fbfec", "#f0f3f6") for back in ("page", "gap")],
    ("#f5dd9d", DARK["ribbon"]),
    ("#14181d", "#8fbfec"),
]


def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


@all_pages
def test_the_page_is_well_formed(page: str) -> None:
    parser = etree.HTMLParser(recover=False)
    etree.fromstring(page, parser)
    assert page.startswith("<!DOCTYPE html>")


@all_pages
def test_every_open_tag_is_closed_in_order(page: str) -> None:
    void = {"meta", "br", "!doctype"}
    stack: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-zA-Z!][a-zA-Z0-9]*)", page):
        if name.lower() in void:
            continue
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    assert stack == []


@all_pages
def test_every_table_is_for_layout_or_has_caption_and_scoped_heads(page: str) -> None:
    tables = tree(page).iter("table")
    for table in tables:
        own_heads = [th for th in table.iter("th") if next(th.iterancestors("table")) is table]
        if table.get("role") == "presentation":
            assert own_heads == []
            assert table.find("caption") is None
        else:
            assert table.find("caption") is not None
            assert own_heads
            assert all(th.get("scope") in {"row", "col"} for th in own_heads)


@all_pages
def test_tables_nest_at_most_three_deep_and_have_plain_attributes(page: str) -> None:
    for table in tree(page).iter("table"):
        assert len(list(table.iterancestors("table"))) <= 2
        assert (table.get("cellpadding"), table.get("cellspacing"), table.get("border")) == ("0", "0", "0")


@all_pages
def test_headings_are_real_and_skip_no_level(page: str) -> None:
    levels = [int(node.tag[1]) for node in tree(page).iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@all_pages
def test_language_title_and_dark_scheme_are_declared(page: str) -> None:
    root = tree(page)
    assert root.get("lang") == "en"
    assert "CMAA Watch" in (root.findtext(".//title") or "")
    names = {meta.get("name"): meta.get("content") for meta in root.iter("meta")}
    assert names["color-scheme"] == names["supported-color-schemes"] == "light dark"
    assert "prefers-color-scheme: dark" in page


@all_pages
def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    root = tree(page)
    assert list(root.iter("img", "script", "link", "iframe", "form", "object")) == []
    assert "url(" not in page
    assert "@import" not in page
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)


@all_pages
def test_links_say_where_they_lead(page: str) -> None:
    for link in tree(page).iter("a"):
        text = " ".join(link.text_content().split())
        assert len(text) > 5
        assert text.lower() not in {"here", "click here", "link", "more"}


@all_pages
def test_body_text_is_at_least_16_pixels_and_notes_14(page: str) -> None:
    sizes = [int(px) for px in re.findall(r"font-size:(\d+)px", page)]
    assert sizes.count(16) > 5
    assert all(px >= 12 or px == 1 for px in sizes)


def test_marks_stand_in_words_not_only_in_tags() -> None:
    page = " ".join(tree(PAGES["gap"]).text_content().split())
    assert "REMOVED:" in page
    assert "ADDED:" in page
    assert "REVIEW" in page


@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_stands_out_from_its_ground(ink: str, paper: str) -> None:
    assert contrast(ink, paper) >= 4.5
    assert ink in PAGES["gap"] + PAGES["normal"]
    assert paper in PAGES["gap"] + PAGES["normal"]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
