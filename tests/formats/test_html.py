import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats.html import Block, absolute_url, links, page_title, prose
from monitor.formats.markup import is_selector
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Strip, StripKind
from tests.formats.outcomes import outcome

PAGE = """<html><head><title> Appendix S
 | AMA</title></head><body><nav>menu</nav><header>site</header><main>
<h1>Appendix S</h1><p>UPDATED | 3 Min Read</p><h2>Classes</h2><p>Work <b>auto</b>nomous<br>or not.</p>
<ul><li>one<ul><li>two</li></ul></li></ul><div>loose <span>text</span><p>inner</p>tail</div>
<h2>Table</h2><table><tr><th>Class</th><th>Means</th></tr>
<tr><td><p>assistive</p><p>flags</p></td><td></td></tr></table>
<script>var x = "<p>no</p>";</script><form>search</form><aside>ad</aside><p hidden>secret</p></main>
<footer>f</footer></body>"""


def told(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    return [(" > ".join(block.headings), block.text) for block in blocks]


def test_a_page_is_read_block_by_block_under_its_headings() -> None:
    assert told(prose(PAGE, None)) == [
        ("", "Appendix S"),
        ("Appendix S", "UPDATED | 3 Min Read"),
        ("Appendix S", "Classes"),
        ("Appendix S > Classes", "Work autonomous or not."),
        ("Appendix S > Classes", "one"),
        ("Appendix S > Classes", "two"),
        ("Appendix S > Classes", "loose text"),
        ("Appendix S > Classes", "inner"),
        ("Appendix S > Classes", "tail"),
        ("Appendix S", "Table"),
        ("Appendix S > Table", "Class | Means"),
        ("Appendix S > Table", "assistive flags | "),
    ]
    assert page_title(PAGE) == "Appendix S | AMA"


def test_a_selector_names_the_region_and_drop_cuts_from_it() -> None:
    blocks = prose(
        "<div class=a><p>x</p><p class=date>y</p><p class=date><b class=date>z</b></p></div><p>w</p>", ".a", (".date",)
    )
    assert told(blocks) == [("", "x")]


def test_nested_hits_of_a_selector_are_read_once() -> None:
    assert told(prose("<div>a<div>b</div></div><div>c</div>", "div")) == [("", "a"), ("", "b"), ("", "c")]


def test_a_region_that_is_gone_is_named() -> None:
    with pytest.raises(Unreadable, match="“#policy”") as fault:
        prose(PAGE, "#policy")
    assert fault.value.code == "selector-missing"
    with pytest.raises(Unreadable) as fault:
        prose(PAGE, "p[")
    assert fault.value.code == "bad-selector"


def test_a_page_that_is_one_form_is_read_but_a_search_form_is_not() -> None:
    whole = "<body><form id=aspnetForm><h1>LCD</h1><p>Long text of the determination.</p></form></body>"
    assert told(prose(whole, None)) == [("", "LCD"), ("LCD", "Long text of the determination.")]


def test_without_a_main_part_the_body_is_read() -> None:
    assert told(prose("<p>a<p>b", None)) == [("", "a"), ("", "b")]


def test_layout_tables_do_not_swallow_the_page() -> None:
    page = "<table><tr><td><h1>T</h1><table><tr><td>1<td>2</table><p>x</td></tr></table>"
    assert told(prose(page, None)) == [("", "T"), ("T", "1 | 2"), ("T", "x")]


MARKUP = "<>/!-=\"' abdhlprtumne&;#1\0\ud800"
LINKS = """<base href="https://h.invalid/d/"><h2>May 2026</h2><a href="a.pdf?ref=news&v=1#p2"> General
 agenda</a><h2>Feb</h2><a href="//h.invalid/b?utm_source=x"><img alt="Lab agenda"></a><a href="mailto:x@h.invalid">m</a>
<a href="javascript:alert(1)">j</a><a>n</a><a href="http://[bad">b</a><a href="HTTPS://H.invalid:443">home</a>"""


def test_links_are_absolute_and_free_of_tracking() -> None:
    found = [(link.text, link.href, link.heading) for link in links(LINKS, "https://other.invalid/", None)]
    assert found == [
        ("General agenda", "https://h.invalid/d/a.pdf?v=1", "May 2026"),
        ("Lab agenda", "https://h.invalid/b", "Feb"),
        ("home", "https://h.invalid/", "Feb"),
    ]


def test_the_base_of_the_page_counts_inside_a_region_too() -> None:
    found = links(
        "<head><base href='https://h.invalid/d/'></head><div id=x><a href=y>t</a></div>", "https://o.invalid", "#x"
    )
    assert [link.href for link in found] == ["https://h.invalid/d/y"]


@given(st.text(max_size=40), st.text(max_size=20))
def test_an_address_is_http_or_none(written: str, base: str) -> None:
    url = absolute_url(written, base)
    assert url is None or url.startswith(("http://", "https://"))


@settings(deadline=None)
@given(
    st.text(st.sampled_from("<>/!-=\"' abdhlprtumne&;#1\0\ud800"), max_size=200), st.sampled_from([None, "p", "td, li"])
)
def test_any_text_is_blocks_or_unreadable(text: str, selector: str | None) -> None:
    assert outcome(lambda: prose(text, selector, ("b", "p p"))) in {"read", "selector-missing"}
    assert outcome(lambda: links(text, "https://h.invalid/", selector)) in {"read", "selector-missing"}
    page_title(text)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "x",
        "<!--" * 200_000,
        "<b><p>" * 50_000,
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</p>",
        ("<p " + " ".join(f"a{n}=1" for n in range(99)) + ">x</p>") * 8_000,
        "<select>" + "<option>a" * 100_000,
        "<p>a" * 40_000,
        "<h1>a<h2>b<h3>c" * 10_000,
    ],
)
@pytest.mark.parametrize("selector", [None, "p, div"])
def test_hostile_pages_end_soon(page: str, selector: str | None) -> None:
    assert outcome(lambda: prose(page, selector, ("a", ".x"))) in {"read", "hostile-markup", "selector-missing"}


