from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.formats.cells import grid_of
from monitor.formats.markup import markup_of, parse_html, table_element
from monitor.formats.selectors import found, is_plain
from monitor.model.errors import Unreadable

_TAGS = st.sampled_from(["div", "section", "main"])
_NAMES = st.sampled_from(["a", "B", "fees", "list-2"])


@st.composite
def _element(draw: st.DrawFn, depth: int = 3) -> str:
    tag, name = draw(_TAGS), draw(st.none() | _NAMES)
    classes = " ".join(draw(st.lists(_NAMES, max_size=2)))
    inside = "".join(draw(st.lists(_element(depth - 1), max_size=3))) if depth else draw(_NAMES)
    return f'<{tag} class="{classes}"{f" id={name}" if name else ""}>{inside}</{tag}>'


_COMPOUND = st.builds(
    "{}{}{}".format, _TAGS, st.just("") | _NAMES.map(".{}".format), st.just("") | _NAMES.map("#{}".format)
)
_SELECTOR = st.lists(_COMPOUND | _NAMES.map(".{}".format) | _NAMES.map("#{}".format), min_size=1, max_size=3).map(
    " ".join
)


@given(page=_element(), selector=_SELECTOR)
def test_a_plain_selector_names_what_lexbor_finds(page: str, selector: str) -> None:
    root = parse_html(page)
    assert root is not None
    assert is_plain(selector)
    hits = LexborHTMLParser(markup_of(root)).css(selector)
    outermost = [hit for hit in hits if not any(_is_inside(hit, other) for other in hits)]
    assert [markup_of(one) for one in found(root, selector)] == [cast(str, hit.html) for hit in outermost]


def _is_inside(node: object, other: object) -> bool:
    above = node.parent  # type: ignore[attr-defined]
    while above is not None and above.mem_id != other.mem_id:  # type: ignore[attr-defined]
        above = above.parent
    return above is not None


@pytest.mark.parametrize("selector", ["table > tr", "a[href]", "p:first-child", "h1,h2", "", "*", ".a  .b", "DIV"])
def test_other_selectors_are_left_to_lexbor(selector: str) -> None:
    assert not is_plain(selector)


def test_a_table_is_read_alike_by_a_plain_selector_and_by_another_that_means_the_same() -> None:
    outside, inside = "<table><tr><td>0</td></tr></table>", "<table><tr><td>1<script>2</script></td></tr></table>"
    page = f"<nav>{outside}</nav><div id=fees><p>x{inside}</div>"
    plain, other = (list(grid_of(table_element(page, selector))) for selector in ("#fees", "div[id=fees]"))
    assert plain == other == [["1"]]


def test_a_part_that_a_plain_selector_no_longer_finds_is_named() -> None:
    with pytest.raises(Unreadable, match="#fees") as refusal:
        table_element("<p>moved</p>", "#fees")
    assert refusal.value.code == "selector-missing"


def test_many_alike_parts_are_told_apart_in_reasonable_time() -> None:
    root = parse_html("<b>" * 200 + "<p>1</p>" * 20_000)
    assert root is not None
    assert len(found(root, "p")) == 20_000
