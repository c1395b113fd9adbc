"""The kinds that read web pages and feeds: prose, links, feed."""

import pytest

from monitor.model.errors import Unreadable
from monitor.model.source import Kind, Reading
from tests.formats.realdata import real
from tests.sources.kinds.made import URL, extracted

PAGE = """<html><head><title>DEMO Appendix</title></head><body><nav><a href="/menu">Menu</a></nav>
<main><h1>Appendix</h1>
<p>UPDATED | 3 Min Read</p><div class=promo>Half the dues</div><p>Autonomous work.</p>
<a href="#top">Back to top</a></main><footer><a href="/privacy">Privacy</a></footer></body></html>"""


def code(kind: Kind, body: bytes | str, reading: Reading) -> str:
    with pytest.raises(Unreadable) as caught:
        extracted(kind, body, reading)
    return caught.value.code


def test_a_document_is_its_passages_without_what_rolls() -> None:
    snapshot = extracted(Kind.PROSE, PAGE, Reading(drop=(".promo",)))
    assert [(p.headings, p.text) for p in snapshot.passages] == [
        ((), "Appendix"),
        (("Appendix",), "Autonomous work."),
    ]
    assert (snapshot.title, snapshot.form, snapshot.records) == ("DEMO Appendix", "html", ())


@pytest.mark.parametrize(
    "before", ["Updated | 5 Min Read", "UPDATED | 12 min read", "3 Min Read", "Skip to main content"]
)
def test_reading_times_make_no_difference(before: str) -> None:
    noisy = PAGE.replace("UPDATED | 3 Min Read", before)
    assert extracted(Kind.PROSE, noisy, Reading()).passages == extracted(Kind.PROSE, PAGE, Reading()).passages


def test_a_document_without_the_region_named_is_refused() -> None:
    assert code(Kind.PROSE, PAGE, Reading(selector="#policy")) == "selector-missing"
    assert code(Kind.PROSE, b"%PDF-1.7", Reading()) == "truncated"
    assert code(Kind.PROSE, "a,b\n1,2\n", Reading()) == "not-html"


INDEX = """<h2>May 2026</h2><a href="a.pdf"></a><a href="a.pdf?ref=news">Agenda</a> <a href="/b.pdf">Lab agenda</a>
<h2>Other</h2><a href="a.pdf">Agenda again</a><a href="/page">Page</a><nav><a href="/menu.pdf">m</a></nav>"""


def test_an_index_is_its_documents_keyed_by_address() -> None:
    snapshot = extracted(Kind.LINKS, INDEX, Reading(link_pattern=r"\.pdf$"))
    assert [(r.key, r.label, r.fields["heading"]) for r in snapshot.records] == [
        (f"{URL}a.pdf", "Agenda", "May 2026"),
        ("https://h.invalid/b.pdf", "Lab agenda", "May 2026"),
    ]
    assert snapshot.columns == ("title", "url", "heading")


def test_a_menu_is_read_only_when_it_is_asked_for() -> None:
    snapshot = extracted(Kind.LINKS, INDEX, Reading(selector="nav"))
    assert [r.key for r in snapshot.records] == ["https://h.invalid/menu.pdf"]


def test_the_last_page_of_an_index_may_be_empty_but_not_a_pdf() -> None:
    assert extracted(Kind.LINKS, "<p>none yet</p>", Reading()).size == 0
    assert code(Kind.LINKS, b"%PDF-1.7", Reading()) == "not-html"


def test_a_feed_is_its_entries_keyed_by_the_publishers_id() -> None:
    snapshot = extracted(Kind.FEED, real("fda/press_releases_sample.rss.xml"), Reading())
    assert (snapshot.title, len(snapshot.records), snapshot.form) == ("FDA Press Releases RSS Feed", 2, "feed")
    record = snapshot.records[0]
    assert record.key == record.url == record.fields["link"]
    assert tuple(record.fields) == snapshot.columns


def test_an_entry_posted_twice_is_one_record() -> None:
    item = "<item><title>{}</title><guid>DEMO-1</guid></item>"
    feed = "<rss version='2.0'><channel>" + item.format("b") + item.format("a") + "</channel></rss>"
    snapshot = extracted(Kind.FEED, feed, Reading())
    assert ([r.label for r in snapshot.records], len(snapshot.duplicates)) == (["a"], 1)


@pytest.mark.parametrize("body", ["<html><body>News</body></html>", "", '{"items": []}', b"%PDF-1.7"])
def test_a_page_in_place_of_the_feed_is_refused(body: bytes | str) -> None:
    assert code(Kind.FEED, body, Reading()) == "not-feed"