def test_a_region_too_deep_is_refused_rather_than_read_in_part() -> None:
    page = "<div>" * 250 + "<p class=x>deep</p>" + "</div>" * 250 + "<p>after</p>"
    assert outcome(lambda: prose(page, "div", (".y",))) in {"read", "hostile-markup"}
    if outcome(lambda: prose(page, "div", (".y",))) == "read":
        assert told(prose(page, "div", (".y",))) == [("", "deep")]


def test_the_title_of_a_monster_is_none_and_no_fault() -> None:
    assert page_title("<a>" * 500_000 + "<title>T</title>") is None
    assert page_title("<title>T</title>" + "<div>" * 100_000) == "T"


CUTTING = (
    "<html><body><nav>menu words outside</nav><main><p>Kept words of the document here.</p>"
    '<div class="promo">Join today</div><div class="promo">Renew <b>now</b></div><aside>See also</aside>'
    "<p hidden>unseen</p></main><div class='promo'>elsewhere</div></body></html>"
)


def test_each_rule_tells_what_it_cut_out_of_the_part_that_is_read() -> None:
    cuts: list[Strip] = []
    blocks = prose(CUTTING, None, (".promo", ".nothing"), cuts=cuts)
    assert [block.text for block in blocks] == ["Kept words of the document here."]
    assert [(cut.rule, cut.kind, cut.parts, cut.chars) for cut in cuts] == [
        (".promo", StripKind.SELECTOR, 2, len("Join today") + len("Renew now")),
        ("aside", StripKind.ELEMENT, 1, len("See also")),
        ("[hidden]", StripKind.ELEMENT, 1, len("unseen")),
    ]
    assert all(0 < cut.share < 1 for cut in cuts)


def test_a_rule_that_takes_what_holds_the_text_is_charged_with_the_text() -> None:
    cuts: list[Strip] = []
    prose("<body><div class=wrap><main><p>All the words</p></main></div></body>", None, (".wrap",), cuts=cuts)
    assert [(cut.chars, cut.share) for cut in cuts] == [(len("All the words"), 1.0)]


@pytest.mark.parametrize("written", ["div[", "main,,aside", "..x", "div >", "a:foo", "!!!", "::before", ""])
def test_what_is_no_selector_is_known_as_such(written: str) -> None:
    assert not is_selector(written)


@pytest.mark.parametrize("written", ["main", ".share", "#a-b.c d", "[class*=promo]", "p:not(.x)", "h1 .y", "ul li.z_1"])
def test_selectors_are_known_as_such(written: str) -> None:
    assert is_selector(written)
    assert outcome(lambda: prose("<p class=share>x</p>", None, (written,))) == "read"
