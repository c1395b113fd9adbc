import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats.feed import read_feed
from monitor.model.errors import Unreadable
from tests.formats.outcomes import outcome
from tests.formats.realdata import real

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>DEMO newsroom</title><link>https://h.invalid/</link>
<item><title>&lt;a href="/newsroom/one"&gt;Payment rule &amp;amp; more&lt;/a&gt;</title>
<guid isPermaLink="false">DEMO-1</guid>
<pubDate>Tue, 09/15/2026 - 10:01</pubDate><description>Says &amp;quot;AI&amp;quot;&nbsp;\u2013 now.</description></item>
<item><title>Two</title><link>/two?ref=rss</link><pubDate>Thu, 13 Aug 2026 13:02:58 EDT</pubDate></item>
<item><title>Three</title><link>javascript:alert(1)</link><pubDate>whenever</pubDate></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>urn:1</id><title>T</title>
<link href="https://h.invalid/1"/><updated>2026-09-15T10:01:00Z</updated><content type="html">&lt;p&gt;c&lt;/p&gt;
</content></entry></feed>"""


def refused(body: bytes) -> str:
    with pytest.raises(Unreadable) as fault:
        read_feed(body)
    return fault.value.code


def test_entries_are_plain_text_with_iso_dates_and_web_links() -> None:
    feed = read_feed(RSS.format(encoding="utf-8").encode())
    one, two, three = feed.entries
    assert (feed.title, one.id, one.title) == ("DEMO newsroom", "DEMO-1", "Payment rule & more")
    assert (one.link, one.published) == ("https://h.invalid/newsroom/one", "2026-09-15T10:01:00")
    assert one.summary == 'Says "AI" \u2013 now.'
    assert (two.id, two.link, two.published) == (
        "https://h.invalid/two",
        "https://h.invalid/two",
        "2026-08-13T13:02:58-04:00",
    )
    assert (three.link, three.published) == ("", "")


def test_atom_is_read_alike() -> None:
    (entry,) = read_feed(ATOM).entries
    assert (entry.id, entry.link, entry.summary) == ("urn:1", "https://h.invalid/1", "c")
    assert entry.published == "2026-09-15T10:01:00+00:00"


def test_a_wrong_encoding_label_changes_nothing() -> None:
    right = read_feed(RSS.format(encoding="utf-8").encode())
    assert read_feed(RSS.format(encoding="us-ascii").encode()) == right
    assert read_feed(RSS.format(encoding="utf-8").encode("cp1252")) == right


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_a_feed_cut_short_is_refused(kept: float) -> None:
    body = RSS.format(encoding="utf-8").strip().encode()
    assert refused(body[: int(len(body) * kept)]) == "bad-feed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body><p>News</p></body></html>",
        b"<!DOCTYPE html><p>x<br>",
        b"<data><row/></data>",
        b"/etc/passwd",
        b"no",
    ],
)
def test_anything_but_a_feed_is_told_apart(body: bytes) -> None:
    assert refused(body) == "not-feed"


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE r [<!ENTITY a "aaaa">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
        b"<rss version='2.0'>" + b"<x>" * 50_000,
        b"<rss version='2.0'><item " + b" ".join(b"a%d='1'" % n for n in range(200_000)) + b"/></rss>",
        b"<rss version='2.0'>" + b"<item/>" * 100_000 + b"</rss>",
    ],
)
def test_hostile_feeds_are_refused_soon(body: bytes) -> None:
    assert refused(body) in {"bad-feed", "too-large"}


def test_numbers_of_thousands_of_digits_are_no_crash() -> None:
    nines = "9" * 5000
    item = f"<title><![CDATA[&#{nines};]]></title><pubDate>{nines}-01-01</pubDate><guid>DEMO-9</guid>"
    (entry,) = read_feed(f"<rss version='2.0'><channel><item>{item}</item></channel></rss>".encode()).entries
    assert (entry.id, entry.published) == ("DEMO-9", "")


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/= \"'&;#1aitemlnkpubD[]!-"), max_size=120))
def test_any_item_is_read_or_refused(text: str) -> None:
    body = f"<rss version='2.0'><channel><item><title>{text}</title></item></channel></rss>".encode()
    assert outcome(lambda: read_feed(body)) in {"read", "bad-feed"}


def test_fdas_sample_is_read() -> None:
    feed = read_feed(real("fda/press_releases_sample.rss.xml"))
    assert [entry.published for entry in feed.entries] == ["2026-08-13T13:02:58-04:00", "2026-08-04T09:00:00-04:00"]
    assert '"research chemicals"' in feed.entries[1].summary
